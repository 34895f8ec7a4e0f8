"""Judge the newest one or two points, where no test has power yet, against the history."""

from __future__ import annotations

from math import log1p
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history.detect.noise import running_median
from history.detect.prune import LONGEST_SIDE, middle

if TYPE_CHECKING:
    from history.detect.signal import Signal

LEAST_EFFECT = 0.03
"""A suspect asks a person to look: it must be larger than the smallest confirmed change."""
HISTORY_LIMIT = 5.0
"""No earlier residual, in sigma, may exceed this (nor half of the new distance)."""


class Rule(NamedTuple):
    """What a suspect of `points` new points needs."""

    points: int
    distance_sigma: float
    history: int
    """Points of clean history."""


RULES = (Rule(2, 6.0, 20), Rule(1, 9.0, 60))


class Suspect(NamedTuple):
    """A possible new level at the very end; `place` counts measured points."""

    place: int
    distance_sigma: float
    """Of the nearer new point from the level, with its sign."""
    rule: Rule
    level: float
    """Median of the current level, in units of `y`."""
    new_level: float
    n_before: int


def suspect(signal: Signal, level_start: int, minimum_effect: float) -> Suspect | None:
    """The newest one or two points as a suspect, if they are far out and the history is calm.

    level_start: first measured point of the current level.
    """
    n, y = signal.n, signal.y
    least = log1p(max(minimum_effect, LEAST_EFFECT))
    for rule in RULES:
        place = n - rule.points
        n_before = place - level_start
        if n_before < 3 or place < rule.history:
            continue
        level = middle(y[max(level_start, place - LONGEST_SIDE) : place])
        new = y[place:] - level
        nearest = float(new[np.abs(new).argmin()])
        if (new > 0).any() and (new < 0).any():
            continue
        z = nearest / signal.sigma
        if abs(z) <= rule.distance_sigma or abs(nearest) < least:
            continue
        past = y[:place]
        residual = np.abs(past - running_median(past)) / signal.sigma
        if residual.max() > min(abs(z) / 2.0, HISTORY_LIMIT):
            continue
        return Suspect(
            place=place,
            distance_sigma=z,
            rule=rule,
            level=level,
            new_level=middle(y[place:]),
            n_before=min(n_before, LONGEST_SIDE),
        )
    return None
