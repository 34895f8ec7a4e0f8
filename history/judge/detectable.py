"""The smallest detectable change and the noise of a series, relative or in its unit."""

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
    """Measured points that are needed."""
    n_further: int
    """Points after a step within which it would be detected."""
    noise: Amount
    """Noise of one point."""
    detectable: Amount
    """The detectable step; without a number when there are too few points."""

    @property
    def is_enough(self) -> bool:
        """Whether there are enough points."""
        return self.detectable.step is not None


class HasDetectable:
    """Columns of a row with a detectable change."""

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
"""Column names of the two numbers in tables for programs."""


def of_share(
    metric: str, unit: str, level: float, share: float, whole: float | None = None
) -> Amount:
    """The amount of a relative step from this level.

    ``share`` is relative to ``whole``, by default the level. Between two almost-zero values no
    change is reported, so the step must lead above them.
    """
    step = share * (level if whole is None else whole)
    found = amount(metric, unit, level, max(step, metrics.floor_of(metric) - abs(level)))
    # The given share, unaffected by rounding of a product and a quotient.
    return found._replace(share=share) if found.step == share * level else found


def of_series(series: Series, detection: Detection | None) -> Amount:
    """The step that a few further points would confirm, or the number of missing points."""
    if detection is None:
        return UNKNOWN
    if not detection.enough_data:
        return Amount(points=detection.n, points_needed=detection.n_needed)
    level = _level(series, detection)
    share = detection.minimum_detectable_change
    return of_share(series.key.metric, series.key.unit, level, share, _whole(series, level))


def power(series: Series, detection: Detection) -> Power:
    """The detectable step of this series, or the number of points it lacks."""
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
    """The noise of one point around a level; ``sigma`` is the detector's relative noise."""
    return amount(series.key.metric, series.key.unit, level, sigma * _whole(series, level))


def _level(series: Series, detection: Detection) -> float:
    """The newest level."""
    starts = [
        change.end_index for change in detection.changes if change.status is ChangeStatus.CONFIRMED
    ]
    found = levels(series, starts)
    return found[-1].value if found else nan


def _whole(series: Series, level: float) -> float:
    """The base of the detector's relative numbers: the level, or a typical size."""
    values = series.values[series.measured]
    if values.min() > 0:
        return level
    sizes = np.abs(values)
    return float(np.median(sizes)) or float(sizes.max()) or 1.0
