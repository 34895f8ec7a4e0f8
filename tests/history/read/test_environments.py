"""What a run ran in is compared with what was known of its machine before."""

from history.read import environments
from history.read.environments import Difference
from history.read.runs import Machine
from tests.history.judge.builders import facts, trend, trends


def news(*known, **changes):
    """What is new in runs that had these environments, one after the other."""
    runs = [
        facts(night, environment_key=night, **changes.get(f"run_{night}", {}))
        for night in range(len(known))
    ]
    history = trends(trend([1.0] * len(known)), runs=runs, environments=dict(enumerate(known)))
    return environments.news(history, without={"load"})


def test_two_levels_of_environment_become_one():
    flat = environments.flat({"b": {"y": 2, "x": "1"}, "a": True, "load": {"now": 1}}, {"load"})
    assert flat == {"a": "true", "b.x": "1", "b.y": "2"}


def test_a_field_that_came_or_went_is_a_difference():
    found = environments.differences({"a.b": "1", "a.c": "2"}, {"a.b": "1", "a.d": "3"})
    assert found == (Difference("a.c", "2", None), Difference("a.d", None, "3"))


def test_only_what_both_runs_know_can_have_changed():
    before = {"libraries": {"torch": "2.12"}, "load": {"now": 1}, "tts/torch": {"threads": 1}}
    now = {"libraries": {"torch": "2.13"}, "load": {"now": 9}, "gpu": {"driver": "5"}}
    assert news(before, now) == {1: (Difference("libraries.torch", "2.12", "2.13"),)}


def test_what_was_known_of_a_machine_stays_known_when_a_run_does_not_say_it():
    old, new = {"libraries": {"torch": "2.12"}}, {"libraries": {"torch": "2.13"}}
    assert news(old, {"gpu": {"driver": "5"}}, new) == {
        2: (Difference("libraries.torch", "2.12", "2.13"),)
    }


def test_another_machine_is_no_news():
    old, new = {"libraries": {"torch": "2.12"}}, {"libraries": {"torch": "2.13"}}
    assert news(old, new, run_1={"machine": Machine("other", "other")}) == {}


def test_a_run_that_is_left_out_brings_no_news():
    old, new = {"libraries": {"torch": "2.12"}}, {"libraries": {"torch": "2.13"}}
    assert news(old, new, old, run_1={"left_out": "noisy"}) == {}
    assert sorted(news(old, new, old)) == [1, 2]
