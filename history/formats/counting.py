"""Report the counts of a file's rows, with the first rows of each reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from history.formats.interface import LeftOut, Refused
from history.report.wording import numbers

if TYPE_CHECKING:
    from history.formats.take_in import FileResult

_ROWS_NAMED: Final = 5
"""Most rows listed for one reason; others are counted."""
_REASONS_NAMED: Final = 20
_PARTICULARS: Final = re.compile(r'"[^"]*"|[+-]?\d[\d.,e+-]*')
"""Names and numbers in which reasons of one kind differ."""


def summary_line(result: FileResult) -> str:
    """``a.csv: 120 rows read, 118 taken, 0 left out, 2 refused; 118 points: 100 new, 18 known``."""
    found = result.imported
    points = result.points_added + result.points_known
    return (
        f"{result.name}: {numbers.counted(found.rows_read, 'row')} read, {found.rows_taken} taken,"
        f" {len(found.left_out)} left out, {len(found.refused)} refused;"
        f" {numbers.counted(points, 'point')}: {result.points_added} new, "
        f"{result.points_known} already there"
    )


def reason_lines(result: FileResult) -> Iterator[str]:
    """A line for each reason why rows were refused or left out, with the first of these rows."""
    yield from _lines("refused", result.imported.refused)
    yield from _lines("left out", result.imported.left_out)


def _lines(what: str, rows: Sequence[Refused] | Sequence[LeftOut]) -> Iterator[str]:
    reasons: dict[str, list[Refused | LeftOut]] = {}
    for one in rows:
        reasons.setdefault(_PARTICULARS.sub("...", one.reason), []).append(one)
    for alike in list(reasons.values())[:_REASONS_NAMED]:
        yield f"{_named(alike)} {what}: {alike[0].reason}"
    further = list(reasons.values())[_REASONS_NAMED:]
    if further:
        yield f"{sum(map(len, further))} more rows {what} for {len(further)} more reasons"


def _named(rows: Sequence[Refused | LeftOut]) -> str:
    """``row 3``, ``rows 3, 4``, ``rows 3, 4, 5, 6, 7 and 12 more``."""
    named = ", ".join(str(one.row) for one in rows[:_ROWS_NAMED])
    more = len(rows) - _ROWS_NAMED
    plural = "s" if len(rows) > 1 else ""
    return f"row{plural} {named}" + (f" and {more} more" if more > 0 else "")
