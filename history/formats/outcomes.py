"""Make outcomes from the numbers in a result file: base units, direction, median and interval."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from history.formats.fields import RefuseError
from history.formats.storable import LARGEST_VALUE
from history.stats.describe import describe
from history.words import units
from history.words.metrics import Direction, Metric, direction_of_unit, registry
from history.words.records import Measured

_AGREES: Final = 0.05
_ROUNDED: Final = 0.006
"""A stated ratio this far from the one of its parts is another one: a share, and two decimals."""


def measured(samples: Sequence[float]) -> Measured:
    """The median of samples in base units, in the order they were taken, with its interval; n >= 1.

    The same numbers as those of a point measured here.
    """
    found = describe(samples)
    return Measured(
        value=found.value,
        n=found.n,
        aggregate="median" if found.n > 1 else "value",
        low=found.low,
        high=found.high,
        interval=found.method,
        q1=found.q1,
        q3=found.q3,
        minimum=found.minimum,
        maximum=found.maximum,
        samples=tuple(samples),
    )


def storable_samples(values: Iterable[float]) -> list[float]:
    """The values. Raises RefuseError where one is no number, or its square would be none."""
    found = list(values)
    if not all(abs(value) <= LARGEST_VALUE for value in found):
        raise RefuseError(f"expected finite numbers up to {LARGEST_VALUE:g} in base units")
    return found


def metric_name(text: str) -> str:
    """``Max Bytes`` and ``max-bytes`` as ``max_bytes``."""
    return re.sub(r"\W+", "_", text.lower()).strip("_")


def metric_of(
    name: str, unit: str, direction: Direction | None = None, known: Metric | None = None
) -> tuple[str, Direction]:
    """Base unit and direction of a metric: the registry's, else stated, else what the unit says.

    ``known`` is a metric of the project's own.
    """
    known = registry().get(name) or known
    if known is not None and known.unit:
        return known.unit, known.direction
    stated = direction or (known.direction if known is not None else None)
    return units.canonical(unit).base, stated or direction_of_unit(unit)


def in_base_unit(value: float, name: str, unit: str, known: Metric | None = None) -> float:
    """A value in the base unit of its metric; raises RefuseError where the units do not agree.

    ``known`` is a metric of the project's own.
    """
    known = registry().get(name) or known
    written = units.canonical(unit)
    if known is not None and known.unit and unit and written.base != known.unit:
        raise RefuseError(f'{name}: is measured in "{known.unit}", found the unit "{unit}"')
    return value * written.factor


def compare_ratio(
    key: str, stated: float, made: float, parts: str, flagged: dict[str, None]
) -> None:
    """Say so when a stated ratio is not the one of its parts; ``parts`` names them."""
    if abs(stated - made) > _ROUNDED + _AGREES * abs(made):
        flagged[f"{key} is {stated:g} in the file and {made:.3g} of {parts}; that counts"] = None
