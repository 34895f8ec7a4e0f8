"""Choose the baseline of a new point, and state its age."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from math import nan
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np

from history.project.limits import RELEASE
from history.read.series import Series
from history.read.view import View
from history.vcs import revisions
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from history.read.runs import Run

MEDIAN_OF: Final = 10
"""Points of a median baseline: with ten, one spike moves it by about a tenth of the noise."""

_NEAR: Final = 64
"""Newest points among which those of a median are looked for before all are."""


class BaselineKind(StrEnum):
    """The kind of a baseline."""

    MEDIAN = "median"
    PARENT = "parent"
    ANCESTOR = "nearest measured ancestor"
    """The parent was not measured."""
    BEFORE = "the point before, parent unknown"
    """As in a shallow clone."""
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The baseline of a point."""

    kind: BaselineKind
    tag: str
    """Name of the release; empty for another kind."""
    value: float
    """In the series' unit."""
    points: int
    """Number of points behind it."""
    n: int
    """Number of samples behind it."""
    oldest: str
    """Commit of the oldest of the points."""
    newest: str
    """Commit of the newest of the points."""
    points_back: int
    """Distance of the newest of them from the judged point in measured points; 1 is the last one.
    """
    newest_at: datetime
    """Commit time of the newest of the points."""
    days: float
    """Days between the commits of the newest of the points and of the judged one."""


def releases(kinds: Iterable[str], runs: Sequence[Run], root: Path) -> dict[str, str]:
    """The commit that each ``release:TAG`` among these kinds stands for; unknown ones are left out.

    Tags that runs carry come first. A tag is often set after the night that measured its commit,
    so git is asked for the others, and a commit that was not measured gives its nearest measured
    ancestor.
    """
    found = {}
    for kind in kinds:
        if kind.startswith(RELEASE):
            with suppress(UsageError):
                found[kind] = revisions.nearest(runs, kind.removeprefix(RELEASE), root).commit
    return found


def find(
    view: View, series: Series, index: int, kind: str, released: Mapping[str, str] | None = None
) -> Baseline | None:
    """The baseline of that kind for one point of a series, or None when there is none.

    ``released`` are the commits of releases, see ``releases``. Points of the judged commit itself
    are never part of it, so that a repeated run is not compared with itself. Nor are points of
    commits that are not its ancestors; if ancestry is unknown, points of its own branch and of the
    main one count. A parent that was not measured is replaced by the nearest measured ancestor,
    with its age; only a known parent is called parent.
    """
    judged = view.run(series, index).commit
    before, tag = series.measured[series.measured < index], ""
    earlier = before[_may_judge(view, int(series.runs[index]))[series.runs[before]]]
    if kind == "median":
        chosen = earlier[-MEDIAN_OF:]
        found = BaselineKind.MEDIAN
    elif kind == "parent":
        parents = view.ancestry.parents(view.run(series, index))
        at_parent = earlier[np.isin(view.commits[series.runs[earlier]], parents[:1])]
        chosen = at_parent[-1:] if at_parent.size else earlier[-1:]
        found = BaselineKind.ANCESTOR if parents else BaselineKind.BEFORE
        if at_parent.size:
            found = BaselineKind.PARENT
    else:
        found, tag = BaselineKind.RELEASE, kind.removeprefix(RELEASE)
        commit = (released or {}).get(kind)
        made = [view.run(series, int(i)).commit for i in before]
        chosen = before[[one.tag == tag or one.sha == commit for one in made]][-1:]
    if not chosen.size:
        return None
    oldest, newest = (view.run(series, int(chosen[place])).commit for place in (0, -1))
    return Baseline(
        kind=found,
        tag=tag,
        value=median(series.values[chosen].tolist()),
        points=int(chosen.size),
        n=int(series.n[chosen].sum()),
        oldest=oldest.sha,
        newest=newest.sha,
        points_back=int((before > chosen[-1]).sum()) + 1,
        newest_at=newest.time,
        days=(judged.time - newest.time).total_seconds() / 86_400,
    )


def medians(view: View, position: int, points: Iterable[tuple[Series, int]]) -> tuple[float, ...]:
    """The median baselines of many points of one run, as ``find`` has them; NaN for none.

    ``position`` is that of the run, a point is a series and its index.
    """
    listed, found = list(points), []
    if not listed:  # the ancestry of each commit would have to be computed
        return ()
    may = _may_judge(view, position)
    for series, index in listed:
        before = series.measured[: int(np.searchsorted(series.measured, index))]
        near = before[-_NEAR:]
        chosen = near[may[series.runs[near]]]
        if chosen.size < MEDIAN_OF:  # all of the newest may be of other branches
            chosen = before[may[series.runs[before]]]
        chosen = chosen[-MEDIAN_OF:]
        found.append(median(series.values[chosen].tolist()) if chosen.size else nan)
    return tuple(found)


def _may_judge(view: View, position: int) -> NDArray[np.bool_]:
    """(runs,) whether points of each run may be part of a baseline for one run."""
    sha = view.runs[position].commit.sha
    may: NDArray[np.bool_] = view.ancestry.presumed(position) & (view.commits != sha)
    return may
