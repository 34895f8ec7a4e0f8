"""A series has one unit: what comes in another one is converted, or called invalid."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from history.project.workspace import open_workspace
from history.words.records import (
    Commit,
    Machine,
    Measured,
    Point,
    Run,
    RunRecord,
)


def record(day, value, unit, metric="sparkle"):
    made = datetime(2026, 1, day, tzinfo=UTC)
    outcome = Measured(value=value, n=2, low=value, high=value, samples=(value, value))
    point = Point(suite="s", benchmark="b", metric=metric, unit=unit, outcome=outcome)
    run = Run(
        run_id=f"{day:032x}",
        started_at=made,
        commit=Commit(sha=f"{day:040x}", time=made),
        machine=Machine(name="box"),
    )
    return RunRecord(run=run, points=(point,))


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return open_workspace()


def stored(workspace):
    with workspace.reading() as connection:
        return connection.execute(
            "select unit, value, low, samples, samples_ns, status, reason from trend order by all"
        ).fetchall()


def test_old_and_new_spellings_of_a_unit_are_one_series_in_base_units(workspace):
    workspace.append([record(1, 990.0, "ns/iter"), record(2, 1.1, "us/iter")])
    workspace.append([record(3, 1.2e-6, "s/iteration")])
    values = [(unit, value, samples[0]) for unit, value, _, samples, *_ in stored(workspace)]
    assert values == [
        ("s/iteration", pytest.approx(value), pytest.approx(value))
        for value in (9.9e-7, 1.1e-6, 1.2e-6)
    ]


def test_a_history_of_before_keeps_the_unit_it_has(workspace):
    workspace.append([record(1, 9.9e-7, "s/iteration")])
    with workspace.writing() as connection:  # as an earlier version had it
        connection.execute("update series set unit = 'ns/iter'")
        connection.execute("update points set value = 990, low = 990, samples = [990, 990]")
    workspace.append([record(2, 1.1e-6, "s/iteration")])
    assert [(unit, value) for unit, value, *_ in stored(workspace)] == [
        ("ns/iter", pytest.approx(990.0)), ("ns/iter", pytest.approx(1100.0)),
    ]  # fmt: skip


def test_times_in_whole_nanoseconds_are_converted_like_all_others(workspace):
    workspace.append([record(1, 0.5, "s")])
    with workspace.writing() as connection:
        connection.execute("update series set unit = 'ms'")
    workspace.append([record(2, 0.25, "s")])
    (_, value, low, samples, nanoseconds, *_), _ = stored(workspace)[::-1]
    assert (value, low, samples, nanoseconds) == (250.0, 250.0, [250.0, 250.0], None)


def test_a_unit_that_cannot_be_converted_makes_the_point_invalid(workspace):
    workspace.append([record(1, 0.5, "s"), record(2, 300.0, "B")])
    workspace.append([record(3, 12.0, "")])
    rows = stored(workspace)
    assert [row[5] for row in rows] == ["measured", "invalid", "invalid"]
    assert 'measured in "", and its series is kept in "s"' in rows[1][6]
    assert 'measured in "B", and its series is kept in "s"' in rows[2][6]
    assert rows[1][1] is None


def test_a_registered_metric_is_in_its_unit_or_invalid(workspace):
    workspace.append([record(1, 102.0, "ms", "peak_rss"), record(2, 2.0, "MB", "peak_rss")])
    rows = stored(workspace)
    assert [(row[0], row[1], row[5]) for row in rows] == [
        ("B", 2e6, "measured"), ("B", None, "invalid"),
    ]  # fmt: skip
