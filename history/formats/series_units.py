"""Hold every series of a file to one unit: that of the history, else that of its first row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.formats.fields import RefuseError
from history.words import units
from history.words.records import series_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.words.records import Machine, Point


class SeriesUnits:
    """The units of all series met so far."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """``known`` has the unit of every series of the history by its id."""
        self._known = known
        self._kept: dict[tuple[object, ...], str] = {}

    def check(self, point: Point, unit: str, machine: Machine) -> None:
        """Raise RefuseError when this unit cannot be made into that of the point's series."""
        params = tuple(sorted(point.params.items()))
        name = (point.suite, point.benchmark, params, point.variant, point.metric, machine)
        kept = self._kept.get(name)
        if kept is None:
            kept = self._kept[name] = self._known.get(series_id(point, machine), unit)
        if units.factor_between(unit, kept) is None:
            raise RefuseError(
                f"{point.metric}: its series is kept {_in(kept)}, found {_named(unit)}; give it "
                "another name, or the unit it had"
            )


def _in(unit: str) -> str:
    return f'in "{unit}"' if unit else "without a unit"


def _named(unit: str) -> str:
    return f'the unit "{unit}"' if unit else "no unit"
