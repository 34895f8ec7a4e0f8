"""Find the changes of quality that an improvement is traded for, and vice versa.

A decoder that became four times as fast with twice the errors did not simply improve: both changes
belong on one line.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from history.judge.episodes import ChangeDirection
from history.judge.trade import Trade, without_parts
from history.words.metrics import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.judge.changes import ChangeRow
    from history.read.series import Series
    from history.read.view import View

SLACK: Final = 2
"""Runs by which the position of a small step may be wrong."""


def paired(view: View, rows: Sequence[ChangeRow]) -> tuple[ChangeRow, ...]:
    """The same rows, each with its trades."""
    by_id = {series.series_id: series for series in view.series}
    sides: defaultdict[tuple[str, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number, row in enumerate(rows):
        where = (row.key.benchmark_id, row.key.variant, row.key.machine)
        is_quality = by_id[row.series_id].kind == Kind.QUALITY
        if row.direction is ChangeDirection.IMPROVEMENT and not is_quality:
            sides[where][0].append(number)
        elif row.direction is ChangeDirection.REGRESSION and is_quality:
            sides[where][1].append(number)
    against: defaultdict[int, list[Trade]] = defaultdict(list)
    for gains, losses in sides.values():
        for gain in gains:
            for loss in losses:
                if _meet(_span(by_id, rows[gain]), _span(by_id, rows[loss])):
                    against[gain].append(Trade(rows[loss].key.metric, rows[loss].size))
                    against[loss].append(Trade(rows[gain].key.metric, rows[gain].size))
    return tuple(
        replace(row, trades=without_parts(against[number])) if number in against else row
        for number, row in enumerate(rows)
    )


def _span(by_id: dict[str, Series], row: ChangeRow) -> tuple[int, int]:
    """Positions of the last run of the old level and the first of the new one."""
    runs = by_id[row.series_id].runs
    return int(runs[row.previous_index]), int(runs[row.end_index])


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1]) + SLACK
