"""Bring a series to the scale on which noise is compared: logarithms, noise, weights, spikes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from history.detect import clear_steps
from history.detect.interface import LARGEST_LOG
from history.detect.noise import median, noise_sigma, running_median

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from history.detect.clear_steps import ClearStep
    from history.detect.interface import Observations

    Floats = NDArray[np.float64]

CLIP_SIGMA = 2.5
"""Residuals from the running median are cut here: edges of steps stay, spikes go."""

LARGEST = 1e6
"""On the linear scale nothing counts as further out than this many typical sizes."""


@dataclass(frozen=True, eq=False)
class Signal:
    """The measured points of one series, ready to be segmented. Arrays are (n,) float64."""

    positions: NDArray[np.int64]
    """Index of each measured point among all points given."""
    values: Floats
    """As measured, in the unit of the metric."""
    y: Floats
    """Logarithm of the values, less its median; or value / typical size if any value is <= 0."""
    clean: Floats
    """`y` with spikes cut back to `CLIP_SIGMA`."""
    weights: Floats
    """1 for an ordinary point, towards 0 where the raw samples were disturbed."""
    sigma: float
    """Noise of one point, in units of `y`."""
    is_log: bool
    """True if differences of `y` are logarithms of ratios."""
    clear: ClearStep
    """What a step needs to be clear in this series."""
    sums: tuple[Floats, Floats, Floats]
    """Running sums (n + 1,) of weights, weights * clean and weights * clean ** 2."""

    @property
    def n(self) -> int:
        """Measured points."""
        return int(self.y.size)

    def relative(self, difference: float) -> float:
        """Turn a difference in `y` into a relative change."""
        return float(np.expm1(min(difference, LARGEST_LOG))) if self.is_log else float(difference)


def measured(observations: Observations) -> NDArray[np.int64]:
    """Positions of the points that carry a finite value."""
    return np.flatnonzero(np.isfinite(np.asarray(observations.values, dtype=np.float64)))


def prepare(
    observations: Observations, positions: NDArray[np.int64], minimum_effect: float
) -> Signal:
    """Build the signal from the points at `positions` (at least one)."""
    values = np.asarray(observations.values, dtype=np.float64)[positions]
    is_log = bool(values.min() > 0)
    if is_log:
        y = np.log(values)
        y -= median(y)
    else:
        size = median(np.abs(values)) or float(np.abs(values).max()) or 1.0
        with np.errstate(over="ignore"):
            y = np.clip(values / size, -LARGEST, LARGEST)
    clear = clear_steps.of_exact(minimum_effect) if observations.exact else clear_steps.FIRST_WEEK
    sigma = noise_sigma(clear_steps.without(y, clear), minimum_effect)
    middle = running_median(y)
    clean = middle + np.clip(y - middle, -CLIP_SIGMA * sigma, CLIP_SIGMA * sigma)
    weights = sample_weights(observations, positions, values, sigma)
    return Signal(
        positions=positions,
        values=values,
        y=y,
        clean=clean,
        weights=weights,
        sigma=sigma,
        is_log=is_log,
        clear=clear,
        sums=running_sums(clean, weights),
    )


def running_sums(clean: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Running sums of weights, weights * clean and weights * clean ** 2, each starting at 0."""
    table = np.zeros((3, clean.size + 1))
    table[0, 1:] = weights
    np.multiply(weights, clean, out=table[1, 1:])
    np.multiply(table[1, 1:], clean, out=table[2, 1:])
    np.cumsum(table, axis=1, out=table)
    return table[0], table[1], table[2]


def sample_weights(
    observations: Observations, positions: NDArray[np.int64], values: Floats, sigma: float
) -> Floats:
    """Weight of each point from the scatter of its raw samples; ones where that is unknown.

    The standard error of a run is IQR / |value| / sqrt(count). Only what exceeds twice the usual
    standard error counts against a run: noise between runs dominates, so ordinary differences in
    scatter say nothing about how far a run lies from its level.
    """
    weights = np.ones(values.size)
    if observations.spread is None or observations.counts is None:
        return weights
    spread = np.asarray(observations.spread, dtype=np.float64)[positions]
    counts = np.asarray(observations.counts, dtype=np.float64)[positions]
    known = np.isfinite(spread) & (spread >= 0) & (counts > 1) & (values != 0)
    if not known.any():
        return weights
    error = spread[known] / np.abs(values[known]) / np.sqrt(counts[known])
    excess = np.maximum(error - 2.0 * np.median(error), 0.0) / sigma
    weights[known] = 1.0 / (1.0 + excess * excess)
    return weights
