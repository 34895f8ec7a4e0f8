"""Mark regressions as accepted by trailers of the head's commits. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from history.compare.results import ComparisonVerdict
from history.report.review.result import ACTIONS, Accepted, outcome_of
from history.report.wording import review_notes
from history.words import globs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.report.review.result import Review, Row
    from history.report.review.tidy import Tidy
    from history.vcs.trailers import Trailer

MOST: int = 50
"""Most trailers that are applied; the others are counted."""


def count(rows: Sequence[Row], accepted: Sequence[Accepted]) -> int:
    """How many of the regressions that have a row are accepted."""
    return sum(of_row(row, accepted) is not None for row in rows)


def of_row(row: Row, accepted: Sequence[Accepted]) -> Accepted | None:
    """The acceptance of this row; None unless it is a regression."""
    if row.verdict is not ComparisonVerdict.REGRESSION:
        return None
    return next((one for one in accepted if _fits(one, row)), None)


def apply(review: Review, trailers: Sequence[Trailer], tidy: Tidy) -> Review:
    """The review with these acceptances, and a note about each.

    A value is ``GLOB: reason``; one without a reason, or without a matching regression, only gets a
    note.
    """
    before = tidy.changed
    taken: list[Accepted] = []
    notes = list(review.notes)
    for trailer in trailers[:MOST]:
        one = Accepted(
            benchmark=tidy.name(trailer.glob),
            reason=tidy.reason(trailer.reason),
            sha=tidy.name(trailer.sha),
        )
        fits = count(review.rows, [one]) if one.benchmark and one.reason else 0
        if fits:
            taken.append(one)
        note = review_notes.acceptance(one.benchmark, one.reason, one.sha, fits)
        notes.append(tidy.reason(note))
    if left := len(trailers) - MOST:
        notes += [review_notes.acceptances_left(left)] if left > 0 else []
    outcome = outcome_of(review.setting.how, review.counts, count(review.rows, taken))
    counts = msgspec.structs.replace(
        review.counts, shortened=review.counts.shortened + tidy.changed - before
    )
    return msgspec.structs.replace(
        review, accepted=tuple(taken), notes=tuple(notes[:50]), outcome=outcome,
        action=ACTIONS[outcome], counts=counts,
    )  # fmt: skip


def _fits(one: Accepted, row: Row) -> bool:
    return bool(one.benchmark) and globs.matches_benchmark(one.benchmark, row.benchmark)
