"""One event, not ninety rows: planted steps of many series, and what is said of them."""

import random
from dataclasses import replace

import pytest

from history.judge import changes, events
from history.judge.episodes import ChangeDirection, State
from history.project.triage import Decision
from history.read.runs import Machine
from tests.history.judge.builders import detections, facts, noisy, trend, trends

NIGHTS = 30


def many(count, *levels, machine="box", first=0, nights=15, **more):
    """Series of as many benchmarks that all have these levels, ``nights`` points each."""
    return [
        trend(
            [100 * value for value in noisy(*levels, n=nights, seed=number)],
            series_id=f"{machine}{number:04d}",
            series_key=number + 1,
            benchmark=f"work{number}",
            machine=machine,
            **more,
        )
        for number in range(first, first + count)
    ]


def on_two_machines(*series):
    """A history in which two machines measured every commit, one after the other."""
    runs = [
        replace(facts(night), machine=Machine("00aa11bb" if number == 0 else "00aa11bc", label))
        for night in range(NIGHTS)
        for number, label in enumerate(("box", "bee"))
    ]
    moved = [
        replace(one, runs=2 * one.runs + (1 if one.key.machine == "bee" else 0)) for one in series
    ]
    return trends(*moved, runs=runs)


def told(history, decisions=()):
    found = detections(history)
    return events.events(history, found, changes.rows(history, found, decisions))


def test_ninety_series_that_step_at_one_commit_pair_are_one_event():
    sizes = [1.08 + 0.01 * number for number in range(90)]
    stepped = [many(1, 1, size, first=number)[0] for number, size in enumerate(sizes)]
    (event,) = told(trends(*stepped, *many(200, 1, 1, first=90)))
    assert (event.series, event.judged) == (90, 290)
    assert (event.previous_commit, event.commit) == ("c0014", "c0015")
    assert event.status is State.CONFIRMED
    assert event.direction is ChangeDirection.REGRESSION
    assert event.worse.count == 90
    assert event.worse.low == pytest.approx(1.08, rel=0.02)
    assert event.worse.high == pytest.approx(1.97, rel=0.02)
    assert 1.45 < event.worse.mean < 1.55
    assert event.worst[0].key.benchmark in {"work88", "work89"}
    assert not event.of_machine


def test_most_speeds_moving_by_a_like_amount_name_the_machine():
    (event,) = told(trends(*many(20, 1, 1.2), *many(5, 1, 1, first=20)))
    assert event.of_machine


def test_a_rate_that_falls_counts_like_a_time_that_grows():
    times = many(10, 1, 1.25)
    rates = many(10, 1, 0.8, first=10, kind="throughput", direction="higher")
    (event,) = told(trends(*times, *rates))
    assert event.worse.count == 20
    assert event.worse.mean == pytest.approx(1.25, rel=0.01)
    assert event.of_machine


def test_sizes_that_differ_do_not_name_the_machine():
    sizes = [1.08 + 0.08 * number for number in range(20)]
    stepped = [many(1, 1, size, first=number)[0] for number, size in enumerate(sizes)]
    (event,) = told(trends(*stepped))
    assert not event.of_machine


def test_memory_that_grows_everywhere_does_not_name_the_machine():
    (event,) = told(trends(*many(20, 1, 1.2, kind="memory")))
    assert not event.of_machine


def test_one_benchmark_alone_does_not_name_the_machine():
    metrics = [
        replace(one, key=replace(one.key, benchmark="work", metric=f"part{number}_time"))
        for number, one in enumerate(many(12, 1, 1.2))
    ]
    (event,) = told(trends(*metrics))
    assert event.series == 12
    assert not event.of_machine


def test_two_machines_are_two_events_and_both_speak_for_the_code():
    history = on_two_machines(*many(20, 1, 1.2), *many(20, 1, 1.2, machine="bee", first=100))
    first, second = told(history)
    assert {first.machine, second.machine} == {"box", "bee"}
    assert first.commit == second.commit == "c0015"
    assert first.also_on == (second.event_id,)
    assert not first.of_machine
    assert not second.of_machine


def test_a_step_on_one_of_two_machines_names_it():
    history = on_two_machines(*many(20, 1, 1.2), *many(20, 1, 1, machine="bee", first=100))
    (event,) = told(history)
    assert (event.machine, event.of_machine, event.also_on) == ("box", True, ())


def test_better_and_worse_are_one_event_counted_apart():
    (event,) = told(trends(*many(3, 1, 1.3), *many(4, 1, 0.7, first=3)))
    assert (event.worse.count, event.better.count) == (3, 4)
    assert event.better.mean == pytest.approx(0.7, rel=0.02)
    assert all(row.is_regression for row in event.worst)


def test_a_decision_about_an_event_is_about_all_its_changes():
    history = trends(*many(6, 1, 1.3), *many(1, 1, 1.3, 1, first=6, nights=10))
    first = told(history)
    wide = next(one for one in first if one.series == 6)
    decision = Decision(state="expected", reason="paid on purpose", event=wide.event_id)
    rows = changes.rows(history, detections(history), [decision])
    decided = {row.series_id for row in rows if row.status is State.EXPECTED}
    assert decided == {row.series_id for row in wide.changes}
    assert not changes.idle(history, rows, [decision])
    after = told(history, [decision])
    assert next(one for one in after if one.event_id == wide.event_id).status is State.EXPECTED


def test_a_decision_may_be_about_some_benchmarks_of_an_event():
    history = trends(*many(12, 1, 1.3))
    (event,) = told(history)
    decision = Decision(
        state="expected", reason="r", event=event.event_id, benchmark="golden.work1?"
    )
    (rest,) = told(history, [decision])
    assert (rest.status, len(rest.open_)) == (State.CONFIRMED, 10)


def test_a_decision_about_no_event_is_idle():
    history = trends(*many(6, 1, 1.3))
    decision = Decision(state="expected", reason="r", event="0123456789ab")
    rows = changes.rows(history, detections(history), [decision])
    assert changes.idle(history, rows, [decision]) == (decision,)


def test_the_newest_event_comes_first():
    found = told(
        trends(
            *many(4, 1, 1.3), *many(4, *[1] * 2, 1.4, first=4, nights=10), *many(4, 1, 1, first=8)
        )
    )
    assert [one.commit for one in found] == ["c0020", "c0015"]


def test_the_order_of_series_does_not_matter():
    series = [*many(8, 1, 1.3), *many(8, 1, 1, 0.7, first=8, nights=10)]
    plain = [
        (one.event_id, [row.series_id for row in one.changes]) for one in told(trends(*series))
    ]
    random.Random(1).shuffle(series)
    again = [
        (one.event_id, [row.series_id for row in one.changes]) for one in told(trends(*series))
    ]
    assert again == plain
