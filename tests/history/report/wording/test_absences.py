"""What is said of a benchmark that gave no result."""

from history.judge.verdict import Absent, LeftBehind, Word
from history.report.wording import absences

FIRST = Absent(Word.FAIL, "exit code 3", points=1, since="c0123", last="c0122")
SEVENTH = Absent(Word.INVALID, "", points=7, since="c0117", last="")
GONE = LeftBehind(commits=4, last="c0120")


def test_a_first_failure_and_a_lasting_one_are_told_apart():
    assert absences.since(FIRST) == "fails for the first time at c0123"
    assert absences.since(SEVENTH) == "is invalid since c0117, 7 nights"
    assert absences.since(GONE) == "is missing since c0120, 4 commits"


def test_a_reason_is_never_empty():
    told = [absences.reason(one) for one in (FIRST, SEVENTH, GONE)]
    assert told == [
        "exit code 3", "the run gave no reason", "later runs of its suite are without it"
    ]  # fmt: skip


def test_what_never_ran_says_so():
    assert absences.measured_last(FIRST) == "measured last at c0122"
    assert absences.measured_last(SEVENTH) == "never measured"


def test_what_its_suite_left_behind_is_missing():
    assert [absences.status_of(one) for one in (FIRST, SEVENTH, GONE)] == [
        "failed", "invalid", "missing"
    ]  # fmt: skip
