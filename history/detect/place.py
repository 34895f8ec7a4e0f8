"""Put each boundary on the exact point where the level changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from history.detect.prune import LONGEST_SIDE, side
from history.detect.segment import SHORTEST

if TYPE_CHECKING:
    from history.detect.signal import Signal

REACH = 6
"""A boundary may move this far."""
CAP_SIGMA = 2.5
"""Errors are capped here: one spike must not drag a boundary."""


def relocate(signal: Signal, bounds: list[int]) -> list[int]:
    """Move each boundary to the place within reach that fits the levels on both sides best.

    The levels are means of cleaned points, which are steadier than medians: of small steps fewer
    land on the wrong commit.
    """
    placed = list(bounds)
    cap = (CAP_SIGMA * signal.sigma) ** 2
    for i in range(1, len(placed) - 1):
        start, place, end = placed[i - 1], placed[i], placed[i + 1]
        low = max(start + SHORTEST, place - REACH)
        high = min(end - SHORTEST, place + REACH)
        if low >= high:
            continue
        before, _ = side(signal, max(start, place - LONGEST_SIDE), place)
        after, _ = side(signal, place, min(end, place + LONGEST_SIDE))
        window = signal.y[low:high]
        excess = np.minimum((window - before) ** 2, cap) - np.minimum((window - after) ** 2, cap)
        cost = np.concatenate(([0.0], np.cumsum(excess * signal.weights[low:high])))
        ties = np.flatnonzero(cost <= cost.min() + 1e-12) + low
        placed[i] = int(ties[np.abs(ties - place).argmin()])
    return placed
