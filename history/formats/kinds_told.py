"""Read what the caller says of measures whose files do not state it: unit, and which way is better.

``max_bytes=B`` is said of one measure, ``B`` of all of which nothing else is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.formats.interface import AsksKinds
from history.words.errors import UsageError
from history.words.metrics import Direction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from history.formats.interface import Format


def asks(format_: Format, what: str) -> bool:
    """Whether the format needs the caller for ``unit`` or ``direction``."""
    return isinstance(format_, AsksKinds) and what in format_.asks


def units(format_: Format, told: Sequence[str]) -> dict[str, str]:
    """Measure to unit. Raises UsageError where the format does not ask for any."""
    return _pairs(format_, told, "unit")


def directions(format_: Format, told: Sequence[str]) -> dict[str, Direction]:
    """Measure to direction. Raises UsageError where it is none or the format does not ask."""
    pairs = _pairs(format_, told, "direction")
    ways = {Direction.LOWER, Direction.HIGHER}
    for way in pairs.values():
        if way not in ways:
            raise UsageError(f'--direction: expected lower or higher, found "{way}".')
    return {measure: Direction(way) for measure, way in pairs.items()}


def unused(told: Mapping[str, object], met: Collection[str], what: str) -> Iterator[str]:
    """A sentence for every measure of which something was said and that did not come."""
    for measure in told:
        if measure and measure not in met:
            yield f"--{what} {measure}=...: nothing of that name is in the file"


def _pairs(format_: Format, told: Sequence[str], what: str) -> dict[str, str]:
    if told and not asks(format_, what):
        raise UsageError(
            f"--{what} is of no use here: the format {format_.name} states it itself.",
            hint=f"Leave --{what} out.",
        )
    found: dict[str, str] = {}
    for pair in told:
        measure, equals, value = pair.rpartition("=")
        if equals and not measure.strip():
            raise UsageError(f'--{what}: expected a measure before "=", found "{pair}".')
        if found.setdefault(measure.strip(), value.strip()) != value.strip():
            of = f'"{measure}"' if measure else "all measures"
            raise UsageError(f"--{what} says two things of {of}.")
    return found
