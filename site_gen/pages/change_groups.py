"""Group changes of one benchmark, event and direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from site_gen.pages.series_row import SeriesRow, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from history.judge.changes import ChangeRow
    from site_gen.pages.context import Context

_TRUST = {"confirmed": 0, "suspect": 1}


@dataclass(frozen=True, slots=True, eq=False)
class ChangeGroup:
    """The largest change of a group, and its other changes."""

    row: SeriesRow
    change: ChangeRow
    others: tuple[tuple[SeriesRow, ChangeRow], ...]


def change_groups(context: Context, changes: Iterable[ChangeRow]) -> tuple[ChangeGroup, ...]:
    """Groups of changes, the newest commit first; within one commit the largest change first."""
    groups: dict[tuple[str, str, str, str], list[ChangeRow]] = {}
    for change in changes:
        known = context.by_series.get(change.series_id)
        if known is not None:
            key = (known[0].path, change.event, change.direction, change.status)
            groups.setdefault(key, []).append(change)
    when = context.order
    found = []
    for group in groups.values():
        group.sort(key=lambda one: (-abs(one.change), one.series_id))
        rows = [(row_of(context, *context.by_series[one.series_id]), one) for one in group]
        found.append(ChangeGroup(*rows[0], tuple(rows[1:])))
    found.sort(
        key=lambda one: (
            -when.get(one.change.commit, 0),
            not one.change.is_regression,
            _TRUST.get(one.change.status, 2),
            -abs(one.change.change),
            one.change.series_id,
        )
    )
    return tuple(found)
