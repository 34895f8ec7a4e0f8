"""Widen the interval of a shift that a move of the noise may have come along with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.detect.prune import LONGEST_SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORT_STAY = 20
"""A level of fewer points between a small shift and a large one may be a visit whose end the large
one hides."""
SMALL = 0.5
"""Shifts of at most this share of a larger one make it doubtful how large that was, never whether
it was; those above are changes of their own."""


class Shift(NamedTuple):
    """A step in units of `y`, with its 95 % interval."""

    place: int
    """First measured point of the new level."""
    size: float
    low: float
    high: float
    allowed: tuple[float, float] = (0.0, 0.0)
    """How far the interval was widened for moves of the noise, downwards and upwards."""


def widened(shifts: Sequence[Shift]) -> list[Shift]:
    """The shifts, in their order, each allowing for the small moves near it that come and go.

    Noise that stays in a state for ten points is a level to the detector. Where a state ends as the
    code changes, what is seen is the sum of both: without that end, the shift would have been
    larger by the move that began the state.
    """
    return [_allowing(shift, _visits(shift, shifts)) for shift in shifts]


def _visits(shift: Shift, shifts: Sequence[Shift]) -> list[float]:
    near = [s for s in shifts if s is not shift and abs(s.place - shift.place) <= LONGEST_SIDE]
    return [
        move.size
        for move in near
        if abs(move.size) <= SMALL * abs(shift.size)
        and (
            abs(move.place - shift.place) < SHORT_STAY
            or any(_undoes(move, other) for other in near)
        )
    ]


def _undoes(move: Shift, other: Shift) -> bool:
    """Opposite shifts whose intervals both hold some size."""
    return move.size * other.size < 0 and move.low <= -other.low and -other.high <= move.high


def _allowing(shift: Shift, moves: list[float]) -> Shift:
    down, up = min([0.0, *moves]), max([0.0, *moves])
    return shift._replace(low=shift.low + down, high=shift.high + up, allowed=(down, up))
