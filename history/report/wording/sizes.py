"""Words for the size of a change or an amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.judge import size as sizes
from history.judge.size import MULTIPLE_FROM, Form
from history.report.wording import numbers

if TYPE_CHECKING:
    from history.judge.size import Amount, Size


def size(found: Size) -> str:
    """``+3.4 %``, ``×12.5``, ``from 90 B to 1.05 MB/iteration``; empty without a change."""
    if found.form is Form.LEVELS:
        was = numbers.value(found.before, found.unit) if found.before else "0"
        # "from 90 B to 1.05 MB/iteration": the unit both are counted by stands at the end alone.
        return f"from {was.partition('/')[0]} to {numbers.value(found.after, found.unit)}"
    return "" if found.form is Form.NOTHING else _end(found, found.change)


def ends(found: Size) -> tuple[str, str]:
    """The ends of its interval in the same form; empty where there is none."""
    if found.form in {Form.LEVELS, Form.NOTHING} or not found.has_interval:
        return "", ""
    return _end(found, found.low), _end(found, found.high)


def with_interval(found: Size) -> str:
    """``+3.4 % [+2.1 %, +4.7 %]``."""
    low, high = ends(found)
    return f"{size(found)} [{low}, {high}]" if low else size(found)


class Told(NamedTuple):
    """A change in words, with the ends of its interval, which may be empty."""

    words: str
    low: str
    high: str


def told(found: Size) -> Told:
    """A change and its interval as two texts."""
    return Told(size(found), *ends(found))


def beside(metric: str, unit: str, before: float, after: float) -> str:
    """How a number that is shown differs from one before it: ``+3.4 %``, ``×12.5``, ``from 0``."""
    found = sizes.size(metric, unit, before, after)
    if found.form is Form.LEVELS:
        return f"from {numbers.value(before, found.unit)}"
    return size(found)


def amount(found: Amount, digits: int = 1) -> str:
    """``2.0 %``, or ``12.0 kB/iteration`` where a share of the level says nothing; may be empty."""
    if found.step is None:
        return ""
    if found.is_share and found.share is not None:
        return share(found.share, digits)
    return numbers.value(found.step, found.unit)


def share(found: float, digits: int = 1) -> str:
    """``2.0 %``; ``over ×10`` where so many digits would only say that nothing could be shown."""
    if found + 1 > MULTIPLE_FROM:
        return f"over {numbers.multiple(MULTIPLE_FROM).removesuffix('.0')}"
    return numbers.share(found, digits)


def could_show(found: Amount) -> str:
    """The step that a series could show, ``2.0 %``; ``3 of 8 points`` where it has too few."""
    return amount(found) or too_few(found.points, found.points_needed)


def too_few(points: int, needed: int) -> str:
    """``3 of 8 points``: how many there are of how many a verdict needs."""
    return f"{points} of {numbers.counted(needed, 'point')}" if needed else "too few points"


def _end(found: Size, change: float) -> str:
    if found.form is Form.MULTIPLE:
        return numbers.multiple(1 + change)
    return numbers.signed(change)
