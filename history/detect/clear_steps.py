"""Find steps so clear that they need no long record: in a first week, and of exact metrics.

The other rules compare a step with the noise that a record has shown. A record of a few points has
shown hardly any, and a metric whose repeats are all equal has none: there the two levels themselves
must lie so far apart, and each must be so narrow, that nothing else is needed.
"""

from __future__ import annotations

from math import log1p
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LONGEST_LEVEL: Final = 40
"""Points of the old level that are looked at, the nearest."""


class ClearStep(NamedTuple):
    """What a step needs to be clear. Distances are in units of `Signal.y`."""

    before: int
    """Points of the old level, at least."""
    suspect: int
    """New points from which it is a suspect."""
    confirmed: int
    """New points from which it is confirmed: the first so many decide."""
    record: int | None
    """Only before so many points are on record; None: always."""
    ranges: float
    """The gap between the two levels, in ranges of the wider one."""
    effect: float
    """Distance between the medians of the two levels."""


FIRST_WEEK: Final = ClearStep(
    before=5, suspect=2, confirmed=4, record=20, ranges=4.0, effect=log1p(0.25)
)
"""A quarter: what so few points cannot show are the states that noise may stay in, and those of
runners that share a name lie up to a fifth apart."""


def of_exact(minimum_effect: float) -> ClearStep:
    """What a metric whose repeats are all equal needs: two commits that agree are enough."""
    # The tolerance lets an exact 2 % step pass despite the rounding of its logarithm.
    least = log1p(minimum_effect) * (1 - 1e-9)
    return ClearStep(before=5, suspect=1, confirmed=2, record=None, ranges=2.0, effect=least)


def places(y: Floats, rule: ClearStep) -> list[int]:
    """First points of the new levels of all clear steps, ascending; y: (n,)."""
    found: list[int] = []
    start = 0
    # Neighbours across a clear step are further apart than the rule asks of whole levels.
    jumps = np.flatnonzero(np.abs(np.diff(y[: rule.record])) >= rule.effect / 2) + 1
    for place in map(int, jumps):
        if is_clear(y, start, place, rule.suspect, rule):
            found.append(place)
            start = place
    return found


def is_clear(y: Floats, start: int, place: int, points: int, rule: ClearStep) -> bool:
    """Whether the points start..place-1 and at least `points` from `place` on are two clear levels.

    The first new points decide, as many as confirm it: later points do not revoke it.
    """
    if place - start < rule.before or y.size - place < points:
        return False
    if rule.record is not None and place >= rule.record:
        return False
    old, new = y[max(start, place - LONGEST_LEVEL) : place], y[place : place + rule.confirmed]
    gap = max(float(new.min() - old.max()), float(old.min() - new.max()))
    width = max(float(np.ptp(old)), float(np.ptp(new)))
    away = abs(float(np.median(new) - np.median(old)))
    return gap > 0 and gap >= rule.ranges * width and away >= rule.effect


class Newest(NamedTuple):
    """The newest one or two points as a clear step; `place` counts measured points."""

    place: int
    ranges: float
    """From the level before to the nearest new point, in ranges of the wider level, with its sign;
    a level is taken to be at least as wide as the noise of one point."""
    n_before: int


def newest(y: Floats, start: int, rule: ClearStep, sigma: float) -> Newest | None:
    """The newest points as a clear step from the level that begins at `start`, if they are one.

    From three points on a level is found by the rules for levels.
    """
    for points in (2, 1):
        place = y.size - points
        if points < rule.suspect or not is_clear(y, start, place, points, rule):
            continue
        old, new = y[max(start, place - LONGEST_LEVEL) : place], y[place:]
        up, down = float(new.min() - old.max()), float(old.min() - new.max())
        width = max(float(np.ptp(old)), float(np.ptp(new)), sigma)
        return Newest(place, (up if up > 0 else -down) / width, old.size)
    return None


def without(y: Floats, rule: ClearStep) -> Floats:
    """`y` with its clear steps taken away, so that none of them passes for noise."""
    found = places(y, rule)
    if not found:
        return y
    level = y.copy()
    edges = [0, *found, y.size]
    for before, place, after in zip(edges, edges[1:], edges[2:], strict=False):
        level[place:] -= np.median(level[place:after]) - np.median(level[before:place])
    return level
