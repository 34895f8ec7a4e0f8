"""Summarise changes that began at the same commits on one machine as one event.

``event_groups`` decides which changes are one event. Here each event gets its counts, its size, its
worst changes first, and whether the machine is a likelier cause than the code.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import exp, isfinite, log, nan
from statistics import fmean, quantiles
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from history.judge.episodes import ChangeDirection, State
from history.judge.event_names import measured_commits
from history.judge.size import Form
from history.words.metrics import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from history.detect.interface import Detection
    from history.judge.changes import ChangeRow
    from history.judge.confounders import Confounder
    from history.read.view import View

MOST: Final = 0.5
"""Share of a machine's speed series that must move before the machine is suspected."""
FEWEST_SERIES: Final = 5
FEWEST_BENCHMARKS: Final = 3
"""Fewest benchmarks that must move: all series of one benchmark may move through the code."""
ALIKE: Final = 1 / 3
"""Sizes are alike when their middle half lies within this share of their median."""
ALIKE_ANYWAY: Final = 0.02
"""Sizes this near to their median are always alike: so much is noise."""
WORST: Final = 3
SPEEDS: Final = frozenset({Kind.TIME, Kind.THROUGHPUT, Kind.RATIO})
"""Kinds of metrics that all move when a machine becomes slower."""
_GRAVITY: Final = (
    State.CONFIRMED,
    State.SUSPECT,
    State.ACKNOWLEDGED,
    State.EXPECTED,
    State.RECOVERED,
    State.FALSE_ALARM,
)
"""Order of statuses: open ones before decided ones."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large several changes are, as factors: 1.25 is a quarter more."""

    count: int
    """Number of changes, including those without a ratio."""
    mean: float
    """Geometric mean; NaN where no change has a ratio."""
    low: float
    high: float
    """Smallest and largest factor."""


@dataclass(frozen=True, slots=True)
class Suspected:
    """Something else that changed in the range of several changes."""

    what: Confounder
    count: int
    """Number of changes in whose range it lies."""


@dataclass(frozen=True, slots=True)
class Event:
    """Changes of one machine that begin at the same commits."""

    event_id: str
    machine: str
    commit: str
    """The commit that they share: the first at which all have their new level."""
    previous_commit: str
    """Last measured commit before it: the cause lies after it. The commit itself where they changed
    between two runs at it."""
    commit_time: datetime
    position: int
    """Index of the commit among all measured commits, from 0."""
    previous_position: int
    changes: tuple[ChangeRow, ...]
    """Changes, those that need attention first, then by size."""
    status: State
    """Status of its first, gravest change."""
    direction: ChangeDirection
    """Direction of its first change."""
    series: int
    """Number of changed series."""
    judged: int
    """Number of series of the machine that could have changed here: with enough points, on both
    sides.
    """
    worse: Sizes
    """Factors of cost of regressions: a rate that halves counts as 2. Below 1 for improvements.
    False alarms are left out.
    """
    better: Sizes
    neutral: int
    """Changes of metrics without a direction."""
    beside: int
    """Changes that begin a few measured commits before or after the range."""
    of_machine: bool = False
    """Whether the machine or its software is a likelier cause than the code: most of its speed
    series moved by a similar amount, and no other machine did so at the same commits.
    """
    also_on: tuple[str, ...] = ()
    """Ids of events of other machines at the same commits."""
    suspected: tuple[Suspected, ...] = ()
    """Confounders, the most frequent first."""

    @property
    def worst(self) -> tuple[ChangeRow, ...]:
        """The first few."""
        return self.changes[:WORST]

    @property
    def open_(self) -> tuple[ChangeRow, ...]:
        """Changes that need attention."""
        return tuple(one for one in self.changes if one.is_open_regression)

    @property
    def is_open(self) -> bool:
        """Whether any change is for the worse and not settled."""
        return any(one.is_open_regression for one in self.changes)

    @property
    def is_rerun(self) -> bool:
        """Whether both sides were measured at one commit: no code lies between them."""
        return self.previous_commit == self.commit


