"""Choose the metric of a number that has a unit but no name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history.formats import kinds_told
from history.formats.fields import RefuseError
from history.words import units
from history.words.metrics import Direction, direction_of_unit, registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from history.formats.interface import Context

METRICS: Final = {
    **dict.fromkeys(("s", "s/iteration", "s/op"), "operation_time"),
    **dict.fromkeys(("ops/s", "items/s", "elements/s"), "throughput"),
    "B/s": "bandwidth",
    "tokens/s": "tokens_per_second",
    "characters/s": "characters_per_second",
}
"""Base unit -> metric."""


class Kind(NamedTuple):
    """The metric, unit and direction of a number."""

    metric: str
    unit: str
    """Base unit; empty where it is that of a registered metric."""
    factor: float
    """How many base units one of the written unit is."""
    direction: Direction | None
    """None where the registry has it."""


def kind(unit: str, otherwise: str = "value") -> Kind:
    """``ns/op`` is ``operation_time``; a unit of no metric above gives the metric ``otherwise``."""
    return named(METRICS.get(units.canonical(unit).base, otherwise), unit)


def named(metric: str, unit: str) -> Kind:
    """The kind of a number that has a name of its own beside the unit.

    Raises RefuseError where a registered metric has another unit.
    """
    known = units.canonical(unit)
    if metric in registry():
        if registry()[metric].unit != known.base and METRICS.get(known.base) != metric:
            raise RefuseError(
                f'{metric}: is measured in "{registry()[metric].unit}", found the unit "{unit}"'
            )
        return Kind(metric, "", known.factor, None)
    return Kind(metric, known.base, known.factor, direction_of_unit(unit))


class Told:
    """Units and directions that the caller gives for measures whose files lack them."""

    def __init__(self, context: Context) -> None:
        """``context`` has what the caller said."""
        self._units = context.units
        self._directions = context.directions
        self._met: dict[str, Direction | None] = {}
        self._without_unit: dict[str, None] = {}

    def kind(
        self, measure: str, unit: str | None = None, stated: Direction = Direction.NONE
    ) -> Kind:
        """What the measure is; ``unit`` is None where the file has none.

        Its direction is the one that the caller gave it, else ``stated``, else that of its unit,
        else the one that the caller gave all. Raises RefuseError where a registered metric has
        another unit.
        """
        if unit is None:
            unit = self._units.get(measure, self._units.get(""))
            if unit is None and measure in registry():
                unit = registry()[measure].unit
            if unit is None:
                self._without_unit[measure] = None
        found = named(measure, unit or "")
        if found.direction is not None:
            ways = (
                self._directions.get(measure),
                stated,
                found.direction,
                self._directions.get(""),
            )
            known = (way for way in ways if way not in {None, Direction.NONE})
            found = found._replace(direction=next(known, Direction.NONE))
        self._met[measure] = found.direction
        return found

    def flagged(self) -> Iterator[str]:
        """A sentence for every measure with something unknown, and for unused options."""
        yield from kinds_told.unused(self._units, self._met, "unit")
        yield from kinds_told.unused(self._directions, self._met, "direction")
        for measure in self._without_unit:
            yield f"{measure} has no unit, and is kept as written: --unit {measure}=UNIT gives one"
        for measure, way in self._met.items():
            if way is Direction.NONE:
                yield (
                    f"{measure} has no direction: --direction {measure}=lower or"
                    f" {measure}=higher gives it one"
                )
