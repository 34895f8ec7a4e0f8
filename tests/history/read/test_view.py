"""The whole history is read in one sweep, as of any commit."""

from dataclasses import replace
from math import isnan

import msgspec
import pytest

from history.read import runs as reading
from history.read import view
from history.read.series import FAILED, MEASURED
from history.vcs import commits, revisions
from history.words.errors import UsageError
from history.words.records import Exclusion, Measured
from tests.conftest import ROOT
from tests.history.judge.builders import measured, point, run, workspace


def read(folder, *records, as_of=None):
    with workspace(folder, *records).reading() as connection:
        return view.read(connection, as_of=as_of)


def test_points_stand_in_commit_order_whatever_the_order_of_runs(tmp_path):
    (found,) = read(tmp_path, run(2, point(3.0)), run(0, point(1.0)), run(1, point(2.0))).series
    assert list(found.values) == [1.0, 2.0, 3.0]


def test_absent_points_keep_their_place_and_their_reason(tmp_path):
    history = read(tmp_path, run(0, point(1.0)), run(1, point("killed")), run(2, point(2.0)))
    (found,) = history.series
    assert list(found.status) == [MEASURED, FAILED, MEASURED]
    assert isnan(found.values[1])
    assert found.reasons[1] == "killed"
    assert list(found.measured) == [0, 2]


def test_a_long_history_that_is_read_in_parts_is_the_same(tmp_path, monkeypatch):
    names = [f"b{place}" for place in range(5)]
    nights = [
        run(night, *(point(float(night), benchmark=name) for name in names[: 5 - night % 2]))
        for night in (3, 0, 2, 1)
    ]
    whole = read(tmp_path / "whole", *nights).series
    monkeypatch.setattr(view, "AT_ONCE", 4)
    in_parts = read(tmp_path / "parts", *nights).series
    assert [one.key.benchmark for one in in_parts] == names
    for one, other in zip(whole, in_parts, strict=True):
        assert one.key == other.key
        assert list(one.runs) == list(other.runs)
        assert list(one.values) == list(other.values)


def test_the_spread_needs_four_samples(tmp_path):
    few = point(2.0, samples=(1.0, 2.0, 3.0))
    history = read(tmp_path, run(0, few))
    assert isnan(history.series[0].spread[0])


def test_what_two_or_three_samples_span_is_a_range_whatever_was_stored(tmp_path):
    def night(number, n, method):
        outcome = Measured(
            value=0.0193, n=n, low=1.9e-12, high=23147712.0, interval=method,
            minimum=0.0180, maximum=0.0206,
        )  # fmt: skip
        return run(number, msgspec.structs.replace(point(1.0), outcome=outcome))

    nights = ((2, "student"), (3, "range"), (4, "student"), (2, "exact-binomial"))
    records = [night(number, *one) for number, one in enumerate(nights)]
    (found,) = read(tmp_path, *records).series
    assert found.ranges == {0, 1}
    assert list(found.low) == [0.0180, 0.0180, 1.9e-12, 1.9e-12]
    assert list(found.high) == [0.0206, 0.0206, 23147712.0, 23147712.0]
    assert found.up_to(1).ranges == {0}


def test_as_of_a_commit_nothing_later_is_known(tmp_path):
    records = [run(night, point(float(night + 1))) for night in range(5)]
    (found,) = read(tmp_path, *records, as_of="c0002").series
    assert list(found.values) == [1.0, 2.0, 3.0]


def test_as_of_a_commit_a_repeated_run_of_it_is_known(tmp_path):
    records = [run(night, point(float(night + 1))) for night in range(3)]
    again = run(1, point(2.5), machine="box", started_at=records[2].run.started_at)
    again = type(again)(run=_renamed(again.run), points=again.points)
    (found,) = read(tmp_path, *records, again, as_of="c0001").series
    assert list(found.values) == [1.0, 2.0, 2.5]


def _renamed(made):
    return msgspec.structs.replace(made, run_id="f" * 32)