def cost(row: ChangeRow) -> float:
    """Factor of cost after a change; NaN where a ratio is meaningless.

    Above 1 for the worse and below it for the better, whether the metric is a time or a rate;
    without a direction it is simply after / before.
    """
    factor = 1 + row.size.change if row.size.form in {Form.SHARE, Form.MULTIPLE} else nan
    if not isfinite(factor) or factor <= 0:
        return nan
    falls = row.direction is ChangeDirection.REGRESSION and row.change < 0
    rises = row.direction is ChangeDirection.IMPROVEMENT and row.change > 0
    return 1 / factor if falls or rises else factor


def events(
    view: View, detections: Mapping[str, Detection], rows: Iterable[ChangeRow]
) -> tuple[Event, ...]:
    """Every event: newest commit first, then those that need attention, then by size."""
    groups: dict[str, list[ChangeRow]] = {}
    for row in rows:
        groups.setdefault(row.event, []).append(row)
    places = {
        sha: place for place, sha in enumerate(dict.fromkeys(run.commit.sha for run in view.runs))
    }
    judged = {
        machine: _judged(view, detections, machine, places)
        for machine in sorted({group[0].key.machine for group in groups.values()})
    }
    found = []
    wide = set()
    for name, group in groups.items():
        there = judged[group[0].key.machine]
        event = _event(name, group, there, places)
        found.append(event)
        if _is_wide(event, there):
            wide.add(name)
    return tuple(sorted(_among_machines(found, wide), key=_newest_first))


class _Judged(NamedTuple):
    """One machine: its commits, and the points of the series that can show a change."""

    commits: tuple[str, ...]
    first: NDArray[np.int64]
    """(series,) index of the commit of the oldest point."""
    last: NDArray[np.int64]
    """(series,) index of the commit of the newest point."""
    series: tuple[str, ...]
    speeds: frozenset[str]
    """The speed series among them, which all move when a machine becomes slower."""

    def at(self, event: Event) -> frozenset[str]:
        """Series with points on both sides of an event."""
        there = (self.first <= event.previous_position) & (self.last >= event.position)
        return frozenset(self.series[int(place)] for place in np.flatnonzero(there))


def _judged(
    view: View, detections: Mapping[str, Detection], machine: str, places: Mapping[str, int]
) -> _Judged:
    series = [
        one
        for one in view.series
        if one.key.machine == machine
        and one.measured.size
        and one.series_id in detections
        and detections[one.series_id].enough_data
    ]
    ends = [(int(one.measured[0]), one.last) for one in series]
    table = np.array(
        [
            [places[view.run(one, at).commit.sha] for at in own]
            for one, own in zip(series, ends, strict=True)
        ],
        dtype=np.int64,
    ).reshape(-1, 2)
    return _Judged(
        measured_commits(view, machine),
        table[:, 0],
        table[:, 1],
        tuple(one.series_id for one in series),
        frozenset(
            one.series_id for one in series if one.kind in SPEEDS and one.direction != "none"
        ),
    )


def _event(
    name: str, group: Sequence[ChangeRow], there: _Judged, places: Mapping[str, int]
) -> Event:
    own = [row for row in group if not row.is_beside]
    previous, commit = _range(own, there.commits)
    ordered = tuple(sorted(group, key=_gravest_first))
    counted = [row for row in ordered if row.status is not State.FALSE_ALARM]
    worse = [row for row in counted if row.direction is ChangeDirection.REGRESSION]
    better = [row for row in counted if row.direction is ChangeDirection.IMPROVEMENT]
    event = Event(
        event_id=name,
        machine=ordered[0].key.machine,
        commit=commit,
        previous_commit=previous,
        commit_time=next(row.commit_time for row in own if row.commit == commit),
        position=places[commit],
        previous_position=places[previous],
        changes=ordered,
        status=ordered[0].status,
        direction=ordered[0].direction,
        series=len({row.series_id for row in group}),
        judged=0,
        worse=_sizes(worse),
        better=_sizes(better),
        neutral=len(counted) - len(worse) - len(better),
        beside=len(group) - len(own),
        suspected=_suspected(group),
    )
    return replace(event, judged=len(there.at(event) | {row.series_id for row in group}))


