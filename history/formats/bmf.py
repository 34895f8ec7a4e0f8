"""Read Bencher Metric Format, which has neither units nor directions: a measure's name, or none.

Built-in measures of Bencher have a unit by their name; of any other the caller says it. Files that
we wrote have both beside the value, where Bencher passes them over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from history.formats import bmf_writing, fields, kinds_told, runs
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Context, Imported, Parsed, SeriesKind
from history.formats.outcomes import in_base_unit, metric_name, metric_of
from history.formats.series_kinds import SeriesKinds
from history.report.wording.numbers import counted
from history.words import units
from history.words.errors import ImportRefusedError
from history.words.metrics import Direction
from history.words.records import Measured, Point

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

SUITE: Final = "bencher"
_NAME: Final = r'"(?:[^"\\]|\\.)*"\s*:\s*\{\s*'
_START: Final = re.compile(rf"\s*\{{\s*{_NAME}")
_METRIC: Final = re.compile(rf'{_NAME}"(?:value|lower_value|upper_value)"\s*:')
_IGNORED: Final = re.compile(r"(?:_bencher_ignore|BencherIgnore|-bencher-ignore)$")
_BOUNDS: Final = ("lower_value", "upper_value")
_WAYS: Final = {way.value: way for way in Direction}


class _BuiltIn(NamedTuple):
    """What Bencher itself means by a measure."""

    metric: str
    unit: str
    direction: Direction | None = None
    """Only where neither the registry nor the unit says it."""


_BUILT_IN: Final = {
    "latency": _BuiltIn("operation_time", "ns"),
    "throughput": _BuiltIn("throughput", "ops/s"),
    "build_time": _BuiltIn("build_time", "s"),
    "file_size": _BuiltIn("file_size", "B"),
    "instructions": _BuiltIn("instructions", "count", Direction.LOWER),
    "estimated_cycles": _BuiltIn("estimated_cycles", "count", Direction.LOWER),
}


class _Pairs(list[tuple[str, Any]]):
    """A JSON object in which a key may come twice."""


class _Row(NamedTuple):
    """One measure of one benchmark."""

    benchmark: str
    measure: str | None
    """None where the benchmark has none."""
    metric: object


class Bmf:
    """JSON of benchmark, measure and value."""

    name = "bmf"
    summary = 'Bencher Metric Format: benchmark, measure, then "value"'
    brings = Brings("every measure, by its name")
    repeats_itself = True
    asks = frozenset({"unit", "direction"})
    written = "the newest run; in a folder a file for every run"

    def recognise(self, head: str) -> bool:
        """Whether it starts with an object in an object, and some name leads to a value."""
        return _START.match(head) is not None and _METRIC.search(head) is not None

    def parse(self, text: str, name: str = "bmf") -> Parsed:
        """The built-in measures; any other is refused, because nobody says its unit."""
        return _Reading(Context()).read(text, name)

    def read(self, path: Path, context: Context) -> Imported:
        """Every measure of which the unit is known, in one run. A row is one measure."""
        parsed = _Reading(context).read(fields.read_text(path), path.name)
        return runs.imported(parsed, context, self.name, path.name)

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> tuple[str, ...]:
        """Write one run or all; sentences about what has no place in it."""
        return bmf_writing.write(connection, target)


class _Reading:
    """One pass over one file.

    Bencher takes a measure's name and its short form for one, ``Max Bytes`` and ``max-bytes``: so
    measures are compared by ``metric_name``.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.units = {metric_name(measure): unit for measure, unit in context.units.items()}
        self.directions = {metric_name(measure): way for measure, way in context.directions.items()}
        self.machine = runs.machine_of(None, context)
        self.series = SeriesKinds(context.series)
        self.flagged: dict[str, None] = {}
        self.counts: Counter[str] = Counter()

    def read(self, text: str, name: str) -> Parsed:
        """Rows are numbered in the order of the file."""
        data = fields.load_json(text, name, _Pairs)
        if not isinstance(data, _Pairs):
            raise ImportRefusedError(
                f"{name}: expected an object of benchmarks, found {fields.shown(data)}."
            )
        rows = list(_rows(data))
        points, refused = fields.take(rows, self._points)
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            refused=tuple(refused),
            flagged=(*self.flagged, *self._sentences(rows)),
        )

    def _points(self, row: _Row) -> Iterator[Point]:
        if row.measure is None:
            found = "no measure" if row.metric == [] else fields.shown(row.metric)
            raise RefuseError(f'"{row.benchmark}": expected measures, found {found}')
        try:
            yield self._point(row, row.measure)
        except RefuseError as error:
            raise RefuseError(f'"{row.benchmark}": {error}') from None

    def _point(self, row: _Row, measure: str) -> Point:
        metric = _metric(row.metric, measure)
        benchmark = _IGNORED.sub("", row.benchmark).strip()
        if not benchmark or not metric_name(measure):
            raise RefuseError("expected a name of benchmark and measure, found an empty one")
        kind, unit = self._kind(measure, metric)
        known = self.context.metrics.get(kind.metric)
        value = fields.number(metric.get("value"), f'"{measure}": value')
        value = in_base_unit(value, kind.metric, unit, known)
        base, direction = metric_of(kind.metric, unit, kind.direction, known)
        point = Point(
            suite=self.context.suite or SUITE,
            benchmark=benchmark,
            metric=kind.metric,
            unit=base,
            direction=direction,
            outcome=Measured(value=value, n=1),
        )
        self._look(point, kind.direction, metric)
        if benchmark != row.benchmark.strip():
            self.counts["ignored"] += 1
        return point

    def _kind(self, measure: str, metric: dict[str, Any]) -> tuple[_BuiltIn, str]:
        """Metric, direction where one is said, and unit. Raises RefuseError without a unit."""
        plain = metric_name(measure)
        built_in = _BUILT_IN.get(plain, _BuiltIn(plain, ""))
        told = self.units.get(plain)
        if told is None and isinstance(metric.get("unit"), str):
            told = metric["unit"]
        if told is None and plain not in _BUILT_IN:
            told = self.units.get("")
            if told is None:
                raise RefuseError(
                    f'"{measure}": the format has no units; say that of this measure with'
                    f' --unit {plain}=UNIT, "{plain}=" for a bare number'
                )
        unit = built_in.unit if told is None else told
        stated = _WAYS.get(str(metric.get("direction")))
        way = self.directions.get(plain) or stated or built_in.direction
        if way is None and metric_of(built_in.metric, unit)[1] is Direction.NONE:
            way = self.directions.get("")
        return built_in._replace(direction=way), unit

    def _look(self, point: Point, told: Direction | None, metric: dict[str, Any]) -> None:
        """Say what is odd about a point that is taken."""
        unit, direction = point.unit, point.direction or Direction.NONE
        if direction is Direction.NONE:
            self.flagged[
                f"{point.metric} has no direction: --direction {point.metric}=lower or"
                f" {point.metric}=higher gives it one"
            ] = None
        elif told not in {None, direction}:
            self.flagged[
                f"{point.metric} is said to be better {told}, the registry says {direction};"
                " the registry holds"
            ] = None
        if not units.is_known(unit):
            self.flagged[f'unit "{unit}" is not known: its values are kept as written'] = None
        if odd := self.series.check(point, SeriesKind(unit, direction), self.machine):
            self.flagged[odd] = None
        self.counts["bounds"] += any(metric.get(key) is not None for key in _BOUNDS)
        read = {"value", *_BOUNDS}
        read |= {"unit"} if isinstance(metric.get("unit"), str) else set()
        read |= {"direction"} if str(metric.get("direction")) in _WAYS else set()
        for key in sorted(metric.keys() - read):
            self.flagged[f"{fields.shown(key)} beside values is not known and was left out"] = None

    def _sentences(self, rows: list[_Row]) -> Iterator[str]:
        if self.counts["bounds"]:
            yield (
                f"lower_value and upper_value of {counted(self.counts['bounds'], 'value')} left"
                " out: what they are differs from tool to tool, and no 95 % interval is promised"
            )
        if self.counts["ignored"]:
            yield (
                f"{counted(self.counts['ignored'], 'value')} of benchmarks that Bencher is told to"
                " ignore: they are taken and judged like any other, without that ending"
            )
        met = {metric_name(row.measure) for row in rows if row.measure is not None}
        yield from kinds_told.unused(self.units, met, "unit")
        yield from kinds_told.unused(self.directions, met, "direction")


def _rows(data: _Pairs) -> Iterator[_Row]:
    for benchmark, measures in data:
        if isinstance(measures, _Pairs) and measures:
            yield from (_Row(benchmark, measure, metric) for measure, metric in measures)
        else:
            yield _Row(benchmark, None, measures)


def _metric(pairs: object, measure: str) -> dict[str, Any]:
    if not isinstance(pairs, _Pairs):
        raise RefuseError(
            f'"{measure}": expected an object with "value", found {fields.shown(pairs)}'
        )
    table = dict(pairs)
    if len(table) < len(pairs):
        raise RefuseError(f'"{measure}": a key stands in it twice')
    return table
