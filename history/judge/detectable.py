"""Say how small a change a series could show: in percent of its level, or in its unit near zero."""

from __future__ import annotations

import re
from math import isfinite, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history.detect.interface import ChangeStatus
from history.judge.size import is_relative
from history.words import metrics, units

if TYPE_CHECKING:
    from history.detect.interface import Change, Detection
    from history.read.series import Series

_NOISE = re.compile(r"\bnoise (of )?\d[\d.]*%")
"""How the detector's sentences, which know no unit, tell the noise of a point."""


class Detectable(NamedTuple):
    """The smallest change that could be shown, in all its forms."""

    share: float | None = None
    """Relative to the level; None without enough data."""
    step: float | None = None
    """The same in the unit of the series."""
    words: str = ""
    """``2.0%``, or ``12.0 kB/iteration`` where a share of the level says nothing."""


class HasDetectable:
    """Columns of a row that knows what could have been shown."""

    __slots__ = ()
    detectable: Detectable

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
) -> Detectable:
    """What a step by a share of ``whole``, which is the level unless given, is from this level on.

    Between two values that are almost nothing no change is told, so it must lead out of there.
    """
    whole = level if whole is None else whole
    step = max(share * whole, metrics.floor_of(metric) - abs(level))
    if step != share * level:
        share = step / level if level > 0 else nan
    return Detectable(share if isfinite(share) else None, step, _words(metric, unit, level, step))


def of_series(trend: Series, detection: Detection | None) -> Detectable:
    """The step that ten further points of this series would confirm."""
    if detection is None or not detection.enough_data:
        return Detectable()
    level = _level(trend, detection)
    share = detection.minimum_detectable_change
    return of_share(trend.key.metric, trend.key.unit, level, share, _whole(trend, level))


def reason(trend: Series, detection: Detection) -> str:
    """The detector's sentence about a series, with what could be shown in the words for it."""
    seen = of_series(trend, detection)
    if not seen.words:
        return detection.reason
    told = f"a step of {detection.minimum_detectable_change:.1%}"
    level = _level(trend, detection)
    return _with_noise(detection.reason, trend, level, detection.sigma).replace(
        told, f"a step of {seen.words}"
    )


def rule(trend: Series, change: Change) -> str:
    """The detector's sentence about a change, with its noise in the words for it."""
    return _with_noise(change.rule, trend, change.before, change.sigma)


def _with_noise(sentence: str, trend: Series, level: float, sigma: float) -> str:
    """Left alone where the noise is a share of the level already."""
    whole = _whole(trend, level)
    if whole == level and is_relative(trend.key.metric, level):
        return sentence
    words = _words(trend.key.metric, trend.key.unit, level, sigma * whole, 2)
    return _NOISE.sub(lambda found: f"noise {found[1] or ''}{words}", sentence)


def _words(metric: str, unit: str, level: float, step: float, decimals: int = 1) -> str:
    if is_relative(metric, level):
        return f"{step / level:.{decimals}%}"
    return units.format_value(step, unit)


def _level(trend: Series, detection: Detection) -> float:
    """Median of the newest level."""
    starts = [
        change.end_index for change in detection.changes if change.status is ChangeStatus.CONFIRMED
    ]
    measured = trend.measured
    newest = measured[measured >= max(starts, default=0)]
    return float(np.median(trend.values[newest])) if newest.size else nan


def _whole(trend: Series, level: float) -> float:
    """What the detector's shares are of: the level, or a typical size if any value is <= 0."""
    values = trend.values[trend.measured]
    if values.min() > 0:
        return level
    sizes = np.abs(values)
    return float(np.median(sizes)) or float(sizes.max()) or 1.0
