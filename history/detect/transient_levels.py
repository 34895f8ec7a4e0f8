"""Tell a shift from the small moves near it that noise may have made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.detect.interval import of_difference
from history.detect.prune import LONGEST_SIDE
from history.stats.persistence import Persistence, persistence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.detect.preprocess import Signal

SHORT_STAY = 20
"""A level of fewer points between a small move and a large shift may be a visit whose end the shift
hides."""
SMALL = 0.5
"""Moves of at most this share of a shift make it doubtful how large that was, never whether it was;
those above are changes of their own."""
RECORD = 2 * LONGEST_SIDE
"""Points on each side that say how long noise stays where it is."""


class Shift(NamedTuple):
    """A step in units of `y`, with its 95 % interval."""

    place: int
    """First measured point of the new level."""
    low: float
    high: float
    ignored: tuple[float, ...] = ()
    """The small moves that its interval takes for noise."""


def shift_at(signal: Signal, bounds: list[int], place: int, moves: Mapping[int, float]) -> Shift:
    """The shift at one of `moves`, the sizes of the steps by their places in `bounds`.

    Noise that stays in a state for ten points is a level to the detector, so that a small move near
    a shift may be noise. Where it is so near that the shift may hide the way back, its level is no
    base to measure from: the points beyond it count as well. Further off, the level beside the
    shift stands; yet how much its points follow each other is read from the record, in which small
    moves are noise.
    """
    size = moves[place]
    small = {at for at, move in moves.items() if at != place and abs(move) <= SMALL * abs(size)}
    near = {at for at in small if abs(at - place) < SHORT_STAY}
    start, end = _neighbours(bounds, place, near)
    old = slice(max(start, place - LONGEST_SIDE), place)
    new = slice(place, min(end, place + LONGEST_SIDE))
    low, high = of_difference(signal.y[old], signal.y[new], _kept(signal, bounds, place, small))
    ignored = tuple(moves[at] for at in bounds if at in near and start < at < end)
    return Shift(place, min(low, size), max(high, size), ignored)


def _neighbours(bounds: list[int], place: int, left_out: set[int]) -> tuple[int, int]:
    """The boundaries before and after `place`, without those that are left out."""
    before = max(at for at in bounds if at < place and at not in left_out)
    after = min(at for at in bounds if at > place and at not in left_out)
    return before, after


def _kept(signal: Signal, bounds: list[int], place: int, small: set[int]) -> Persistence:
    """Persistence in the record around a shift, with the small moves left in it.

    The rho a series is cut with comes from a finer cut, which leaves out the states noise stays in.
    """
    first, last = max(place - RECORD, 0), min(place + RECORD, signal.n)
    inner = [at - first for at in bounds if first < at < last and at not in small]
    return persistence(signal.clean[first:last], [0, *inner, last - first])
