"""Only ancestors judge a commit: where the graph is known by it, else by the names of branches."""

from datetime import timedelta

import pytest

from history.judge import baseline
from history.judge.judge import judge
from history.read import view
from history.report.wording import thresholds as wording
from history.vcs import commits
from tests.history.judge.builders import START, facts, point, run, trend, trends, workspace
from tests.history.vcs.repository import repository

SLOWER_THAN_PARENT = {"metric": "*", "worse_by": "10 %", "baseline": "parent", "name": "slower"}


def measured(night, value, sha, *parents, branch="main", second=None, **more):
    """A run at a commit of a graph; a commit of which no parents are given has unknown ones."""
    lineage = ((sha, *parents),) if parents else ()
    moment = START + timedelta(seconds=night if second is None else second)
    return run(
        night,
        *([] if value is None else [point(value)]),
        sha=sha,
        time=moment,
        parents=parents,
        lineage=lineage,
        branch=branch,
        started_at=START + timedelta(days=night),
        **more,
    )


def judged(folder, *records, as_of=None, **tables):
    made = workspace(folder, *records, **tables)
    with made.reading() as connection:
        history = view.read(connection, as_of=as_of)
        return judge(connection, made.loaded, history)


def found_baseline(folder, *records, kind="median"):
    """The baseline of the newest point."""
    with workspace(folder, *records).reading() as connection:
        history = view.read(connection)
    (series,) = history.series
    return baseline.find(history, series, series.size - 1, kind)


def remembered_baseline(*nights, kind="median"):
    """The same of a history that is in no database: value, commit, parents and branch by night."""
    runs = [
        facts(night, sha=sha, parents=parents, branch=branch)
        for night, (_, sha, parents, branch) in enumerate(nights)
    ]
    history = trends(trend([value for value, *_ in nights]), runs=runs)
    (series,) = history.series
    return baseline.find(history, series, series.size - 1, kind)


@pytest.fixture
def pushed(tmp_path):
    """P, then A that a forced push takes away, then B in its place."""
    return [
        measured(0, 2.0, "p", "o"),
        measured(1, 1.0, "a", "p"),
        measured(2, 2.02, "b", "p"),
    ]


@pytest.mark.parametrize("kind", ["parent", "median"])
def test_a_commit_that_was_pushed_away_judges_nothing(tmp_path, pushed, kind):
    found = found_baseline(tmp_path, *pushed, kind=kind)
    assert (found.value, found.newest) == (2.0, "p")
    gates = judged(tmp_path, threshold=[SLOWER_THAN_PARENT | {"baseline": kind}]).gates
    assert gates == ()


def test_a_commit_that_was_pushed_away_stays_visible_and_is_marked(tmp_path, pushed):
    with workspace(tmp_path, *pushed).reading() as connection:
        history = view.read(connection)
    (series,) = history.series
    assert list(series.values) == [2.0, 1.0, 2.02]
    assert [history.run(series, index).abandoned for index in range(3)] == [False, True, False]
    assert list(history.aside(series)) == [False, True, False]


def test_a_series_whose_newest_point_was_pushed_away_is_judged_by_the_one_before(tmp_path):
    records = [
        measured(0, 2.0, "p", "o"),
        measured(1, 3.0, "a", "p"),
        run(2, point(1.0, benchmark="other"), sha="b", parents=("p",), branch="main",
            lineage=(("b", "p"),)),
    ]  # fmt: skip
    limit = {"name": "limit", "metric": "*", "limit": "2500 ms"}
    assert judged(tmp_path, *records, threshold=[limit]).gates == ()


def test_a_series_known_of_a_commit_pushed_away_alone_is_not_judged(tmp_path):
    records = [
        run(0, point(1.0, benchmark="other"), sha="p", branch="main"),
        measured(1, 3.0, "a", "p"),
        run(2, point(1.0, benchmark="other"), sha="b", parents=("p",), branch="main",
            lineage=(("b", "p"),)),
    ]  # fmt: skip
    limit = {"name": "limit", "metric": "*", "limit": "2500 ms"}
    found = judged(tmp_path, *records, threshold=[limit])
    words = [str(one.word) for one in found.verdicts.values()]
    assert (found.gates, words) == ((), ["not enough data", "not enough data"])


