"""Judge the newest points, where no test has much power yet, against what noise did before."""

from __future__ import annotations

from itertools import pairwise
from math import log1p
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history.detect.noise import median
from history.detect.prune import LONGEST_SIDE, side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from history.detect.preprocess import Signal

    Floats = NDArray[np.float64]

LEVEL_FACTOR = 2.5
"""To be believed, a young level must lie this many times further out than any earlier excursion
as long."""
YOUNG_FACTOR = 2.0
"""To be seen at all, as a suspect, so many times."""
SUSPECT_FACTOR = 2.2
"""The same for the newest one or two points, each of which must lie so far out."""
YOUNG = 20
"""A newest level of fewer points is young."""
VERY_YOUNG = 6
"""Up to so many points, all must be at least half way to the new level: two spikes among three
points make a mean, not a level."""
SPIKES = 0.01
"""Largest share of earlier points as far out as the new ones: one spike in a hundred nights must
not make a series deaf for ever."""
LOOK_BACK = 200
"""Points whose excursions count: noise of long ago says little about the machine of today."""
LEAST_EFFECT = 0.03
"""A suspect asks a person to look: it must be larger than the smallest confirmed change."""
TRUSTED_WEIGHT = 0.5
"""A run that counts for less, because its raw samples scattered, cannot be a suspect."""


class Rule(NamedTuple):
    """What a suspect of `points` new points needs."""

    points: int
    distance_sigma: float
    """Least distance of the nearer new point from the level."""
    history: int
    """Least number of points before."""


RULES = (Rule(2, 3.5, 20), Rule(1, 5.0, 100))
"""A hundred points before a single one: fewer cannot rule out one spike in a hundred nights."""


class Suspect(NamedTuple):
    """A possible new level at the very end; `place` counts measured points."""

    place: int
    distance_sigma: float
    """Of the nearer new point from the level, with its sign."""
    rule: Rule
    n_before: int


def holds(signal: Signal, bounds: list[int], factor: float = YOUNG_FACTOR) -> bool:
    """Whether the newest level is further out than noise ever was for as many points."""
    place = bounds[-2]
    points = signal.n - place
    if len(bounds) == 2 or points >= min(YOUNG, place):
        return True
    level, _ = side(signal, max(bounds[-3], place - LONGEST_SIDE), place)
    new, _ = side(signal, place, signal.n)
    away = new - level
    if points <= VERY_YOUNG:
        nearest = float((np.sign(away) * (signal.y[place:] - level)).min())
        if nearest < abs(away) / 2:
            return False
    residual = residuals(signal.clean[:place], bounds)
    sums = np.concatenate(([0.0], np.cumsum(residual)))
    longest = float(np.abs(sums[points:] - sums[:-points]).max()) / points
    return abs(away) >= factor * longest


def suspect(signal: Signal, bounds: list[int], minimum_effect: float) -> Suspect | None:
    """The newest one or two points as a suspect, if no earlier noise looks like them."""
    n, y = signal.n, signal.y
    start = bounds[-2]
    least = log1p(max(minimum_effect, LEAST_EFFECT))
    for rule in RULES:
        place = n - rule.points
        if place - start < 3 or place < rule.history:
            continue
        level = median(y[max(start, place - LONGEST_SIDE) : place])
        new = y[place:] - level
        nearest = float(np.abs(new).min())
        if (
            new.min() < 0 < new.max()
            or nearest < max(rule.distance_sigma * signal.sigma, least)
            or signal.weights[place:].min() < TRUSTED_WEIGHT
        ):
            continue
        residual = residuals(y[:place], bounds)
        singles = float(np.mean(np.abs(residual) >= nearest))
        if singles > SPIKES or nearest < SUSPECT_FACTOR * excursion(residual, rule.points):
            continue
        sign = 1.0 if new[0] > 0 else -1.0
        return Suspect(
            place=place,
            distance_sigma=sign * nearest / signal.sigma,
            rule=rule,
            n_before=min(place - start, LONGEST_SIDE),
        )
    return None


def residuals(y: Floats, bounds: list[int]) -> Floats:
    """Distances of the last points of y: (m,) from their levels' medians; bounds may exceed m."""
    edges = [*[b for b in bounds if b < y.size], y.size]
    medians = [median(y[a:b]) for a, b in pairwise(edges)]
    distances: Floats = y - np.repeat(medians, np.diff(edges))
    return distances[-LOOK_BACK:]


def excursion(residual: Floats, points: int) -> float:
    """How far so many neighbouring points have been on one side; that of the nearest counts."""
    high = low = residual
    for shift in range(1, points):
        high = np.minimum(high[:-1], residual[shift:])
        low = np.maximum(low[:-1], residual[shift:])
    return max(float(high.max()), -float(low.min()))
