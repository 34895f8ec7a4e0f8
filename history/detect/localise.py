"""Put each boundary on the exact point where the level changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from history.detect.prune import EXCURSION, LONGEST_SIDE, side
from history.detect.segment import SHORTEST

if TYPE_CHECKING:
    from history.detect.preprocess import Signal

REACH = 6
"""A boundary may move this far."""
NEIGHBOURS = 2
"""Places on each side that are as good as the true one to a person who looks for a commit."""
OWN = 0.05
"""Further weight of a place's own chance: it decides where neighbourhoods are alike."""


def relocate(signal: Signal, rho: float, bounds: list[int]) -> list[int]:
    """Move each boundary to where it is least likely to be far from the change.

    Each place within reach has a chance, from how well the levels on both sides fit there: errors
    follow Laplace's law, so one spike cannot drag a boundary, and rho makes autocorrelated points
    count for fewer. A place is as good as its neighbourhood: of a small step the single likeliest
    place is often a lone point, six commits off. A newest level of fewer than `EXCURSION` points
    has no whole neighbourhood; the likeliest place stands.

    The levels are means of cleaned points, which are steadier than medians.
    """
    placed = list(bounds)
    for i in range(1, len(placed) - 1):
        start, place, end = placed[i - 1 : i + 2]
        low = max(start + SHORTEST, place - REACH)
        high = min(end - SHORTEST, place + REACH)
        if low >= high:
            continue
        before, _ = side(signal, max(start, place - LONGEST_SIDE), place)
        after, _ = side(signal, place, min(end, place + LONGEST_SIDE))
        window = signal.y[low:high]
        excess = (np.abs(window - before) - np.abs(window - after)) * signal.weights[low:high]
        cost = np.concatenate(([0.0], np.cumsum(excess)))
        chance = np.exp((cost.min() - cost) * (1.0 - rho) / ((1.0 + rho) * signal.sigma))
        if signal.n - place >= EXCURSION:
            around = np.convolve(chance, np.ones(2 * NEIGHBOURS + 1))
            chance = around[NEIGHBOURS:-NEIGHBOURS] + OWN * chance
        ties = np.flatnonzero(chance >= chance.max() - 1e-9) + low
        placed[i] = int(ties[np.abs(ties - place).argmin()])
    return placed
