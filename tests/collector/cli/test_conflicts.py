"""Options of `soundmark collect` that make no sense together, and times that are none."""

import pytest

from collector.cli.collect import Request
from collector.cli.conflicts import check_alone, check_dry, check_suspects, check_together
from collector.cli.duet import seconds
from collector.cli.file_flags import Asked
from history.words.errors import UsageError

FILE = Asked("alignment", "perf_out", "--perf-out", "x")


def refusal(**given):
    """Why these options are refused; empty where they are not."""
    try:
        check_together(Request(**given))
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"against": "HEAD", "commits": "HEAD"}, "choose one"),
        ({"budget": "1m"}, "--budget is about a duet: it needs --against REV"),
        ({"measure_identical": True}, "--measure-identical is about a duet"),
        ({"seed": 0}, "--seed is about a duet"),
        ({"every": 2}, "--every chooses among commits"),
        ({"harness": "each"}, "--harness is about commits"),
        ({"commits": "HEAD", "files": (FILE,)}, "--perf-out writes files of one run"),
        ({"commits": "HEAD", "profile_with": "perf"}, "not with --commits"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(given, told):
    assert told in refusal(**given)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"against": "HEAD", "budget": "1m", "seed": 0, "measure_identical": True},
        {"commits": "v1..v2", "every": 3, "harness": "each"},
        {"files": (FILE,), "profile_with": "perf"},
    ],
)
def test_options_that_belong_together_pass(given):
    assert refusal(**given) == ""


def test_a_file_beside_resume_is_named_as_it_is_written():
    check_alone({"files": (), "profile": "quick"}, {})
    with pytest.raises(UsageError, match=r"not with --perf-out\."):
        check_alone({"files": (FILE,)}, {})


@pytest.mark.parametrize("given", [{"commits": "HEAD"}, {"files": (FILE,)}])
def test_a_plan_is_of_this_commit_and_writes_nothing(given):
    with pytest.raises(UsageError, match="--plan shows the plan of this commit alone"):
        check_dry(Request(**given), "--plan")


def test_suspects_choose_themselves():
    with pytest.raises(UsageError, match="not with --only"):
        check_suspects(Request(only=("micro.*",)), dry_run=False)
    with pytest.raises(UsageError, match="not with --dry-run"):
        check_suspects(Request(), dry_run=True)
    check_suspects(Request(suites=("micro",)), dry_run=False)


@pytest.mark.parametrize(
    ("text", "found"), [("10m", 600.0), ("90 s", 90.0), ("1.5h", 5400.0), (" 7 ", 7.0)]
)
def test_a_time_is_read_in_its_unit(text, found):
    assert seconds(text, "--budget") == found


@pytest.mark.parametrize("text", ["soon", "0s", "-1m", "1 d", ""])
def test_a_time_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match="--budget: expected a time"):
        seconds(text, "--budget")
