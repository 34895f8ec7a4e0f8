"""The words for an event."""

from history.judge import events
from history.report.wording import events as wording
from tests.history.judge.builders import trends
from tests.history.judge.test_events import many, on_two_machines, told


def test_an_event_says_how_many_of_how_many_and_how_much():
    (event,) = told(trends(*many(8, 1, 1.5), *many(4, 1, 0.5, first=8), *many(10, 1, 1, first=12)))
    words = wording.headline(event)
    assert words.startswith("12 of 22 series on box: 8 worse by ")
    assert ", 4 better by " in words
    assert wording.commits(event) == "c0014..c0015"
    assert wording.states(event.changes) == "confirmed"


def test_sizes_are_told_from_the_smallest_to_the_largest():
    sizes = events.Sizes(3, 0.5, 0.2, 0.8)
    assert wording._side(sizes, "better", -1) == "3 better by 50.0 % (20.0 % to 80.0 %)"
    sizes = events.Sizes(2, 15.0, 1.5, 150.0)
    assert wording._side(sizes, "worse", 1) == "2 worse by ×15.0 (50.0 % to ×150)"


def test_changes_that_no_ratio_tells_are_only_counted():
    nothing = float("nan")
    assert wording._side(events.Sizes(2, nothing, nothing, nothing), "worse", 1) == "2 worse"


def test_a_machine_that_moved_as_a_whole_is_named_with_its_environment():
    history = trends(*many(20, 1, 1.2))
    (event,) = told(history)
    assert "the machine or its software is the likelier cause" in wording.cause(event)
    assert wording.surroundings(event) == "Nothing that was recorded of its environment changed."


def test_two_machines_at_once_speak_for_the_code():
    history = on_two_machines(*many(20, 1, 1.2), *many(20, 1, 1.2, machine="bee", first=100))
    for event in told(history):
        assert wording.cause(event).startswith("1 more machine changed at the same commits")


def test_a_table_that_leaves_out_changes_says_how_many_and_how_to_see_them():
    assert wording.rest(3, 3, "abc") == ""
    assert wording.rest(3, 90, "abc") == (
        "87 more changes of event abc: soundmark regressions --event abc"
    )
