"""Find the newest commit at which two machines or variants did the same work."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from history.compare import select

if TYPE_CHECKING:
    from collections.abc import Iterable

    from history.compare.results import Key
    from history.compare.select import Side
    from history.read.series import Series
    from history.read.view import View


def newest(history: View, first: Side, second: Side, left_out: frozenset[str]) -> dict[str, str]:
    """Series id -> id of the run to compare, for series that both sides have.

    Comparing a machine measured last night with one measured last week would show the commits in
    between. Series without a common commit are left out.
    """
    found: dict[str, str] = {}
    work = [_by_work(history.series, side, left_out) for side in (first, second)]
    for key in work[0].keys() & work[1].keys():
        pairs = (
            (last, one, other)
            for one in work[0][key]
            for other in work[1][key]
            if (last := _last_common(history, one, other)) is not None
        )
        best = max(pairs, key=lambda pair: pair[0], default=None)
        if best is not None:
            place, *two = best
            commit = history.runs[place].commit.sha
            found |= {one.series_id: _run_at(history, one, commit) for one in two}
    return found


def _by_work(
    every: Iterable[Series], side: Side, left_out: frozenset[str]
) -> dict[Key, list[Series]]:
    found: defaultdict[Key, list[Series]] = defaultdict(list)
    for series in every:
        if select.is_on(side, series.key.machine, series.key.variant):
            found[select.key_of(series.key, left_out)].append(series)
    return found


def _last_common(history: View, one: Series, other: Series) -> int | None:
    """Index of the newest run of ``one`` at a commit at which ``other`` was measured too."""
    commits = {history.runs[int(place)].commit.sha for place in other.runs[other.measured]}
    for place in one.runs[one.measured][::-1]:
        if history.runs[int(place)].commit.sha in commits:
            return int(place)
    return None


def _run_at(history: View, series: Series, commit: str) -> str:
    runs = (history.runs[int(place)] for place in series.runs[series.measured][::-1])
    return next(run.run_id for run in runs if run.commit.sha == commit)
