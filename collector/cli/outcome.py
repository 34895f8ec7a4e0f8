"""The result of one benchmark as one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collector.cli.summary import beside, of_one, spread
from history.report.wording import numbers
from history.words.metrics import find, shown_in
from history.words.records import Measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.contract import Case
    from collector.planning.plan import SuiteWork
    from history.words.records import Point


def outcome_line(work: SuiteWork, case: Case, points: Sequence[Point]) -> str:
    """``micro.top_k[k=50] runtime=torch: 66 µs ±1.2 % (n=30)`` or why there is nothing.

    The field's usual metrics are named: ``rtf 0.13× ±2 % (n=6), wer 8.2 % (n=10)``.
    ``points`` are those of the case, headline first; there is at least one.
    """
    label = work.label(case)
    outcome = points[0].outcome
    if not isinstance(outcome, Measured):
        return f"{label}: {type(outcome).__name__.lower()}: {outcome.reason}"
    chosen = of_one(points)
    plain = chosen == [points[0]]
    told = ", ".join(
        filter(
            None,
            (_told(one, "" if plain else one.metric, beside(one, points)) for one in chosen),
        )
    )
    return f"{label}: {told}"


def _told(point: Point, name: str, errors: str) -> str:
    outcome = point.outcome
    if not isinstance(outcome, Measured):
        return ""
    unit = shown_in(point.metric, point.unit or find(point.metric).unit)
    value, around = numbers.value(outcome.value, unit), spread(outcome, unit)
    base = f"({'; '.join(filter(None, (f'n={outcome.n}', errors)))})"
    return " ".join(filter(None, (name, value, around, base)))
