"""Read what ``go test -bench`` prints: the Go benchmark data format, as benchstat reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from history.formats import by_unit, fields, runs
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Context, Imported, Parsed, Refused
from history.formats.outcomes import measured
from history.words.metrics import Direction
from history.words.records import (
    Failed,
    Machine,
    Outcome,
    Point,
    Skipped,
    Variant,
    machine_label,
)

if TYPE_CHECKING:
    from pathlib import Path

SUITE: Final = "go-bench"
_NAME: Final = r"Benchmark(?![a-z])\S*"
_ROW: Final = re.compile(rf"^({_NAME})[ \t]+(\d+)((?:[ \t]+\S+[ \t]+\S+)+)[ \t]*$")
_START: Final = re.compile(rf"^{_NAME}[ \t]+\d")
_RESULT: Final = re.compile(rf"^{_NAME}[ \t]+\d+[ \t]+[\d.eE+-]+[ \t]+\S+", re.MULTILINE)
_ENDED: Final = re.compile(rf"^--- (FAIL|SKIP): ({_NAME})")
_ABOUT: Final = re.compile(r"^(pkg|cpu): (.+?)\s*$")
_UNIT: Final = re.compile(r"^Unit (\S+) (.*)$")
_PROCESSORS: Final = re.compile(r"-(\d+)$")
_METRICS: Final = {
    "ns/op": "operation_time",
    "MB/s": "bandwidth",
    "B/op": "allocated_bytes",
    "allocs/op": "allocs_per_op",
}
"""The units that Go itself writes; any other is the name of its metric too."""


class _Series(NamedTuple):
    benchmark: str
    params: tuple[tuple[str, str], ...]
    processors: str
    unit: str


@dataclass
class _Found:
    """What the lines held so far."""

    package: str = ""
    cpu: str = ""
    better: dict[str, Direction] = field(default_factory=dict)
    values: dict[_Series, list[float]] = field(default_factory=dict)
    absent: dict[_Series, Outcome] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    rows: int = 0


class GoBench:
    """``go test -bench=. -benchmem -count=10``."""

    name = "go-bench"
    summary = 'lines "BenchmarkName-8  1000  1234 ns/op" of go test -bench'
    brings = Brings(
        "operation_time, bandwidth, allocations, own metrics",
        samples="with -count",
        machine="where cpu: stands",
    )
    repeats_itself = True
    partial_exit_codes = frozenset({1})
    asks = frozenset({"direction"})

    def recognise(self, head: str) -> bool:
        """Whether a line of it is a result."""
        return _RESULT.search(head) is not None

    def parse(self, text: str, name: str = "go-bench") -> Parsed:  # noqa: ARG002 - protocol
        """Every benchmark by package and name; lines of one name are its samples, in order.

        A row is a line of results, or one that says that a benchmark failed or was skipped. The
        number at the end of a name is that of processors, as Go writes it.
        """
        return self._parsed(text, Context())

    def read(self, path: Path, context: Context) -> Imported:
        """The same with what the caller says of metrics without a direction."""
        parsed = self._parsed(fields.read_text(path), context)
        return runs.imported(parsed, context, self.name, path.name)

    def _parsed(self, text: str, context: Context) -> Parsed:
        found = _Found()
        for number, line in enumerate(text.split("\n"), start=1):
            _take(line, number, found)
        told = by_unit.Told(context)
        measurements = {**found.absent, **found.values}  # a run that failed beside others is one
        points = [_point(*one, found, told) for one in measurements.items()]
        return Parsed(
            points=tuple(points),
            rows_read=found.rows,
            refused=tuple(found.refused),
            flagged=tuple(told.flagged()),
            machine=_machine(found.cpu),
        )


def _take(line: str, number: int, found: _Found) -> None:
    """One line; those that are no results say what the following ones are about, or nothing."""
    if about := _ABOUT.match(line):
        if about[1] == "pkg":
            found.package = about[2]
        else:
            found.cpu = about[2]
    elif unit := _UNIT.match(line):
        if (way := re.search(r"\bbetter=(lower|higher)\b", unit[2])) is not None:
            found.better[unit[1]] = Direction(way[1])
    elif ended := _ENDED.match(line):
        found.rows += 1
        how = Failed if ended[1] == "FAIL" else Skipped
        said = "the benchmark failed" if ended[1] == "FAIL" else "the benchmark skipped itself"
        found.absent[_series(ended[2], "ns/op", found)] = how(reason=said)
    elif _START.match(line):
        found.rows += 1
        try:
            for series, value in _values(line, found):
                found.values.setdefault(series, []).append(value)
        except RefuseError as error:
            found.refused.append(Refused(number, str(error)))


def _values(line: str, found: _Found) -> list[tuple[_Series, float]]:
    row = _ROW.match(line)
    if row is None:
        raise RefuseError(f"expected pairs of value and unit, found {fields.shown(line)}")
    cells = row[3].split()
    pairs = list(zip(cells[::2], cells[1::2], strict=True))
    if len({unit for _, unit in pairs}) < len(pairs):
        raise RefuseError(f'"{row[1]}": a unit stands in it twice')
    return [(_series(row[1], unit, found), fields.number(value, unit)) for value, unit in pairs]


def _series(written: str, unit: str, found: _Found) -> _Series:
    """``BenchmarkSort/size=10/fast-8``: parts with an equals sign are parameters."""
    whole = written.removeprefix("Benchmark")
    processors = _PROCESSORS.search(whole)
    first, *parts = (whole[: processors.start()] if processors else whole).split("/")
    params = dict(part.partition("=")[::2] for part in parts if "=" in part)
    plain = "/".join([first, *(part for part in parts if "=" not in part)])
    if len(params) < sum("=" in part for part in parts):  # one key twice
        params, plain = {}, "/".join([first, *parts])
    name = f"{found.package}.{plain}" if found.package else plain
    return _Series(name, tuple(params.items()), processors[1] if processors else "1", unit)


def _point(
    series: _Series,
    found: list[float] | Outcome,
    about: _Found,
    told: by_unit.Told,
) -> Point:
    metric = _METRICS.get(series.unit, series.unit)
    stated = about.better.get(series.unit, Direction.NONE)
    kind = told.kind(metric, series.unit, stated)
    outcome = measured([one * kind.factor for one in found]) if isinstance(found, list) else found
    return Point(
        suite=SUITE,
        benchmark=series.benchmark,
        params=dict(series.params),
        variant=Variant(threads=series.processors),
        metric=kind.metric,
        unit=kind.unit,
        direction=kind.direction,
        outcome=outcome,
    )


def _machine(cpu: str) -> Machine | None:
    """Named after its processor; how many it has is not told."""
    if not cpu:
        return None
    label = machine_label(cpu, 0, 0, "").removesuffix("-0c-0g")
    return Machine(name=label, cpu_model=cpu)
