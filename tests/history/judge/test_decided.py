"""Of several decisions about a change the last one counts."""

from history.judge import decided
from history.project.triage import Decision
from tests.history.judge.builders import trend

SERIES = trend([1.0, 2.0])


def about(*decisions, own=("own",), episode="first", events=()):
    return decided.last_about(decisions, SERIES, ["c0001"], own, episode, events)


def test_later_lines_overrule_earlier_ones():
    first = Decision(state="acknowledged", reason="a", commit="c0001")
    second = Decision(state="expected", reason="b", commit="c0001")
    assert about(first, second) is second
    assert about(second, first) is first


def test_a_decision_about_another_benchmark_or_commit_is_none():
    assert about(Decision(state="expected", reason="a", commit="c0009")) is None
    other = Decision(state="expected", reason="a", commit="c0001", benchmark="micro.*")
    assert about(other) is None


def test_of_a_regression_only_a_false_alarm_holds_for_the_return_from_it():
    expected = Decision(state="expected", reason="a", episode="first")
    mistaken = Decision(state="false alarm", reason="a", episode="first")
    assert about(expected) is None
    assert about(mistaken) is mistaken
    assert about(expected, own=("first",)) is expected


def test_a_decision_about_an_event_is_about_its_changes():
    found = Decision(state="expected", reason="a", event="e1")
    assert about(found, events=("e1", "e0")) is found
    assert about(found, events=("e2",)) is None