def test_as_of_a_commit_other_series_keep_what_is_not_later(tmp_path):
    records = [
        run(0, point(1.0), point(1.0, benchmark="other")),
        run(1, point(2.0)),
        run(2, point(3.0), point(3.0, benchmark="other")),
    ]
    history = read(tmp_path, *records, as_of="c0001")
    assert {one.key.benchmark: list(one.values) for one in history.series} == {
        "other": [1.0],
        "pipeline": [1.0, 2.0],
    }


def test_as_of_a_commit_before_a_series_began_there_is_no_such_series(tmp_path):
    records = [run(0, point(1.0)), run(1, point(2.0), point(2.0, benchmark="new"))]
    assert [one.key.benchmark for one in read(tmp_path, *records, as_of="c0000").series] == [
        "pipeline"
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [("dead", 'nothing was measured at a commit called "dead"'), ("c00", "several commits begin")],
)
def test_a_commit_that_cannot_be_found_is_an_error(tmp_path, name, message):
    with pytest.raises(UsageError, match=message):
        read(tmp_path, run(0, point(1.0)), run(1, point(1.0)), as_of=name)


def test_a_commit_can_be_named_by_its_tag(tmp_path):
    records = [run(0, point(1.0), tag="v1"), run(1, point(2.0))]
    assert read(tmp_path, *records, as_of="v1").series[0].size == 1


def test_a_branch_stands_for_its_newest_commit(tmp_path):
    records = [run(night, point(1.0), branch="main") for night in range(3)]
    with workspace(tmp_path, *records, run(3, point(1.0))).reading() as connection:
        runs = reading.read(connection)
    assert revisions.in_history(runs, "main").commit == "c0002"


def test_a_revision_that_git_knows_must_have_been_measured(tmp_path):
    with workspace(tmp_path, run(0, point(1.0))).reading() as connection:
        runs = reading.read(connection)
    with pytest.raises(UsageError, match="nothing was measured at"):
        revisions.exactly(runs, "HEAD", ROOT)
    head = commits.resolve(ROOT, "HEAD").sha
    measured = [replace(runs[0], commit=msgspec.structs.replace(runs[0].commit, sha=head))]
    assert revisions.exactly(measured, "HEAD", ROOT).commit == head


def test_a_run_that_is_left_out_keeps_its_place_and_says_why(tmp_path):
    made = workspace(tmp_path, *[run(night, point(float(night + 1))) for night in range(3)])
    with made.reading() as connection:
        second = view.read(connection).runs[1]
    made.exclude(Exclusion(run_id=second.run_id, made_at=second.started_at, reason="noisy"))
    with made.reading() as connection:
        history = view.read(connection)
    (found,) = history.series
    assert list(found.values) == [1.0, 3.0]
    assert list(found.runs) == [0, 2]
    assert [one.position for one in history.runs] == [0, 1, 2]
    assert [one.left_out for one in history.runs] == ["", "noisy", ""]
    assert [one.position for one in history.counting] == [0, 2]


def test_as_of_a_commit_the_runs_after_it_are_not_known_and_the_others_keep_their_place(tmp_path):
    records = [run(night, point(1.0), branch="main") for night in range(2)]
    records += [run(night, point(1.0), branch="later") for night in range(2, 6)]
    history = read(tmp_path, *records, as_of="c0001")
    assert [one.commit.sha for one in history.runs] == ["c0000", "c0001"]
    assert (history.as_of.sha, history.main_branch) == ("c0001", "main")


def test_a_warning_of_a_measurement_is_kept_beside_why_others_are_absent(tmp_path):
    warned = measured(1.0, warnings=("few samples.", "a busy machine."))
    first = msgspec.structs.replace(point(1.0), outcome=warned)
    (found,) = read(tmp_path, run(0, first), run(1, point("killed")), run(2, point(2.0))).series
    assert found.warnings == {0: ("few samples.", "a busy machine.")}
    assert [found.remark(place) for place in range(3)] == [
        "few samples. a busy machine.",
        "killed",
        "",
    ]


def test_an_empty_history_has_no_trends(tmp_path):
    made = workspace(tmp_path)
    with made.writing():
        pass
    with made.reading() as connection:
        history = view.read(connection)
    assert (history.series, history.runs, history.newest) == ((), (), None)
