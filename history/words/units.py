"""Turn quantities between text and their base unit; which scale a person reads them in.

Values are kept in base units everywhere inside: seconds, bytes, tokens per second. A unit that is
not in the table is kept as written and never converted, so two of them are never compared.
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


# "MB" is 10^6 bytes and "MiB" 2^20 (IEC 80000-13), so that a limit means the same everywhere.
_UNITS: Final[dict[str, Unit]] = {
    "s": Unit("s", 1.0),
    "sec": Unit("s", 1.0),
    "seconds": Unit("s", 1.0),
    "ms": Unit("s", 1e-3),
    "msec": Unit("s", 1e-3),
    "milliseconds": Unit("s", 1e-3),
    "us": Unit("s", 1e-6),
    "µs": Unit("s", 1e-6),
    "μs": Unit("s", 1e-6),
    "microseconds": Unit("s", 1e-6),
    "ns": Unit("s", 1e-9),
    "nanoseconds": Unit("s", 1e-9),
    "min": Unit("s", 60.0),
    "h": Unit("s", 3600.0),
    "B": Unit("B", 1.0),
    "bytes": Unit("B", 1.0),
    "kB": Unit("B", 1e3),
    "KB": Unit("B", 1e3),
    "MB": Unit("B", 1e6),
    "GB": Unit("B", 1e9),
    "TB": Unit("B", 1e12),
    "KiB": Unit("B", 2.0**10),
    "MiB": Unit("B", 2.0**20),
    "GiB": Unit("B", 2.0**30),
    "B/iteration": Unit("B/iteration", 1.0),
    "kB/iteration": Unit("B/iteration", 1e3),
    "MB/iteration": Unit("B/iteration", 1e6),
    "MiB/iteration": Unit("B/iteration", 2.0**20),
    "B/s": Unit("B/s", 1.0),
    "kB/s": Unit("B/s", 1e3),
    "MB/s": Unit("B/s", 1e6),
    "GB/s": Unit("B/s", 1e9),
    "x": Unit("x", 1.0),
    "%": Unit("x", 0.01),
    "tokens/s": Unit("tokens/s", 1.0),
    "tok/s": Unit("tokens/s", 1.0),
    "characters/s": Unit("characters/s", 1.0),
    "chars/s": Unit("characters/s", 1.0),
    "ops/s": Unit("ops/s", 1.0),
    "iter/sec": Unit("ops/s", 1.0),
    "i/s": Unit("ops/s", 1.0),
    "J": Unit("J", 1.0),
    "W": Unit("W", 1.0),
    "Hz": Unit("Hz", 1.0),
    "kHz": Unit("Hz", 1e3),
    "MHz": Unit("Hz", 1e6),
    "GHz": Unit("Hz", 1e9),
    "C": Unit("C", 1.0),
    "count": Unit("count", 1.0),
    "": Unit("", 1.0),
}

# Scales a person reads, largest first; the first whose factor is <= the value is used.
_SCALES: Final[dict[str, tuple[tuple[float, str], ...]]] = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")),
    "B": ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
    "B/s": ((1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s"), (1.0, "B/s")),
    "B/iteration": (
        (1e6, "MB/iteration"),
        (1e3, "kB/iteration"),
        (1.0, "B/iteration"),
    ),
    "Hz": ((1e9, "GHz"), (1e6, "MHz"), (1e3, "kHz"), (1.0, "Hz")),
}

_QUANTITY: Final = re.compile(r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*$")


def canonical(unit: str) -> Unit:
    """Base unit and factor of a unit; an unknown one is its own base with factor 1."""
    return _UNITS.get(unit.strip(), Unit(unit.strip(), 1.0))


def is_known(unit: str) -> bool:
    """Whether the unit is in the table, so that values of it may be converted and judged."""
    return unit.strip() in _UNITS


def parse_quantity(text: str) -> Quantity:
    """``"120 ms"`` -> ``Quantity(0.12, "s")``; a bare number has the empty unit.

    Raises UsageError naming the text when it is not a number followed by a known unit.
    """
    match = _QUANTITY.match(text)
    if match is None:
        raise UsageError(f'expected a number with a unit such as "120 ms", found "{text}".')
    number, unit = float(match.group(1)), match.group(2)
    if not is_known(unit):
        near = ", ".join(sorted(name for name in _UNITS if name)[:12])
        raise UsageError(
            f'unknown unit "{unit}" in "{text}".', hint=f"Known units are for example {near}."
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
    """Factor and name of the scale a person reads this value in, such as (1e-3, "ms").

    The first in which three digits of it are 1 or more: 999.7 µs are 1.00 ms.
    """
    scales = _SCALES.get(unit)
    if scales is None:
        return 1.0, unit
    magnitude = float(f"{abs(value):.2e}")
    for factor, name in scales:
        if magnitude >= factor:
            return factor, name
    return scales[-1] if magnitude else (1.0, unit)
