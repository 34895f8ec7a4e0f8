"""Convert quantities between text and base units, and choose display scales.

Values are kept in base units everywhere inside: seconds, bytes, tokens per second. An unknown unit
is kept as written and never converted.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from history.words.errors import UsageError


class Unit(NamedTuple):
    """One spelling of a unit."""

    base: str
    """Name of the base unit it converts to."""
    factor: float
    """How many base units one of this unit is."""


class Quantity(NamedTuple):
    """A number in its base unit."""

    value: float
    unit: str


_TIMES: Final[dict[str, Unit]] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), Unit("s", 1.0)),
    **dict.fromkeys(("ms", "msec", "msecs", "millisecond", "milliseconds"), Unit("s", 1e-3)),
    **dict.fromkeys(
        ("us", "\N{MICRO SIGN}s", "\N{GREEK SMALL LETTER MU}s", "usec", "usecs"), Unit("s", 1e-6)
    ),
    **dict.fromkeys(("microsecond", "microseconds"), Unit("s", 1e-6)),
    **dict.fromkeys(("ns", "nsec", "nsecs", "nanosecond", "nanoseconds"), Unit("s", 1e-9)),
}
"""Time units in the denominator of a rate: ``ops/ms`` are 1000 ``ops/s``."""

# "MB" is 10^6 bytes and "MiB" 2^20 (IEC 80000-13), so that a limit means the same everywhere.
_UNITS: Final[dict[str, Unit]] = {
    **_TIMES,
    "min": Unit("s", 60.0),
    "h": Unit("s", 3600.0),
    "B": Unit("B", 1.0),
    "byte": Unit("B", 1.0),
    "bytes": Unit("B", 1.0),
    "kB": Unit("B", 1e3),
    "KB": Unit("B", 1e3),
    "MB": Unit("B", 1e6),
    "GB": Unit("B", 1e9),
    "TB": Unit("B", 1e12),
    "KiB": Unit("B", 2.0**10),
    "MiB": Unit("B", 2.0**20),
    "GiB": Unit("B", 2.0**30),
    "TiB": Unit("B", 2.0**40),
    "x": Unit("x", 1.0),
    "%": Unit("x", 0.01),
    "mJ": Unit("J", 1e-3),
    "J": Unit("J", 1.0),
    "kJ": Unit("J", 1e3),
    "mW": Unit("W", 1e-3),
    "W": Unit("W", 1.0),
    "kW": Unit("W", 1e3),
    "Hz": Unit("Hz", 1.0),
    "kHz": Unit("Hz", 1e3),
    "MHz": Unit("Hz", 1e6),
    "GHz": Unit("Hz", 1e9),
    "C": Unit("C", 1.0),
    "count": Unit("count", 1.0),
    "": Unit("", 1.0),
}

_COUNTED: Final[dict[str, str]] = {
    **dict.fromkeys(("op", "ops", "operation", "operations"), "ops"),
    **dict.fromkeys(("i", "it", "iter", "iters", "iteration", "iterations"), "iterations"),
    **dict.fromkeys(("tok", "toks", "token", "tokens"), "tokens"),
    **dict.fromkeys(("char", "chars", "character", "characters"), "characters"),
    **dict.fromkeys(("elem", "elems", "element", "elements"), "elements"),
    **dict.fromkeys(("req", "reqs", "request", "requests"), "requests"),
    **dict.fromkeys(("item", "items"), "items"),
    **dict.fromkeys(("frame", "frames"), "frames"),
    **dict.fromkeys(("sample", "samples"), "samples"),
    **dict.fromkeys(("word", "words"), "words"),
    **dict.fromkeys(("step", "steps"), "steps"),
}
"""Counted things of rates and costs, in the plural."""
_PREFIXES: Final = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
"""Prefixes of counted things: ``Melem/s``."""

# Display scales, largest first; the first whose factor is <= the value is used.
_SCALES: Final[dict[str, tuple[tuple[float, str], ...]]] = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")),
    "B": ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
    "B/iteration": (
        (1e6, "MB/iteration"),
        (1e3, "kB/iteration"),
        (1.0, "B/iteration"),
    ),
    "%": ((1e-2, "%"),),  # for shares, display only
    "Hz": ((1e9, "GHz"), (1e6, "MHz"), (1e3, "kHz"), (1.0, "Hz")),
}

_QUANTITY: Final = re.compile(r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*$")


def canonical(unit: str) -> Unit:
    """Base unit and factor of a unit; an unknown one is its own base with factor 1.

    Both sides of a slash are converted: ``us/iter`` is 1e-6 ``s/iteration``, ``ops/ms`` 1000
    ``ops/s``. Minutes and hours below it stay, because people count words per minute.
    """
    text = unit.strip()
    if text in _UNITS:
        return _UNITS[text]
    amount, stroke, per = (part.strip() for part in text.rpartition("/"))
    if not (amount and stroke and per):
        return Unit(text, 1.0)
    if per in _TIMES:
        counted = _counted(amount)
        # A rate of iterations is one of operations: iter/sec and ops/s have always been one unit.
        base = "ops" if counted.base == "iterations" else counted.base
        return Unit(f"{base}/s", counted.factor / _TIMES[per].factor)
    each = _COUNTED[per].removesuffix("s") if per in _COUNTED else per
    of = _UNITS.get(amount, Unit(amount, 1.0))
    return Unit(f"{of.base}/{each}", of.factor)


def _counted(amount: str) -> Unit:
    """What a rate counts: bytes, ``ops``, ``Melem``, or anything as it is written."""
    if amount in _UNITS:
        return _UNITS[amount]
    if amount in _COUNTED:
        return Unit(_COUNTED[amount], 1.0)
    prefix, rest = amount[:1], amount[1:]
    if prefix in _PREFIXES and rest in _COUNTED and len(rest) > 1:
        return Unit(_COUNTED[rest], _PREFIXES[prefix])
    return Unit(amount, 1.0)


def is_known(unit: str) -> bool:
    """Whether values of this unit may be converted and judged: every part of it is known."""
    base = canonical(unit).base
    if base in _UNITS:
        return True
    amount, _, per = base.rpartition("/")
    if not (amount and per):
        return False
    return (amount in _UNITS or amount in _COUNTED) and (per in _UNITS or per in _COUNTED)


def factor_between(unit: str, other: str) -> float | None:
    """Factor from ``unit`` to ``other``; None when they are not convertible."""
    here, there = canonical(unit), canonical(other)
    return here.factor / there.factor if here.base == there.base else None


def parse_quantity(text: str) -> Quantity:
    """``"120 ms"`` -> ``Quantity(0.12, "s")``; a bare number has the empty unit.

    Raises UsageError naming the text when it is not a number followed by a known unit.
    """
    match = _QUANTITY.match(text)
    if match is None:
        raise UsageError(f'expected a number with a unit such as "120 ms", found "{text}".')
    number, unit = float(match.group(1)), match.group(2)
    if not is_known(unit):
        raise UsageError(
            f'unknown unit "{unit}" in "{text}".',
            hint="Known units are for example ms, MB, MiB, %, x, J, Hz, tokens/s and ns/op.",
        )
    known = canonical(unit)
    return Quantity(number * known.factor, known.base)


def written(quantity: Quantity) -> str:
    """A quantity as text that ``parse_quantity`` reads back exactly: ``120 ms``, ``0.2 x``."""
    value, unit = quantity
    for factor, name in (scale_of(value, unit), (1.0, unit)):
        number = f"{value / factor:.6g}"
        if "e" not in number and float(number) * factor == value:
            return f"{number} {name}".strip()
    return f"{value!r} {unit}".strip()


def scale_of(value: float, unit: str) -> tuple[float, str]:
    """Factor and name of the display scale of this value, such as (1e-3, "ms").

    The first in which three digits of it are 1 or more: 999.7 µs are 1.00 ms.
    """
    amount, stroke, per = unit.partition("/")
    scales = _SCALES.get(unit) or tuple(
        (factor, f"{name}{stroke}{per}") for factor, name in _SCALES.get(amount, ())
    )
    if not scales:
        return 1.0, unit
    magnitude = float(f"{abs(value):.2e}")
    for factor, name in scales:
        if magnitude >= factor:
            return factor, name
    return scales[-1] if magnitude else (1.0, unit)
