"""Check that every series of a file keeps one unit and direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.formats.fields import RefuseError
from history.store.batch import Label, name_in_run, series_id
from history.store.packing import label_of
from history.words import units
from history.words.metrics import Direction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.formats.interface import SeriesKind
    from history.words.records import Machine, Point


class SeriesKinds:
    """The kinds of all series met so far."""

    def __init__(self, known: Mapping[str, SeriesKind]) -> None:
        """``known`` has those of the history by the id of the series."""
        self._known = known
        self._kept: dict[tuple[object, ...], SeriesKind] = {}

    def check(self, point: Point | Label, kind: SeriesKind, machine: Machine) -> str:
        """A sentence where another direction is stated, else nothing.

        Raises RefuseError when the unit cannot be made into that of the point's series.
        """
        label = point if isinstance(point, Label) else label_of(point)
        name = (*name_in_run(label), machine)
        kept = self._kept.get(name)
        if kept is None:
            kept = self._kept[name] = self._known.get(series_id(label, machine), kind)
        if units.factor_between(kind.unit, kept.unit) is None:
            raise RefuseError(
                f"{point.metric}: its series is kept {_in(kept.unit)}, found {_named(kind.unit)};"
                " give it another name, or the unit it had"
            )
        if kind.direction in {Direction.NONE, kept.direction}:
            return ""
        return (
            f"{point.metric} of {point.benchmark} is stated as {kind.direction} is better, and its"
            f" series as {kept.direction}; the series holds"
        )


def _in(unit: str) -> str:
    return f'in "{unit}"' if unit else "without a unit"


def _named(unit: str) -> str:
    return f'the unit "{unit}"' if unit else "no unit"