def test_as_of_a_commit_that_was_pushed_away_later_it_is_judged_as_it_was_then(tmp_path, pushed):
    pushed[1] = measured(1, 3.0, "a", "p")
    (gate,) = judged(tmp_path, *pushed, as_of="a", threshold=[SLOWER_THAN_PARENT]).gates
    assert (gate.commit, gate.value) == ("a", 3.0)


def test_a_merged_side_branch_is_an_ancestor(tmp_path):
    records = [
        measured(0, 2.0, "p", "o"),
        measured(1, 1.0, "side", "p", branch="try"),
        measured(2, 2.0, "q", "p"),
        measured(3, 1.0, "merge", "q", "side"),
    ]
    found = found_baseline(tmp_path, *records)
    assert (found.points, found.oldest, found.newest) == (3, "p", "q")
    assert found_baseline(tmp_path, kind="parent").newest == "q"


@pytest.mark.parametrize("branch", ["merge-request", ""])
def test_merge_requests_never_become_the_baseline_of_main(tmp_path, branch):
    records = [measured(0, 2.0, "a0", "o")]
    records += [
        measured(1 + number, 1.0, f"r{number}", "a0", branch=branch and f"{branch}-{number}")
        for number in range(10)
    ]
    records += [measured(20, 2.0, "b0", "a0", branch="main" if branch else "")]
    for kind in ("median", "parent"):
        found = found_baseline(tmp_path, *records, kind=kind)
        assert (found.value, found.newest) == (2.0, "a0")
        records = []  # they are stored
    assert judged(tmp_path).regressions == ()


def test_merge_requests_of_shallow_clones_are_known_by_their_names():
    requests = [(1.0, f"r{one}", (), f"fix-{one}") for one in range(10)]
    found = remembered_baseline((2.0, "a0", (), "main"), *requests, (2.0, "b0", (), "main"))
    assert (found.value, found.newest) == (2.0, "a0")


def test_an_unknown_parent_is_never_called_parent():
    nights = [(2.0, "a0", (), "main"), (2.0, "b0", (), "main")]
    found = remembered_baseline(*nights, kind="parent")
    assert wording.baseline(found) == "the point before, parent unknown (a0, 1 day older)"


def test_a_shallow_clone_knows_its_parent_and_calls_it_so(tmp_path):
    made = repository(tmp_path / "whole")
    old, new = made.commit("old", 5), made.commit("new", 5)
    records = []
    for night, sha in enumerate((new, old)):
        clone = made.clone(tmp_path / sha[:8], sha, depth=1)
        found = commits.current_commit(clone.path)
        given = {name: getattr(found, name) for name in found.__struct_fields__}
        records.append(run(night, point(2.0), **given))
    assert (
        wording.baseline(found_baseline(tmp_path, *records, kind="parent"))
        == f"parent ({old[:12]})"
    )


def test_a_side_branch_that_was_measured_last_hides_no_change_of_the_main_one(tmp_path):
    line = [measured(0, 1.0, "m00", "o")]
    line += [
        measured(night, 1.0 if night < 20 else 2.0, f"m{night:02}", f"m{night - 1:02}")
        for night in range(1, 40)
    ]
    side = measured(50, 1.0, "side", "m10", branch="try")
    (change,) = judged(tmp_path, *line, side).regressions
    assert (change.commit, change.status) == ("m20", "confirmed")


def test_the_clock_of_a_baseline_may_be_ahead(tmp_path):
    records = [
        measured(0, 2.0, "p", "o", second=9 * 86_400),
        measured(1, 2.0, "b", "p", second=0),
    ]
    assert wording.baseline(found_baseline(tmp_path, *records, kind="parent")) == "parent (p)"