def _range(own: Sequence[ChangeRow], commits: Sequence[str]) -> tuple[str, str]:
    """The intersection of the ranges of all these changes, as in ``event_groups``."""
    places = {sha: place for place, sha in enumerate(commits)}
    until = min(places[row.commit] for row in own)
    if all(row.previous_commit == row.commit for row in own):
        return commits[until], commits[until]
    after = max(min(places[row.previous_commit], places[row.commit] - 1) for row in own)
    return commits[after], commits[until]


def _gravest_first(row: ChangeRow) -> tuple[int, int, float, str, int]:
    """Sort key: open regressions, confirmed first; then improvements; then settled ones."""
    kind = 0 if row.is_open_regression else 1 if row.is_open and row.has_direction else 2
    size = abs(log(factor)) if isfinite(factor := cost(row)) else 0.0
    return (
        kind if row.is_open else 3,
        _GRAVITY.index(row.status),
        -size,
        row.series_id,
        row.index,
    )


def _newest_first(event: Event) -> tuple[int, tuple[int, int, float, str, int], str]:
    return -event.position, _gravest_first(event.changes[0]), event.event_id


def _sizes(rows: Sequence[ChangeRow]) -> Sizes:
    factors = [factor for row in rows if isfinite(factor := cost(row))]
    if not factors:
        return Sizes(len(rows), nan, nan, nan)
    mean = exp(fmean(map(log, sorted(factors))))
    return Sizes(len(rows), mean, min(factors), max(factors))


def _suspected(rows: Sequence[ChangeRow]) -> tuple[Suspected, ...]:
    counts = Counter(what for row in rows for what in dict.fromkeys(row.suspects))
    found = [Suspected(what, count) for what, count in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.count, type(one.what).__name__, str(one))))


def _is_wide(event: Event, there: _Judged) -> bool:
    """Whether most speed series of the machine moved in one direction by a similar amount."""
    could = there.at(event) & there.speeds
    moved = {
        row.series_id: (row, log(factor))
        for row in event.changes
        if row.series_id in there.speeds
        and row.has_direction
        and row.status is not State.FALSE_ALARM
        and isfinite(factor := cost(row))
    }
    sizes = [((row.key.suite, row.key.benchmark), size) for row, size in moved.values()]
    return moved_alike(sizes, len(could | set(moved)))


def moved_alike(moved: Sequence[tuple[tuple[str, str], float]], could: int) -> bool:
    """Whether most of so many speed series moved in one direction by a similar amount.

    Each is a suite and benchmark, and the logarithm of its `cost`.
    """
    up = [one for one in moved if one[1] > 0]
    side = up if 2 * len(up) >= len(moved) else [one for one in moved if one[1] < 0]
    if len(side) < FEWEST_SERIES or len({work for work, _ in side}) < FEWEST_BENCHMARKS:
        return False
    if len(side) <= MOST * could:
        return False
    low, middle, high = quantiles([size for _, size in side], n=4)
    return high - low <= max(ALIKE * abs(middle), ALIKE_ANYWAY)


def _among_machines(found: Sequence[Event], wide: Collection[str]) -> Iterator[Event]:
    """Add the events of other machines at the same commits, which are evidence for the code."""
    for event in found:
        also = [one for one in found if one.machine != event.machine and _overlap(one, event)]
        moved_too = any(one.series > MOST * one.judged for one in also)
        yield replace(
            event,
            of_machine=event.event_id in wide and not moved_too,
            also_on=tuple(sorted(one.event_id for one in also)),
        )


def _overlap(one: Event, other: Event) -> bool:
    first = max(one.previous_position, other.previous_position)
    return first < min(one.position, other.position) or one.position == other.position
