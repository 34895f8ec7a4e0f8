"""What starts a measurement of a pull request, and by which title its answer is found."""

import pytest
import yaml

from site_gen.forge import request as requests
from site_gen.forge.bench import WORKFLOW
from site_gen.forge.request import Request
from tests.project import scaffold
from tests.project.actions.expressions import Unknown, evaluated, filled, holds

SHA = "a" * 40


@pytest.fixture(scope="module")
def measures():
    (file,) = [one for one in scaffold.github() if one.name == WORKFLOW]
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def contexts(inputs=None, **event):
    return {"inputs": inputs or {}, "github": {"event": event}, "job": {"status": "success"}}


def inputs(only=""):
    return {"request": "55", "number": "7", "head": SHA, "base": "main", "only": only}


@pytest.mark.parametrize("only", ["", "cli.*", "micro.top_k[k=50,v=2]"])
def test_the_title_of_a_run_that_a_comment_started_says_what_for(measures, only):
    title = filled(measures["run-name"], contexts(inputs(only)))
    assert requests.read(title) == Request(55, 7, SHA, only)


def test_the_title_of_a_run_that_a_push_started_is_the_usual_one(measures):
    assert filled(measures["run-name"], contexts(number=7)) == ""


def test_what_is_started_takes_exactly_what_is_sent(measures):
    triggers = measures[True]  # YAML 1.1 reads the key `on` so
    assert set(triggers["workflow_dispatch"]["inputs"]) == set(inputs())


def test_a_label_of_that_name_measures_and_no_other_does(measures):
    condition = measures["jobs"]["measure"]["if"]
    assert holds(condition, contexts(action="labeled", label={"name": "bench"}))
    assert not holds(condition, contexts(action="labeled", label={"name": "documentation"}))
    assert holds(condition, contexts(action="synchronize"))
    assert holds(condition, contexts(inputs()))


def test_a_push_cancels_the_measurement_of_an_older_one_and_nothing_else(measures):
    group = measures["concurrency"]["group"]
    pull = {"pull_request": {"number": 7}}
    names = [
        filled(group, contexts(**pull)),
        filled(group, contexts(**pull, label={"name": "documentation"})),
        filled(group, contexts(inputs())),
        filled(group, contexts(pull_request={"number": 8})),
    ]
    assert len(set(names)) == 4


def test_only_a_pull_request_takes_anything_from_a_cache():
    action = yaml.safe_load(scaffold.action_file().read_text(encoding="utf-8"))
    cached = [one for one in action["runs"]["steps"] if "actions/cache@" in one.get("uses", "")]
    assert cached
    for step in cached:
        for name, is_met in (("pull_request", True), ("workflow_dispatch", False)):
            known = contexts() | {"github": {"event_name": name}}
            assert holds(step["if"], known) is is_met


@pytest.mark.parametrize("expression", ["secret.token", "hashFiles('x')", "github.event ~ 1"])
def test_an_expression_that_the_sandbox_does_not_know_is_an_error(expression):
    with pytest.raises(Unknown):
        evaluated(expression, contexts())
