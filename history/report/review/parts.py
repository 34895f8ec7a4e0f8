"""Divide the lines of a review into visible and folded ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.compare.results import ComparisonVerdict
from history.report.review.result import QUIET

if TYPE_CHECKING:
    from history.report.review.result import Absence, Review, Row

AT_ONCE: Final = 10
"""Visible lines of a kind."""
LOUD: Final = frozenset(
    {
        ComparisonVerdict.FAILED,
        ComparisonVerdict.MISSING,
        ComparisonVerdict.NOT_COMPARABLE,
    }
)


def gone(review: Review) -> tuple[Absence, ...]:
    """Benchmarks that failed, are missing, or could not be compared."""
    return tuple(one for one in review.absences if one.verdict in LOUD)


def others(review: Review) -> tuple[Absence, ...]:
    """Benchmarks that are new, or that neither side ran."""
    return tuple(one for one in review.absences if one.verdict not in LOUD)


def speaking(review: Review) -> tuple[Row, ...]:
    """Rows with a difference."""
    return tuple(one for one in review.rows if one.verdict not in QUIET)


def quiet(review: Review) -> tuple[Row, ...]:
    """Rows without a difference."""
    return tuple(one for one in review.rows if one.verdict in QUIET)
