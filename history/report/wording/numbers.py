"""Format numbers for people: the one format of terminal, Markdown and pages.

Three significant digits, in the scale in which the number lies between 1 and 999 where its unit has
one; thousands apart from five digits on; a real minus; powers of ten where digits would not do.
Files for programs hold numbers as they are.
"""

from __future__ import annotations

from math import isfinite
from typing import Final

from history.words import units

MISSING: Final = "–"
"""Shown when there is no number; never 0 and never an empty cell."""
MINUS: Final = "\N{MINUS SIGN}"
APART: Final = "\N{NARROW NO-BREAK SPACE}"
"""Separator of thousands."""
APART_FROM: Final = 5
"""Digits of a whole part from which thousands are separated: years and ports stay unseparated."""
LARGEST: Final = 9
SMALLEST: Final = -4
"""Powers of ten are used beyond these limits: 1e9 and more, below 1e-4."""

_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LEAST_CHANCE: Final = 0.001
"""Below it a probability is not told more exactly."""
NEAR_ONE: Final = 0.1
"""From here to its inverse a ratio has two decimals."""
_COUNTED: Final = frozenset({"count", "", "B"})
"""Units of counts: whole numbers have no decimals."""
_QUALIFIERS: Final = {"about": "≈ ", "below": "< ", "above": "> "}


def number(value: float, digits: int = 3) -> str:
    """So many significant digits, however round: ``0.850``, ``12.0``, ``18 508``, ``1.20·10⁻⁷``."""
    if not isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if not SMALLEST <= exponent < LARGEST:
        return _power(mantissa, exponent)
    return fixed(value, max(0, digits - 1 - exponent))


def fixed(value: float, decimals: int, *, signed: bool = False) -> str:
    """So many decimals: ``12.35``, ``−0.50``; with ``signed`` a plus too; nothing is ``-0.0``."""
    if not isfinite(value):
        return MISSING
    text = f"{abs(value):.{decimals}f}"
    whole, dot, rest = text.partition(".")
    if len(whole) >= APART_FROM:
        text = f"{int(whole):,}".replace(",", APART) + dot + rest
    if value == 0 or not text.strip("0."):
        return text
    return f"{MINUS if value < 0 else '+' if signed else ''}{text}"


def whole(count: int) -> str:
    """``18 508``."""
    return fixed(count, 0)


def exact(value: float) -> str:
    """Six digits without the zeros behind them, for what was set or is quoted: ``0.25``, ``20``."""
    if not isfinite(value):
        return MISSING
    mantissa, _, power = f"{value:.6g}".partition("e")
    if power and not SMALLEST <= int(power) < LARGEST:
        return _power(mantissa, int(power))
    return fixed(value, 0 if power else len(mantissa.partition(".")[2]))


def _power(mantissa: str, exponent: int) -> str:
    return f"{mantissa.replace('-', MINUS)}·10{str(exponent).translate(_SUPERSCRIPTS)}"


def value(amount: float | None, unit: str, qualifier: str = "") -> str:
    """A value in base units: ``12.3 ms``; ``≈ 12.3 ms`` when its source says about."""
    if amount is None or not isfinite(amount):
        return MISSING
    factor, name = units.scale_of(amount, unit)
    scaled = amount / factor
    return f"{_QUALIFIERS.get(qualifier, '')}{_with_unit(_scaled(scaled, name), name)}"


def _scaled(amount: float, name: str) -> str:
    if name in _COUNTED and amount.is_integer():
        return fixed(amount, 0)
    return _percent(amount) if name == "%" else number(amount)


def _percent(amount: float) -> str:
    """One decimal, and two digits at least: ``8.2``, ``0.31``, ``100.0``."""
    return fixed(amount, 1) if amount == 0 or abs(amount) >= 1 else number(amount, 2)


def limit(amount: float, unit: str) -> str:
    """A limit as exact as it was set: ``120 ms``, ``1.8×``."""
    factor, name = units.scale_of(amount, unit)
    return _with_unit(exact(amount / factor), name)


def interval(low: float | None, high: float | None, unit: str, *, is_range: bool = False) -> str:
    """``11.9 – 12.8 ms``: both ends in the unit of the larger; empty when there is none.

    The extremes of two or three samples are no interval and called ``range 11.9 – 12.8 ms``.
    """
    if low is None or high is None or not (isfinite(low) and isfinite(high)):
        return ""
    factor, name = units.scale_of(max(abs(low), abs(high)), unit)
    tell = _percent if name == "%" else number
    ends = _with_unit(f"{tell(low / factor)} – {tell(high / factor)}", name)
    return f"range {ends}" if is_range else ends


def _with_unit(text: str, name: str) -> str:
    if name in {"count", ""}:
        return text
    return f"{text}×" if name == "x" else f"{text} {name}"


def share(of_whole: float, decimals: int = 1) -> str:
    """``2.5 %``."""
    return MISSING if not isfinite(of_whole) else f"{fixed(100 * of_whole, decimals)} %"


def signed(of_whole: float, decimals: int = 1) -> str:
    """A relative change: ``+3.4 %``, ``−20.1 %``, ``0.0 %``."""
    if not isfinite(of_whole):
        return MISSING
    return f"{fixed(100 * of_whole, decimals, signed=True)} %"


def allowed(of_whole: float) -> str:
    """A share as exact as it was set: ``20 %``."""
    return f"{exact(100 * of_whole)} %"


def times(ratio: float | None) -> str:
    """A factor: ``1.00×``; empty without one."""
    if ratio is None:
        return ""
    return f"{_ratio(ratio)}×" if isfinite(ratio) else MISSING


def times_between(low: float | None, high: float | None) -> str:
    """The interval of a ratio: ``1.81 – 2.23×``; empty without one."""
    if low is None or high is None or not (isfinite(low) and isfinite(high)):
        return ""
    return f"{_ratio(low)} – {_ratio(high)}×"


def _ratio(of: float) -> str:
    """Two decimals around 1, so that 0.99 and 1.20 stand side by side; three digits far from it."""
    return fixed(of, 2) if NEAR_ONE <= of < 1 / NEAR_ONE else number(of)


def chance(of: float, name: str = "q") -> str:
    """How often chance alone shows as much: ``q = 0.086``, and no more than ``q below 0.001``."""
    return f"{name} = {number(of, 2)}" if of >= LEAST_CHANCE else f"{name} below {LEAST_CHANCE}"


def multiple(ratio: float) -> str:
    """So many times as much: ``×12.5``."""
    return f"×{number(ratio)}"


def counted(count: int, one: str, many: str = "") -> str:
    """``1 point``, ``2 points``; another plural than with s is given."""
    return f"{whole(count)} {one if count == 1 else many or one + 's'}"


def whole_percent(percent: float) -> str:
    """Percent without decimals, but never 0 for a small share, as ``46 %``, ``under 0.1 %``."""
    if percent == 0 or percent >= 0.95:
        return f"{fixed(percent, 0)} %"
    return f"{fixed(percent, 1)} %" if percent >= 0.05 else "under 0.1 %"
