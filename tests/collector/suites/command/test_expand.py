import pytest

from collector.suites.command import CommandSuite
from collector.suites.command.expand import expand
from collector.suites.command.options import CommandOptions
from history.project.config import convert_table
from history.words.errors import ConfigError


def options(**table) -> CommandOptions:
    return convert_table(table, CommandOptions, "soundmark.toml: suite[0]")


def jobs(**table):
    return expand(options(**table), "quick").jobs


def test_without_anything_to_run_nothing_is_planned():
    plan = CommandSuite().plan(CommandOptions(), "quick")
    assert (plan.cases, plan.processes) == ((), ())


def test_a_text_is_split_before_it_is_filled_in():
    (job,) = jobs(run="play --text {text}", matrix={"text": ["two words"]})
    assert job.argv == ("play", "--text", "two words")


def test_every_combination_of_the_matrix_is_a_case():
    found = jobs(run="x {a} {b}", matrix={"a": [1, 2], "b": ["p", "q", "r"]})
    assert [job.argv[1:] for job in found][:2] == [("1", "p"), ("1", "q")]
    assert len(found) == 6
    assert found[0].case.params == {"a": "1", "b": "p"}


def test_doubled_braces_are_text_and_json_stays_as_it_is():
    (job,) = jobs(run=["echo", '{"a": {"b": 1}}', "{{scratch}}"])
    assert job.argv[1:] == ('{"a": {"b": 1}}', "{scratch}")


def test_tools_that_repeat_the_work_run_once_and_are_not_measured_themselves():
    (job,) = jobs(run="cargo bench", reads={"format": "criterion", "path": "target/criterion"})
    assert (job.case.sampling.repeats, job.case.sampling.warmup) == (1, 0)
    assert job.case.metrics == ("tool_time",)


def test_nightly_runs_more_often_than_quick():
    table = options(run="true")
    quick, nightly = (
        expand(table, profile).jobs[0].case.sampling for profile in ("quick", "nightly")
    )
    assert (quick.repeats, nightly.repeats) == (3, 10)


def test_a_slow_program_may_be_slower_than_the_harness_expects():
    (job,) = jobs(run="train", timeout_s=3600)
    assert job.case.sampling.repeat_limit_s > 3600


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"run": "x {size}"}, 'nothing is called "size"'),
        ({"build": "make"}, "expected `run`"),
        ({"run": "x 'y"}, "No closing quotation"),
        ({"run": "x", "reads": "hyperfin"}, "hyperfin"),
        ({"run": "x", "reads": [{"format": "lines"}] * 2}, "the same lines is listed 2 times"),
        ({"run": "x", "reads": {"format": "regex"}}, "belong together"),
        ({"run": "x", "reads": {"format": "regex", "pattern": "(", "metric": "m"}}, "pattern"),
        ({"run": "x", "reads": {"format": "regex", "pattern": r"(\d+)"}}, "name its groups"),
        ({"run": "x", "reads": {"format": "criterion"}}, "criterion's folder"),
        ({"run": "x", "variants": [{"threads": "many"}]}, "whole number"),
        ({"run": "x", "variants": [{"env": {"A": 1}}, {"env": {"A": 2}}]}, "two variants"),
        ({"run": "x", "variants": [{}, {}]}, "two variants are the same"),
        ({"run": "x", "warm": 3}, 'unknown key "warm"'),
    ],
)
def test_a_mistake_in_the_table_is_named(table, message):
    with pytest.raises(ConfigError, match=message):
        jobs(**table)
