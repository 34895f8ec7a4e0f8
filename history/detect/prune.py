"""Keep only the boundaries that a moderated test and a minimum effect both support."""

from __future__ import annotations

from math import log1p, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from history.detect.signal import Signal

LONGEST_SIDE = 40
"""Points compared on each side: what lies further back says little about this commit."""
PRIOR_WEIGHT = 8.0
"""Points' worth of belief in the noise of the whole series when a window's own is estimated."""
T_LONG = 5.0
"""Needed |t| between long levels."""
T_SHORT = 7.0
"""Needed |t| when the shorter level has only three points."""
LONG_FROM = 10
"""Points from which a level counts as long; the needed |t| falls in a line from 3 to here."""
SHORT_FROM = 3
EXCURSION = 5
"""An inner level of fewer points is an excursion; its boundaries need `EXCURSION_FACTOR` |t|."""
EXCURSION_FACTOR = 2.0
REACH = 6
"""A boundary may move this far when it is put on the exact commit."""
CAP_SIGMA = 2.5
"""Errors are capped here when a boundary is placed: one spike must not drag it."""


class Evidence(NamedTuple):
    """What speaks for one boundary. Differences are after less before, in units of `y`."""

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


def evidence(signal: Signal, rho: float, bounds: list[int], which: int) -> Evidence:
    """Compare up to forty points on each side of boundary number `which`."""
    start, place, end = bounds[which - 1], bounds[which], bounds[which + 1]
    left = max(start, place - LONGEST_SIDE)
    right = min(end, place + LONGEST_SIDE)
    mean_before, error_before = _side(signal, left, place)
    mean_after, error_after = _side(signal, place, right)
    error = sqrt((error_before + error_after) * (1.0 + rho) / (1.0 - rho))
    shorter = min(place - start, end - place)
    needed = needed_t(shorter)
    inner_before = start > 0 and place - start < EXCURSION
    inner_after = end < signal.n and end - place < EXCURSION
    if inner_before or inner_after:
        needed *= EXCURSION_FACTOR
    difference = mean_after - mean_before
    return Evidence(
        difference=difference,
        median_difference=middle(signal.y[place:right]) - middle(signal.y[left:place]),
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


def middle(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Median of at least one value (numpy's own is ten times slower on forty values)."""
    ordered = np.sort(values)
    half = ordered.size // 2
    if ordered.size % 2:
        return float(ordered[half])
    return 0.5 * (float(ordered[half - 1]) + float(ordered[half]))


def _side(signal: Signal, start: int, end: int) -> tuple[float, float]:
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
        strength(evidence(signal, rho, bounds, i), minimum_effect)
        for i in range(1, len(bounds) - 1)
    ]
    while strengths:
        weakest = min(range(len(strengths)), key=strengths.__getitem__)
        if strengths[weakest] >= 1.0:
            break
        del bounds[weakest + 1], strengths[weakest]
        for i in (weakest, weakest + 1):
            if 1 <= i < len(bounds) - 1:
                strengths[i - 1] = strength(evidence(signal, rho, bounds, i), minimum_effect)
    return bounds


def strength(found: Evidence, minimum_effect: float) -> float:
    """Share of what is needed that the evidence reaches; 1 or more passes."""
    least = log1p(minimum_effect)
    sign = 1.0 if found.difference >= 0 else -1.0
    effect = min(sign * found.difference, sign * found.median_difference)
    return min(abs(found.t) / found.needed, effect / least * (1 + 1e-9) if least > 0 else 1.0)


def relocate(signal: Signal, bounds: list[int], shortest: int) -> list[int]:
    """Move each boundary to the place nearby that fits the two medians best."""
    placed = list(bounds)
    cap = (CAP_SIGMA * signal.sigma) ** 2
    for i in range(1, len(placed) - 1):
        start, place, end = placed[i - 1], placed[i], placed[i + 1]
        low = max(start + shortest, place - REACH)
        high = min(end - shortest, place + REACH)
        if low >= high:
            continue
        y = signal.y
        before = middle(y[max(start, place - LONGEST_SIDE) : place])
        after = middle(y[place : min(end, place + LONGEST_SIDE)])
        window = y[low:high]
        excess = np.minimum((window - before) ** 2, cap) - np.minimum((window - after) ** 2, cap)
        cost = np.concatenate(([0.0], np.cumsum(excess * signal.weights[low:high])))
        best = cost.min()
        ties = np.flatnonzero(cost <= best + 1e-12)
        placed[i] = low + int(ties[np.abs(ties + low - place).argmin()])
    return placed
