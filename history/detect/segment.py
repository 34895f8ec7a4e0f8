"""Cut a series into levels: screen candidate boundaries, then choose among them exactly."""

from __future__ import annotations

from functools import lru_cache
from math import log
from typing import TYPE_CHECKING

import numpy as np

from history.detect.noise import autocorrelation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from history.detect.preprocess import Signal

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

WINDOWS = ((3, 3), (5, 5), (8, 8), (14, 14), (25, 25), (45, 45), (45, 3))
"""(left, right) points compared at each place; the last finds changes at the very end."""
SCREEN_Z = 2.5
"""Distance in sigma from which a local maximum becomes a candidate."""
SHORTEST = 3
"""Fewest points of a level."""
PENALTY = 3.0
"""Price of a boundary in units of sigma ** 2 * ln n; 2 would be the Schwarz criterion for one
place and one level, 3 leaves room for noise that is not normal."""
NOTABLE_RHO = 0.1
"""Autocorrelation from which the series is cut once more with the dearer price."""


def levels(signal: Signal) -> tuple[list[int], float]:
    """Boundaries 0, b1, .., n of the levels of least penalised squared error, and rho.

    rho comes from the first, finer cut: a step that a coarser second cut leaves out would look like
    autocorrelation and so hide itself.
    """
    places = candidates(signal)
    bounds = cheapest(signal, places, 0.0)
    rho = autocorrelation(signal.clean, bounds)
    if rho > NOTABLE_RHO and len(bounds) > 2:
        bounds = cheapest(signal, places, rho)
    return bounds, rho


def candidates(signal: Signal) -> Indices:
    """Places where the means of two windows differ and no neighbour differs more."""
    n = signal.n
    if n < 2 * SHORTEST:
        return np.empty(0, dtype=np.intp)
    left, place, right, scale = windows(n)
    weight, total, _ = signal.sums
    at_weight, at_total = weight[place], total[place]
    before = (at_total - total[left]) / np.maximum(at_weight - weight[left], 1e-9)
    after = (total[right] - at_total) / np.maximum(weight[right] - at_weight, 1e-9)
    z = np.abs(after - before) * scale
    padded = np.zeros((z.shape[0], z.shape[1] + 2))
    padded[:, 1:-1] = z
    peak = (z >= padded[:, :-2]) & (z > padded[:, 2:]) & (z > SCREEN_Z * signal.sigma)
    return np.flatnonzero(peak.any(axis=0)) + SHORTEST


@lru_cache(maxsize=64)
def windows(n: int) -> tuple[Indices, Indices, Indices, Floats]:
    """Window ends for every scale and place: left (s, k), place (k,), right (s, k), scale (s, k).

    scale is 1 / sqrt(1 / left points + 1 / right points).
    """
    place = np.arange(SHORTEST, n - SHORTEST + 1)
    sizes = np.asarray(WINDOWS)
    left = np.maximum(place - sizes[:, :1], 0)
    right = np.minimum(place + sizes[:, 1:], n)
    scale = 1.0 / np.sqrt(1.0 / (place - left) + 1.0 / (right - place))
    return left, place, right, scale


def price(signal: Signal, rho: float) -> float:
    """What a boundary costs, in units of squared error."""
    return PENALTY * signal.sigma**2 * log(signal.n) * (1 + rho) / (1 - rho)


def cheapest(signal: Signal, places: Indices, rho: float) -> list[int]:
    """Exact minimum of squared error + price per boundary over all subsets of `places`."""
    n = signal.n
    nodes = np.concatenate(([0], places, [n]))
    if nodes.size == 2:
        return [0, n]
    weight, total, square = (table[nodes] for table in signal.sums)
    mass = weight[None, :] - weight[:, None]
    sums = total[None, :] - total[:, None]
    error = square[None, :] - square[:, None] - sums * sums / np.where(mass > 0, mass, 1.0)
    error[nodes[None, :] - nodes[:, None] < SHORTEST] = np.inf
    error += price(signal, rho)
    best = np.zeros(nodes.size)
    previous = np.zeros(nodes.size, dtype=np.intp)
    for end in range(1, nodes.size):
        cost = best[:end] + error[:end, end]
        start = int(cost.argmin())
        previous[end] = start
        best[end] = cost[start]
    bounds = [n]
    node = nodes.size - 1
    while node > 0:
        node = int(previous[node])
        bounds.append(int(nodes[node]))
    return bounds[::-1]
