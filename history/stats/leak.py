"""Decide whether memory leaks: growth per iteration, its interval, a floor and a plateau test."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from history.stats.trend import Growth, Plateau, Slope, plateau, theil_sen
from history.words.built_in.memory import LEAK_FLOOR_BYTES

FLOOR_SHARE: Final = 0.001
"""The floor as a share of the model's size, where that is more."""
FEWEST: Final = 8
"""Iterations without which nothing is decided."""


class LeakVerdict(StrEnum):
    """What memory does over iterations."""

    LEAK = "leak"
    NO_LEAK = "no leak"
    UNDECIDED = "undecided"


class Ground(StrEnum):
    """What a verdict about memory rests on."""

    TOO_FEW = "too few iterations"
    BELOW_FLOOR = "below the floor"
    """The whole interval of the slope is."""
    GROWS = "grows"
    """The whole interval is above the floor, and the last half still grows."""
    STOPPED = "stopped"
    """It grew at first, and does no more."""
    UNCLEAR_END = "unclear whether it stopped"
    STRADDLES = "straddles the floor"


@dataclass(frozen=True)
class Leak:
    """A verdict and everything it rests on; bytes and bytes per iteration."""

    verdict: LeakVerdict
    ground: Ground
    n: int
    """Iterations."""
    slope: Slope | None
    """Theil-Sen over the iterations; None below two of them."""
    floor: float
    naive: float
    """Last less first, divided by the iterations: shown beside the slope, never judged."""


def judge(rss: ArrayLike, model_bytes: float = 0.0) -> Leak:
    """Judge resident memory at the end of each iteration; rss (n,) bytes, warm-up left out.

    Leak: the lower end of the slope's 95 % interval is above the floor and the last half still
    grows. No leak: the upper end is below the floor, or what grew has stopped. Else undecided.
    """
    values = np.asarray(rss, dtype=np.float64).ravel()
    floor = max(LEAK_FLOOR_BYTES, FLOOR_SHARE * model_bytes)
    slope = theil_sen(values) if values.size > 1 else None
    if slope is None or values.size < FEWEST:
        verdict, ground = LeakVerdict.UNDECIDED, Ground.TOO_FEW
    else:
        verdict, ground = _decide(slope, plateau(values), floor)
    return Leak(verdict, ground, values.size, slope, floor, _naive_rate(values))


def _naive_rate(values: NDArray[np.float64]) -> float:
    """(last - first) / n, as many programs print it; 0 for one iteration."""
    return float(values[-1] - values[0]) / values.size if values.size else 0.0


def _decide(slope: Slope, curve: Plateau, floor: float) -> tuple[LeakVerdict, Ground]:
    if slope.high < floor:
        return LeakVerdict.NO_LEAK, Ground.BELOW_FLOOR
    if slope.low > floor:
        if curve.growth is Growth.GROWING:
            return LeakVerdict.LEAK, Ground.GROWS
        last = curve.last_half
        if last is not None and last.high < floor:
            return LeakVerdict.NO_LEAK, Ground.STOPPED
        return LeakVerdict.UNDECIDED, Ground.UNCLEAR_END
    return LeakVerdict.UNDECIDED, Ground.STRADDLES
