"""Suites of other packages."""

from __future__ import annotations

import pytest

from collector.execution.children import Limits
from collector.execution.runner import Runner
from collector.planning import tables as planning
from collector.results import points
from collector.suites import registry
from history.words import suites
from history.words.errors import BrokenEnvironmentError, UsageError
from history.words.records import Measured
from tests.collector.harness import Quiet

SUITE = """
    from collector.suites.command import CommandSuite

    class Foreign(CommandSuite):
        name = "foreign"
"""


def test_a_suite_of_another_package_is_measured_by_its_name(install, tmp_path):
    install(
        "other", {registry.SUITES.group: {"foreign": "other_module:Foreign"}}, other_module=SUITE
    )
    table = {"run": "true", "repeats": 1, "warmup": 0}
    tables = [("foreign", table, "soundmark.toml: suite[0]")]
    (work,) = planning.work_list(tables, (), "quick", folder=tmp_path)
    limits = Limits(open_s=600.0, prepare_s=600.0, repeat_s=20.0, finish_s=120.0)
    results = Runner(work, "quick", tmp_path, tmp_path, Quiet(), limits).results()
    made = [points.make(work.suite, work.name, result) for result in results]
    outcomes = {point.metric: point.outcome for one in made for point in one.points}
    assert isinstance(outcomes["wall_time"], Measured)


def test_a_table_of_its_own_for_the_terminal_has_the_shape_that_is_asked_for(install):
    source = SUITE + "        def conclude(self): ...\n"
    install(
        "other", {registry.SUITES.group: {"foreign": "other_module:Foreign"}}, other_module=source
    )
    with pytest.raises(BrokenEnvironmentError, match=r"expected conclude\(points\)"):
        registry.load("foreign")


def test_a_suite_may_be_named_by_its_place():
    assert registry.load("collector.suites.command:CommandSuite").name == "command"
    with pytest.raises(UsageError, match=r'no suite called "comand". Did you mean "command"'):
        registry.load("comand")


@pytest.mark.parametrize("name", registry.SUITES.built_in)
def test_every_suite_of_ours_has_the_shape_it_promises(name):
    assert registry.load(name).name == name


def test_whoever_may_not_import_suites_knows_the_same_names():
    assert tuple(registry.SUITES.built_in) == suites.BUILT_IN
