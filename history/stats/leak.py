"""Decide whether memory leaks: growth per iteration, its interval, a floor and a plateau test."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from history.stats.trend import Growth, Plateau, Slope, plateau, theil_sen
from history.words.built_in_metrics import LEAK_FLOOR_BYTES

FLOOR_SHARE: Final = 0.001
"""The floor as a share of the model's size, where that is more."""
FEWEST: Final = 8
"""Iterations without which nothing is decided."""


class Verdict(StrEnum):
    """What memory does over iterations."""

    LEAK = "leak"
    NO_LEAK = "no leak"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Leak:
    """A verdict and everything it rests on; bytes and bytes per iteration."""

    verdict: Verdict
    reason: str
    """One sentence with the numbers."""
    slope: Slope | None
    """Theil-Sen over the iterations; None below two of them."""
    plateau: Plateau
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
    curve = plateau(values)
    if values.size < FEWEST:
        slope = theil_sen(values) if values.size > 1 else None
        reason = f"{values.size} iterations; at least {FEWEST} are needed."
        return Leak(Verdict.UNDECIDED, reason, slope, curve, floor, naive_rate(values))
    slope = theil_sen(values)
    verdict, why = _decide(slope, curve, floor)
    reason = (
        f"{_mb(slope.slope)} MB per iteration [{_mb(slope.low)}, {_mb(slope.high)}],"
        f" floor {_mb(floor)}: {why}."
    )
    return Leak(verdict, reason, slope, curve, floor, naive_rate(values))


def naive_rate(rss: ArrayLike) -> float:
    """(last - first) / n, as the programs that inspired this print it; 0 for one iteration."""
    values = np.asarray(rss, dtype=np.float64).ravel()
    return float(values[-1] - values[0]) / values.size if values.size else 0.0


def _decide(slope: Slope, curve: Plateau, floor: float) -> tuple[Verdict, str]:
    if slope.high < floor:
        return Verdict.NO_LEAK, "the whole interval is below the floor"
    if slope.low > floor:
        if curve.growth is Growth.GROWING:
            return Verdict.LEAK, "the whole interval is above the floor and memory still grows"
        last = curve.last_half
        if last is not None and last.high < floor:
            return Verdict.NO_LEAK, "memory grew at first and has stopped"
        return Verdict.UNDECIDED, "memory grew, and whether it has stopped cannot be told"
    return Verdict.UNDECIDED, "the interval reaches over the floor: run more iterations"


def _mb(value: float) -> str:
    return f"{value / 1e6:.4f}"
