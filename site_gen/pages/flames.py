"""Find the profiles of both sides of a change: in a duet of its commits, or in two runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history import addresses
from history.words.records import Side

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from history.compare.stored_duets import StoredDuet
    from history.judge.changes import ChangeRow
    from history.judge.events import Event
    from history.read.series import Series
    from history.read.view import View
    from site_gen.writers.profiles import ShownProfile

NEAR: Final = 30
"""Points on each side of a change that are searched, nearest first."""


@dataclass(frozen=True, slots=True)
class Flames:
    """Flame graphs of one benchmark in one variant before a change and after it."""

    before: str
    after: str
    """Addresses of the pictures."""
    before_commit: str
    after_commit: str
    is_duet: bool
    """Whether one job measured both."""


def runs(
    view: View, events: Sequence[Event], duets: Sequence[StoredDuet], have: Collection[str]
) -> Iterator[str]:
    """Ids of runs and duets with profiles beside changes, of the newest events first."""
    by_id = {series.series_id: series for series in view.series}
    for event in events if have else ():
        for change in event.changes:
            yield from (one.run_id for one in duets if _is_of(one, change) and one.run_id in have)
            series = by_id[change.series_id]
            for places in _places(series, change):
                ids = (view.run(series, place).run_id for place in places)
                found = next((one for one in ids if one in have), "")
                if found:
                    yield found


def found(
    view: View,
    events: Sequence[Event],
    duets: Sequence[StoredDuet],
    shown: Mapping[str, Sequence[ShownProfile]],
) -> dict[tuple[str, int], Flames]:
    """By series and index, of the changes that have a picture on both sides."""
    by_id = {series.series_id: series for series in view.series}
    told: dict[tuple[str, int], Flames] = {}
    for event in events if shown else ():
        for change in event.changes:
            series = by_id[change.series_id]
            one = _in_duet(change, duets, shown) or _in_runs(view, series, change, shown)
            if one is not None:
                told[change.series_id, change.index] = one
    return told


def _in_duet(
    change: ChangeRow,
    duets: Sequence[StoredDuet],
    shown: Mapping[str, Sequence[ShownProfile]],
) -> Flames | None:
    for duet in duets:
        if _is_of(duet, change):
            own = shown.get(duet.run_id, ())
            before, after = (_picture(own, change, side) for side in (Side.BASE, Side.HEAD))
            if before and after:
                return Flames(before, after, duet.base, duet.head, is_duet=True)
    return None


def _in_runs(
    view: View,
    series: Series,
    change: ChangeRow,
    shown: Mapping[str, Sequence[ShownProfile]],
) -> Flames | None:
    sides = []
    for places in _places(series, change):
        of_runs = (view.run(series, place) for place in places)
        pictures = ((_picture(shown.get(one.run_id, ()), change), one) for one in of_runs)
        first = next(((picture, one.commit.sha) for picture, one in pictures if picture), None)
        if first is None:
            return None
        sides.append(first)
    (before, before_commit), (after, after_commit) = sides
    return Flames(before, after, before_commit, after_commit, is_duet=False)


def _places(series: Series, change: ChangeRow) -> tuple[list[int], list[int]]:
    """Points before a change and after it, the nearest first; between both ends of a drift none."""
    measured = series.measured
    before = measured[measured <= change.previous_index][-NEAR:]
    after = measured[measured >= max(change.index, change.end_index)][:NEAR]
    return before[::-1].tolist(), after.tolist()


def _is_of(duet: StoredDuet, change: ChangeRow) -> bool:
    """Whether it measured the commit before a change against the one at which it begins."""
    return (duet.base, duet.head, duet.machine, duet.dirty) == (
        change.previous_commit,
        change.commit,
        change.key.machine,
        False,
    )


def _picture(own: Sequence[ShownProfile], change: ChangeRow, side: str = "") -> str:
    """Of the benchmark of a change, in its variant."""
    wanted = (addresses.benchmark_of(change.key), change.key.variant, side)
    return next((one.picture for one in own if one.picture and one.of == wanted), "")
