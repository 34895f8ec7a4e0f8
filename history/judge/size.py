"""Decide how a change or an amount is stated: as a share, a multiple, or in its unit."""

from __future__ import annotations

from enum import StrEnum
from math import isfinite, nan
from typing import Final, NamedTuple

from history.words import metrics

MULTIPLE_FROM: Final = 10.0
"""Factor from which a multiple is used instead of a percentage."""


class Form(StrEnum):
    """The form in which a change is stated."""

    SHARE = "share"
    MULTIPLE = "multiple"
    LEVELS = "levels"
    """Both levels: a ratio to almost zero is meaningless."""
    NOTHING = "nothing"
    """No change: both are almost zero, or one is no number."""


class Size(NamedTuple):
    """The size of a change, and the form to state it in."""

    form: Form
    before: float
    after: float
    """In base units."""
    unit: str
    """Display unit of both."""
    change: float
    """Relative, after / before - 1; NaN where a ratio is meaningless."""
    low: float = nan
    high: float = nan
    """Ends of its 95 % interval; NaN where there is none."""

    @property
    def has_interval(self) -> bool:
        """Whether both ends are known."""
        return isfinite(self.low) and isfinite(self.high)


class Amount(NamedTuple):
    """A distance on the scale of a series: its noise, or its detectable step."""

    share: float | None = None
    """Relative to the level; None when unknown or when the level is not above zero."""
    step: float | None = None
    """The same in the unit of the series; None when unknown."""
    unit: str = ""
    is_share: bool = True
    """Whether the share is shown to people: the level is not almost zero."""
    points: int = 0
    """Measured points of a series with too few of them; 0 when there are enough."""
    points_needed: int = 0
    """Points that are needed; 0 when unknown."""


UNKNOWN: Final = Amount()


def is_relative(metric: str, before: float) -> bool:
    """Whether values may be stated relative to this one: it must not be almost zero."""
    return before > 0 and before >= metrics.floor_of(metric)


def may_divide(metric: str, before: float, after: float) -> bool:
    """Whether the ratio of two values is meaningful: neither may be almost zero."""
    return is_relative(metric, min(before, after))


def size(
    metric: str,
    unit: str,
    before: float,
    after: float,
    *,
    change: float = nan,
    low: float = nan,
    high: float = nan,
) -> Size:
    """The size of a change from one value to another, in base units.

    ``change`` is relative, after / before - 1 unless given; ``low`` and ``high`` end its interval.
    """
    unit = metrics.shown_in(metric, unit)
    if not (isfinite(before) and isfinite(after)):
        return Size(Form.NOTHING, before, after, unit, nan)
    if not is_relative(metric, before):
        nothing = before == after or max(abs(before), abs(after)) < metrics.floor_of(metric)
        return Size(Form.NOTHING if nothing else Form.LEVELS, before, after, unit, nan)
    if not isfinite(change):
        change = after / before - 1
    form = Form.MULTIPLE if 1 + change >= MULTIPLE_FROM else Form.SHARE
    return Size(form, before, after, unit, change, low, high)


def amount(metric: str, unit: str, level: float, step: float) -> Amount:
    """A distance from this level, both in base units."""
    share = step / level if level > 0 else nan
    unit = metrics.shown_in(metric, unit)
    return Amount(share if isfinite(share) else None, step, unit, is_relative(metric, level))
