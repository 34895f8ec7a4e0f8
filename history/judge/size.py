"""Decide how a change or an amount may be told: as a share, a multiple, or in its unit."""

from __future__ import annotations

from enum import StrEnum
from math import isfinite, nan
from typing import Final, NamedTuple

from history.words import metrics

MULTIPLE_FROM: Final = 10.0
"""From so many times as much on, a multiple is read more easily than a percentage."""


class Form(StrEnum):
    """What a change is told by."""

    SHARE = "share"
    MULTIPLE = "multiple"
    LEVELS = "levels"
    """From what to what: a ratio to almost nothing says nothing."""
    NOTHING = "nothing"
    """Both are almost nothing, or one is no number."""


class Size(NamedTuple):
    """How large a change is, and how that may be told."""

    form: Form
    before: float
    after: float
    """In base units."""
    unit: str
    """That people read both in."""
    change: float
    """Relative, after / before - 1; NaN where a ratio says nothing."""
    low: float = nan
    high: float = nan
    """Ends of its 95 % interval; NaN where there is none."""

    @property
    def has_interval(self) -> bool:
        """Whether both ends are known."""
        return isfinite(self.low) and isfinite(self.high)


class Amount(NamedTuple):
    """A distance on the scale of a series: its noise, or a step that it could show."""

    share: float | None = None
    """Relative to the level; None where nothing is known or the level is not above zero."""
    step: float | None = None
    """The same in the unit of the series; None where nothing is known."""
    unit: str = ""
    is_share: bool = True
    """Whether people are told the share: the level is more than almost nothing."""
    points: int = 0
    """Measured points of a series that has too few to tell; 0 where it has enough."""
    points_needed: int = 0
    """Points from which on it could tell; 0 where that is not known."""


UNKNOWN: Final = Amount()


def is_relative(metric: str, before: float) -> bool:
    """Whether a value may be told as a share of this one: it must be more than almost nothing."""
    return before > 0 and before >= metrics.floor_of(metric)


def may_divide(metric: str, before: float, after: float) -> bool:
    """Whether a ratio of two values says something: neither may be almost nothing."""
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
