"""Make points of the results of github-action-benchmark: name, unit, value, range, extra."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from history.formats import by_unit, fields, kinds_told
from history.formats.fields import RefuseError
from history.formats.interface import SeriesKind
from history.formats.series_kinds import SeriesKinds
from history.report.wording.numbers import counted
from history.store import packing
from history.store.batch import Label
from history.words import units
from history.words.metrics import Direction, direction_of_unit, registry
from history.words.records import Measured, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from history.formats.interface import Context
    from history.words.records import Machine

_OTHER: Final = "value"
"""The metric of a unit that belongs to none."""
_CUSTOM: Final = {
    "customSmallerIsBetter": Direction.LOWER,
    "customBiggerIsBetter": Direction.HIGHER,
}
"""The tools whose name is the author's own word on the direction."""
_TAKEN_AS: Final = _CUSTOM | dict.fromkeys(("benchmarkjs", "pytest"), Direction.HIGHER)
"""How github-action-benchmark takes the results of a tool, whatever their unit; others: lower."""
_LEFT_OUT: Final = {
    "range": "a spread without a stated meaning, and no 95 % interval",
    "extra": "free text",
}
_NO_VARIANT: Final = Point(
    suite="", benchmark="", metric="", outcome=Measured(value=0.0, n=0)
).variant
"""The default of a point itself: msgspec leaves out only that object, not an equal one, from the
text that run ids are hashes of."""


class Results:
    """One pass over the results of a file."""

    def __init__(self, context: Context, machine: Machine) -> None:
        """The results are those of one machine; ``context`` has what the caller said."""
        self._machine = machine
        self._series = SeriesKinds(context.series)
        self._told = context.directions
        self._kinds: dict[tuple[str, str], by_unit.Kind] = {}
        self._said: dict[str, None] = {}
        self._left_out: Counter[str] = Counter()
        self._not_positive: list[str] = []

    def points(self, suite: str, result: object) -> Iterator[Point]:
        """The same as ``values``, as points."""
        for label, value in self.values(suite, result):
            yield packing.point_of(label, Measured(value=value, n=1))

    def values(self, suite: str, result: object, tool: str = "") -> Iterator[tuple[Label, float]]:
        """Names and value of one result, and of every further value that stands in its unit.

        Raises RefuseError for what is no result.
        """
        row = fields.table(result)
        name, unit = row.get("name"), row.get("unit") or ""
        if not isinstance(name, str) or not name.strip():
            raise RefuseError(
                f'expected an object with "name", "unit" and "value", found {fields.shown(result)}'
            )
        if not isinstance(unit, str):
            raise RefuseError(f'"{name}": unit: expected text, found {fields.shown(unit)}')
        # Older files of Go have further pairs of value and unit behind the unit, after tabs.
        unit, *further = unit.split("\t")
        yield self._value(suite, name.strip(), row.get("value"), unit.strip(), tool)
        for pair in filter(None, map(str.strip, further)):
            value, _, other = pair.partition(" ")
            if fields.written_number(value) is None:
                self._said[f'"{name}": {fields.shown(pair)} behind the unit was left out'] = None
            else:
                label = f"{name.strip()} - {other.strip()}"
                yield self._value(suite, label, value, other.strip(), tool)
        self._left_out.update(key for key in _LEFT_OUT if row.get(key) not in (None, ""))

    def flagged(self) -> Iterator[str]:
        """Remarks about all results."""
        yield from self._said
        yield from kinds_told.unused(self._told, {unit for unit, _ in self._kinds}, "direction")
        for key, what in _LEFT_OUT.items():
            if self._left_out[key]:
                results = counted(self._left_out[key], "result")
                yield f'"{key}" of {results} left out: it is {what}'
        if self._not_positive:
            yield (
                f"{counted(len(self._not_positive), 'time')} of 0 or less, the first of"
                f' "{self._not_positive[0]}": too short for the tool to resolve, not free'
            )

    def _value(
        self, suite: str, name: str, written: object, unit: str, tool: str
    ) -> tuple[Label, float]:
        kind = self._kinds.get((unit, tool))
        if kind is None:
            kind = self._kinds[unit, tool] = self._kind(unit, tool)
        try:
            value = fields.number(written, "value") * kind.factor
        except RefuseError as error:
            raise RefuseError(f'"{name}": {error}') from None
        label = Label(suite, name, (), _NO_VARIANT, kind.metric, kind.unit, kind.direction)
        if kind.direction is not None:
            odd = self._series.check(label, SeriesKind(kind.unit, kind.direction), self._machine)
            if odd:
                self._said[odd] = None
        elif value <= 0 and kind.metric == "operation_time":
            self._not_positive.append(name)
        return label, value

    def _kind(self, unit: str, tool: str) -> by_unit.Kind:
        """The unit says which way is better; where it does not, only a custom tool does."""
        canonical = units.canonical(unit)
        metric = by_unit.METRICS.get(canonical.base, _OTHER)
        known = registry().get(metric)
        direction = known.direction if known is not None else direction_of_unit(unit)
        taken_as = _TAKEN_AS.get(tool, Direction.LOWER) if tool else Direction.NONE
        told = self._told.get(unit) if unit else None
        if told is not None and known is None:
            direction = told
        elif direction is Direction.NONE:
            direction = _CUSTOM.get(tool, self._told.get("", Direction.NONE))
        elif taken_as not in {Direction.NONE, direction}:
            self._said[
                f'the tool {tool} stands for {taken_as} is better, and the unit "{unit}" for'
                f" {direction}; the unit holds"
            ] = None
        if direction is Direction.NONE:
            self._said[
                f'unit "{unit}" does not say which way is better: its results have no'
                f" direction; --direction {unit + '=' if unit else ''}lower or higher gives one"
            ] = None
        if known is not None:
            return by_unit.Kind(metric, "", canonical.factor, None)
        if not units.is_known(unit):
            self._said[f'unit "{unit}" is not known: its values are kept as written'] = None
        return by_unit.Kind(metric, canonical.base, canonical.factor, direction)
