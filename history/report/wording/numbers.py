"""Write numbers the way a person reads them: values, shares, multiples, counts."""

from __future__ import annotations

from history.words import units
from history.words.units import Quantity

MOST_OF_A_HASH = 12
"""Characters of a commit that are told."""


def value(number: float, unit: str) -> str:
    """A value in base units: ``12.3 ms``."""
    return units.format_value(number, unit)


def limit(number: float, unit: str) -> str:
    """A limit as exact as it was set: ``120 ms``."""
    return units.written(Quantity(number, unit))


def share(of_whole: float, digits: int = 1) -> str:
    """``2.5%``."""
    return f"{of_whole:.{digits}%}"


def allowed(of_whole: float) -> str:
    """A share as exact as it was set: ``20 %``."""
    return f"{100 * of_whole:.6g} %"


def signed(of_whole: float, digits: int = 1) -> str:
    """A relative change: ``+3.4%``."""
    return f"{of_whole:+.{digits}%}"


def multiple(times: float) -> str:
    """So many times as much: ``x12.5``."""
    return f"x{units.format_number(times)}"


def times(ratio: float | None) -> str:
    """Three digits, however round the number is: ``1.00x``; empty without a number."""
    return "" if ratio is None else f"{ratio:#.3g}".rstrip(".") + "x"


def counted(count: int, one: str, many: str = "") -> str:
    """``1 point``, ``2 points``; another plural than with s is given."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def whole_percent(percent: float) -> str:
    """Without decimals; but little is not nothing: ``0.4`` and ``under 0.1``."""
    if percent == 0 or percent >= 0.95:
        return f"{percent:.0f}"
    return f"{percent:.1f}" if percent >= 0.05 else "under 0.1"


def commit(sha: str) -> str:
    """The beginning of a hash."""
    return sha[:MOST_OF_A_HASH]
