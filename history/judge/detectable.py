"""Say how small a change a series could show, and how noisy it is: as a share, or in its unit."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history.detect.interface import ChangeStatus
from history.judge.levels import levels
from history.judge.size import UNKNOWN, Amount, amount
from history.words import metrics

if TYPE_CHECKING:
    from history.detect.interface import Detection
    from history.read.series import Series


class Power(NamedTuple):
    """The step that the points of a series could show, or how many points it lacks."""

    n: int
    """Measured points."""
    n_needed: int
    """Measured points from which on something is said."""
    n_further: int
    """Points after a step within which it would show."""
    noise: Amount
    """Of one point."""
    detectable: Amount
    """The step that would show; without a number where there are too few points."""

    @property
    def is_enough(self) -> bool:
        """Whether anything can be said."""
        return self.detectable.step is not None


class HasDetectable:
    """Columns of a row that knows what could have been shown."""

    __slots__ = ()
    detectable: Amount

    @property
    def minimum_detectable_change(self) -> float | None:
        """Relative to the level; None without enough data."""
        return self.detectable.share

    @property
    def minimum_detectable_step(self) -> float | None:
        """In the unit of the series; None without enough data."""
        return self.detectable.step


COLUMNS = ("minimum_detectable_change", "minimum_detectable_step")
"""How tables for programs call the two numbers."""


def of_share(
    metric: str, unit: str, level: float, share: float, whole: float | None = None
) -> Amount:
    """What a step by a share of ``whole``, which is the level unless given, is from this level on.

    Between two values that are almost nothing no change is told, so it must lead out of there.
    """
    step = share * (level if whole is None else whole)
    found = amount(metric, unit, level, max(step, metrics.floor_of(metric) - abs(level)))
    # The share as it was given, not as it comes out of a product and a quotient.
    return found._replace(share=share) if found.step == share * level else found


def of_series(series: Series, detection: Detection | None) -> Amount:
    """The step that a few further points would confirm, or how many points it lacks for that."""
    if detection is None:
        return UNKNOWN
    if not detection.enough_data:
        return Amount(points=detection.n, points_needed=detection.n_needed)
    level = _level(series, detection)
    share = detection.minimum_detectable_change
    return of_share(series.key.metric, series.key.unit, level, share, _whole(series, level))


def power(series: Series, detection: Detection) -> Power:
    """The step that the points of this series could show, or how many it lacks."""
    return Power(
        n=detection.n,
        n_needed=detection.n_needed,
        n_further=detection.n_further,
        noise=noise(series, _level(series, detection), detection.sigma)
        if detection.enough_data
        else UNKNOWN,
        detectable=of_series(series, detection),
    )


def noise(series: Series, level: float, sigma: float) -> Amount:
    """The noise of one point around a level; ``sigma`` is relative, as a detector tells it."""
    return amount(series.key.metric, series.key.unit, level, sigma * _whole(series, level))


def _level(series: Series, detection: Detection) -> float:
    """The newest level."""
    starts = [
        change.end_index for change in detection.changes if change.status is ChangeStatus.CONFIRMED
    ]
    found = levels(series, starts)
    return found[-1].value if found else nan


def _whole(series: Series, level: float) -> float:
    """What the detector's shares are of: the level, or a typical size if any value is <= 0."""
    values = series.values[series.measured]
    if values.min() > 0:
        return level
    sizes = np.abs(values)
    return float(np.median(sizes)) or float(sizes.max()) or 1.0
