"""Find the events that begin at the head: many series of one machine that changed together."""

from __future__ import annotations

from math import expm1, isfinite, log
from statistics import fmean
from typing import TYPE_CHECKING, Final

import msgspec

from history import addresses
from history.compare.results import ComparisonVerdict
from history.judge.episodes import ChangeDirection
from history.judge.events import SPEEDS, moved_alike
from history.report.review.result import Event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from history.compare.results import ComparisonRow
    from history.judge.events import Event as Judged
    from history.report.review.tidy import Tidy


def at_head(
    found: Iterable[Judged], commits: Collection[str], machines: Collection[str], tidy: Tidy
) -> tuple[Event, ...]:
    """Events that begin at one of these commits on one of these machines, the gravest first.

    A single series is no event: it has a row.
    """
    own = [
        event
        for event in found
        if event.series > 1 and event.commit in commits and event.machine in machines
    ]
    own.sort(key=lambda event: (not event.is_open, -event.series))
    return tuple(_event(event, tidy) for event in own)


def of_rows(rows: Sequence[ComparisonRow], base: str, head: str, tidy: Tidy) -> tuple[Event, ...]:
    """An event at the head for each machine on which most speed series moved alike since the base.

    One run is too few for a detector, but enough to doubt the machine; when several machines moved
    so, the code is likelier.
    """
    found = []
    for machine in sorted({row.key.machine for row in rows}):
        speeds = [
            (row, log(row.speedup))
            for row in rows
            if row.key.machine == machine and row.kind in SPEEDS and row.speedup
        ]
        moved = [(row, -faster) for row, faster in speeds if row.verdict in _MOVED]
        sizes = [((row.key.suite, row.key.benchmark), cost) for row, cost in moved]
        if moved_alike(sizes, len(speeds)):
            found.append(_of_machine(machine, moved, len(speeds), (base, head), tidy))
    if len(found) > 1:
        return tuple(msgspec.structs.replace(one, of_machine=False) for one in found)
    return tuple(found)


_MOVED: Final = frozenset(
    {ComparisonVerdict.REGRESSION, ComparisonVerdict.IMPROVEMENT, ComparisonVerdict.SUSPECT}
)


def _of_machine(
    machine: str,
    moved: Sequence[tuple[ComparisonRow, float]],
    could: int,
    commits: tuple[str, str],
    tidy: Tidy,
) -> Event:
    """``moved`` are rows with the logarithm of their factor of cost."""
    worse = [cost for _, cost in moved if cost > 0]
    side = worse or [cost for _, cost in moved]
    largest = sorted(moved, key=lambda one: -abs(one[1]))[:3]
    return Event(
        machine=tidy.name(machine),
        previous=tidy.name(commits[0]),
        commit=tidy.name(commits[1]),
        series=len(moved),
        of=could,
        worse=len(worse),
        better=len(moved) - len(worse),
        change=expm1(fmean(side)),
        low=expm1(min(side)),
        high=expm1(max(side)),
        worst=tuple(tidy.name(f"{row.key.benchmark_id} {row.key.metric}") for row, _ in largest),
        of_machine=True,
        page=addresses.commit(commits[1]),
    )


def _event(event: Judged, tidy: Tidy) -> Event:
    is_worse = event.direction is ChangeDirection.REGRESSION
    sizes = event.worse if is_worse or not event.better.count else event.better
    mean, low, high = (
        end - 1 if isfinite(end) else None for end in (sizes.mean, sizes.low, sizes.high)
    )
    return Event(
        machine=tidy.name(event.machine),
        commit=tidy.name(event.commit),
        previous=tidy.name(event.previous_commit),
        series=event.series,
        of=event.judged,
        worse=event.worse.count,
        better=event.better.count,
        change=mean,
        low=low,
        high=high,
        worst=tuple(
            tidy.name(f"{row.key.benchmark_id} {row.key.metric}") for row in event.worst[:3]
        ),
        of_machine=event.of_machine,
        page=addresses.event(event.event_id),
    )
