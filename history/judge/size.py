"""Say how large a change is: in percent, as a multiple, or from what to what near zero."""

from __future__ import annotations

from math import isfinite, nan
from typing import Final, NamedTuple

from history.words import metrics, units

MULTIPLE_FROM: Final = 10.0
"""From so many times as much on, a multiple is read more easily than a percentage."""


class Size(NamedTuple):
    """A change in words."""

    words: str
    """``+3.4%``, ``x12.5``, or ``from 90 B to 1.05 MB/iteration`` where a ratio says nothing."""
    low: str = ""
    high: str = ""
    """Ends of its interval in the same form; empty where there is none."""

    @property
    def with_interval(self) -> str:
        """``+3.4% [+2.1%, +4.7%]``."""
        return f"{self.words} [{self.low}, {self.high}]" if self.low else self.words


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
    Nothing is said where either value is no number, or where both are almost nothing.
    """
    if not (isfinite(before) and isfinite(after)):
        return Size("")
    if not is_relative(metric, before):
        nothing = before == after or max(abs(before), abs(after)) < metrics.floor_of(metric)
        return Size("" if nothing else _levels(before, after, unit))
    if not isfinite(change):
        change = after / before - 1
    told = _multiple if 1 + change >= MULTIPLE_FROM else _percent
    if not (isfinite(low) and isfinite(high)):
        return Size(told(change))
    return Size(told(change), told(low), told(high))


def _levels(before: float, after: float, unit: str) -> str:
    was = units.format_value(before, unit) if before else "0"
    # "from 90 B to 1.05 MB/iteration": what both are counted by is said once.
    return f"from {was.partition('/')[0]} to {units.format_value(after, unit)}"


def _percent(change: float) -> str:
    return f"{change:+.1%}"


def _multiple(change: float) -> str:
    return f"x{units.format_number(1 + change)}"
