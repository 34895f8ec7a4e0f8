"""Keep only the boundaries that a moderated test and a minimum effect both support."""

from __future__ import annotations

from math import log1p, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history.detect.noise import median

if TYPE_CHECKING:
    from history.detect.preprocess import Signal

LONGEST_SIDE = 40
"""Points compared on each side: what lies further back says little about this commit."""
PRIOR_WEIGHT = 8.0
"""Points' worth of belief in the noise of the whole series when a window's own is estimated."""
T_LONG = 4.0
"""Needed |t| between long levels."""
T_NEWEST = 3.5
"""Needed |t| of the newest level after `RECORD_NEEDS` points: it must also lie beyond the record
(`newest_points.holds`), and is a suspect until it stands on more. With 4.0 one step in eighty more
is late."""
T_SHORT = 7.0
"""Needed |t| when the shorter level has only three points."""
LONG_FROM = 10
"""Points from which a level counts as long; the needed |t| falls in a line from 3 to here."""
SHORT_FROM = 3
EXCURSION = 5
"""An inner level of fewer points is an excursion; its boundaries need `EXCURSION_FACTOR` |t|. A
first level of fewer points is none at all: nothing says it was not the excursion."""
EXCURSION_FACTOR = 2.0
PLATEAU = 8
"""From so many points on an inner level needs no more |t| than others; in between the factor falls
in a line. Noise of real projects has excursions of six points. Of planted plateaus of five to
twelve points, at least five times the noise, it costs one in ninety."""
RECORD_NEEDS = 20
"""With so many points before the newest level, `newest_points.holds` has enough earlier excursions
to compare it with, and three points need no more |t| than many. With 40 one step in thirty more is
late, for a tenth fewer false alarms."""


class Contrast(NamedTuple):
    """The evidence for one boundary. Differences are after less before, in units of `y`."""

    difference: float
    """Of the weighted means of the cleaned points."""
    median_difference: float
    """Of the medians of the points as measured."""
    error: float
    """Standard error of `difference`."""
    t: float
    """difference / error."""
    needed: float
    """|t| that is needed here."""
    n_before: int
    n_after: int

    def strength(self, minimum_effect: float) -> float:
        """How much of the needed |t| and effect there is, whichever is less; 1 or more passes.

        Means and medians must agree in sign and both reach the minimum effect. In logarithms the
        limit is the same for both directions: +2 % up, 1/1.02 - 1 down.
        """
        sign = 1.0 if self.difference >= 0 else -1.0
        effect = min(sign * self.difference, sign * self.median_difference)
        # The tolerance lets an exact 2 % step pass despite the rounding of its logarithm.
        share = effect / log1p(minimum_effect) + 1e-9 if minimum_effect > 0 else 1.0
        return min(abs(self.t) / self.needed, share)


def contrast(signal: Signal, rho: float, bounds: list[int], which: int) -> Contrast:
    """Compare up to forty points on each side of boundary number `which`."""
    start, place, end = bounds[which - 1], bounds[which], bounds[which + 1]
    left = max(start, place - LONGEST_SIDE)
    right = min(end, place + LONGEST_SIDE)
    mean_before, error_before = side(signal, left, place)
    mean_after, error_after = side(signal, place, right)
    error = sqrt((error_before + error_after) * (1.0 + rho) / (1.0 - rho))
    newest = end == signal.n
    on_record = newest and place >= RECORD_NEEDS
    needed = T_NEWEST if on_record else needed_t(min(place - start, end - place))
    inner = min(place - start if start > 0 else PLATEAU, PLATEAU if newest else end - place)
    needed *= excursion_factor(inner)
    if start == 0 and place < EXCURSION:
        needed = np.inf
    difference = mean_after - mean_before
    return Contrast(
        difference=difference,
        median_difference=median(signal.y[place:right]) - median(signal.y[left:place]),
        error=error,
        t=difference / error,
        needed=needed,
        n_before=place - left,
        n_after=right - place,
    )


def needed_t(shorter: int) -> float:
    """|t| needed when the shorter of the two levels has this many points."""
    share = (LONG_FROM - shorter) / (LONG_FROM - SHORT_FROM)
    return T_LONG + (T_SHORT - T_LONG) * min(max(share, 0.0), 1.0)


def excursion_factor(points: int) -> float:
    """How many times more |t| an inner level of so many points needs."""
    share = (PLATEAU - points) / (PLATEAU - EXCURSION + 1)
    return 1.0 + (EXCURSION_FACTOR - 1.0) * min(max(share, 0.0), 1.0)


def side(signal: Signal, start: int, end: int) -> tuple[float, float]:
    """Weighted mean and squared standard error of the cleaned points start..end-1."""
    weight, total, square = signal.sums
    mass = max(float(weight[end] - weight[start]), 1e-9)
    mean = float(total[end] - total[start]) / mass
    scatter = max(float(square[end] - square[start]) - mass * mean * mean, 0.0)
    variance = (PRIOR_WEIGHT * signal.sigma**2 + scatter) / (PRIOR_WEIGHT + end - start - 1)
    return mean, variance / mass


def prune(signal: Signal, rho: float, bounds: list[int], minimum_effect: float) -> list[int]:
    """Drop the weakest boundary that fails, look at its neighbours again, until none fails."""
    bounds = list(bounds)
    strengths = [
        contrast(signal, rho, bounds, which).strength(minimum_effect)
        for which in range(1, len(bounds) - 1)
    ]
    while strengths:
        weakest = min(range(len(strengths)), key=strengths.__getitem__)
        if strengths[weakest] >= 1.0:
            break
        del bounds[weakest + 1], strengths[weakest]
        for which in (weakest, weakest + 1):
            if 1 <= which < len(bounds) - 1:
                found = contrast(signal, rho, bounds, which)
                strengths[which - 1] = found.strength(minimum_effect)
    return bounds
