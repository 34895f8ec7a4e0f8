"""Read plain CSV, one row per point, the simplest way into a history.

Columns: ``suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value``, and of
the optional ones (``columns.OPTIONAL``) those that are known. No git repository is needed: commits
are ordered by time, then by row.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from history.formats import opened, storable
from history.formats.csv import cells, columns
from history.formats.csv.names import Names, described
from history.formats.fields import UNFORESEEN, RefuseError, unforeseen
from history.formats.interface import Context, Imported, Refused, SeriesKind
from history.formats.series_kinds import SeriesKinds
from history.report.wording.numbers import counted
from history.words import metrics, units
from history.words.errors import ImportRefusedError
from history.words.metrics import Direction
from history.words.records import HARDWARE, Commit, Machine, Origin, Point, Run, RunRecord, hardware

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from history.words.units import Unit

_DIRECTIONS: Final = {
    **dict.fromkeys(("lower", "lower_is_better", "smaller", "less", "down", "min"), "lower"),
    **dict.fromkeys(("higher", "higher_is_better", "bigger", "more", "up", "max"), "higher"),
    **dict.fromkeys(("", "none", "unknown"), "none"),
}
_LONGEST_CELL: Final = 2**30
"""Characters; the samples of one point stand in one cell."""


class Rows(Protocol):
    """What ``csv.reader`` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass
class _RunRows:
    """Points of one run while the file is read."""

    commit: Commit
    machine: Machine
    project: str
    origin: Origin
    started_at: datetime
    points: list[Point] = field(default_factory=list)


def read(path: Path, context: Context) -> Imported:
    """Read the file; a row that cannot be taken is refused with its line and a reason.

    Points of one ``run_id`` make one run; without, points of one commit on one machine do. When a
    series comes twice at one commit, the second is a run of its own.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with opened.opened(path) as file:
            lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            return Reading(context).read(path.name, csv.reader(lines))
    except UnicodeDecodeError as error:
        raise ImportRefusedError(
            f"{path.name}: expected UTF-8 text, found byte {error.object[error.start]:#04x} at "
            f"position {error.start}.",
            hint="Save the file as UTF-8.",
        ) from None


class Reading:
    """One pass over one file."""

    def __init__(self, context: Context) -> None:
        """Nothing is read yet."""
        self.context = context
        self.runs: dict[tuple[object, ...], _RunRows] = {}
        self.times_seen: dict[tuple[object, ...], int] = defaultdict(int)
        self.flagged: dict[str, None] = {}
        self.samples_left_out: dict[int, int] = {}
        self.kinds: dict[tuple[str, str, str], tuple[Unit, Direction]] = {}
        self.names = Names(context, self._flag)
        self.series = SeriesKinds(context.series)

    def read(self, name: str, reader: Rows) -> Imported:
        """Every row of the file."""
        try:
            header = [column.strip() for column in next(reader, [])]
            columns.check(header, name, self.context)
            for column in columns.unknown(header):
                self._flag(f'column "{column}" is not known and was left out')
            refused, rows_read = self._rows(reader, header)
        except csv.Error as error:
            raise ImportRefusedError(
                f"{name}: line {reader.line_num} is no CSV: {error}."
            ) from None
        records = tuple(self._record(key, rows) for key, rows in self.runs.items())
        if self.samples_left_out:
            rows = ", ".join(map(str, list(self.samples_left_out)[:5]))
            self._flag(
                f"{counted(sum(self.samples_left_out.values()), 'sample')} without a finite number"
                f" left out, in {counted(len(self.samples_left_out), 'row')}, first {rows}"
            )
        return Imported(records, rows_read, tuple(refused), tuple(self.flagged))

    def _rows(self, reader: Rows, header: list[str]) -> tuple[list[Refused], int]:
        refused = []
        rows_read = 0
        for values in reader:
            if not any(values):
                continue
            rows_read += 1
            line = reader.line_num
            try:
                if len(values) != len(header):
                    raise RefuseError(f"expected {len(header)} cells, found {len(values)}")  # noqa: TRY301
                self._take(dict(zip(header, values, strict=True)), line)
            except RefuseError as error:
                refused.append(Refused(line, str(error)))
            except UNFORESEEN as error:
                refused.append(Refused(line, unforeseen(error)))
        return refused, rows_read

    def _flag(self, sentence: str) -> None:
        self.flagged[sentence] = None

    def _take(self, row: dict[str, str], line: int) -> None:
        suite = row.get("suite", "").strip() or self.context.suite
        benchmark, metric = row["benchmark"].strip(), row["metric"].strip()
        for column, value in (("suite", suite), ("benchmark", benchmark), ("metric", metric)):
            if not value:
                raise RefuseError(f"{column} is empty")
        commit = self.names.commit(row)
        machine = self.names.machine(row)
        unit, direction = self._unit_and_direction(row, metric)
        samples = cells.samples(row, unit.factor)
        point = Point(
            suite=suite,
            benchmark=benchmark,
            params=self.names.params(row),
            variant=self.names.variant(row),
            metric=metric,
            unit=unit.base,
            direction=direction,
            fingerprint=row.get("fingerprint", "").strip(),
            outcome=cells.outcome(row, unit.factor, samples),
        )
        if odd := self.series.check(point, SeriesKind(unit.base, direction), machine):
            self._flag(odd)
        if fault := storable.fault((commit, machine, point)):
            raise RefuseError(fault)
        run = self._run(row, commit, machine, point, line)
        run.points.append(point)
        if samples.left_out:
            self.samples_left_out[line] = samples.left_out

    def _run(
        self,
        row: dict[str, str],
        commit: tuple[str, datetime],
        machine: Machine,
        point: Point,
        line: int,
    ) -> _RunRows:
        """The run a point belongs to."""
        stated = row.get("run_id", "").strip()
        params = tuple(sorted(point.params.items()))
        about = (point.suite, point.benchmark, params, point.variant, point.metric)
        series = (about, machine, commit, stated)
        occurrence = self.times_seen[series]
        if stated and occurrence:
            raise RefuseError(f"{point.metric} of this series stands in run {stated[:8]} already")
        self.times_seen[series] += 1
        key = (*commit, machine, stated, occurrence)
        if key not in self.runs:
            self.runs[key] = _RunRows(
                commit=described(row, *commit, line - 2, self.context.commit),
                machine=machine,
                project=row.get("project", "").strip() or self.context.project,
                origin=Origin.SIMULATED
                if row.get("origin", "").strip() == Origin.SIMULATED
                else Origin.IMPORTED,
                started_at=cells.moment(time)
                if (time := row.get("run_time", "").strip())
                else commit[1],
            )
        return self.runs[key]

    def _unit_and_direction(self, row: dict[str, str], metric: str) -> tuple[Unit, Direction]:
        written = (metric, row["unit"].strip(), row["direction"].strip().lower())
        if written not in self.kinds:
            self.kinds[written] = self._read_kind(*written)
        return self.kinds[written]

    def _read_kind(self, metric: str, unit: str, stated: str) -> tuple[Unit, Direction]:
        if stated not in _DIRECTIONS:
            raise RefuseError(f'direction: expected lower, higher or none, found "{stated}"')
        direction = Direction(_DIRECTIONS[stated])
        known = self.context.metrics.get(metric) or metrics.registry().get(metric)
        canonical = units.canonical(unit)
        if known is not None and known.unit:
            if not unit:
                canonical = units.Unit(known.unit, 1.0)
            elif canonical.base != known.unit:
                raise RefuseError(
                    f'{metric}: is measured in "{known.unit}", found the unit "{unit}"'
                )
        elif not units.is_known(unit):
            self._flag(f'unit "{unit}" is not known: values of {metric} are kept as written')
        if known is not None:
            if direction not in {Direction.NONE, known.direction}:
                self._flag(
                    f"{metric} is stated as {direction} is better, the registry says "
                    f"{known.direction}; the registry holds"
                )
            return canonical, known.direction
        if direction is Direction.NONE and not stated:
            direction = metrics.direction_of_unit(unit)
        return canonical, direction

    def _record(self, key: tuple[object, ...], rows: _RunRows) -> RunRecord:
        sha, moment, _, stated, occurrence = key
        content = sha256(repr((sha, moment, rows.machine.name, occurrence)).encode())
        if stated:  # of an export: equal results of several runs are several runs
            content.update(repr((stated, rows.started_at, rows.machine.key())).encode())
        processor = hardware(rows.machine.cpu_model, rows.machine.cores)
        for point in rows.points:
            content.update(msgspec.json.encode(point))
        run = Run(
            run_id=content.hexdigest()[:32],
            started_at=rows.started_at,
            commit=rows.commit,
            machine=rows.machine,
            project=rows.project,
            origin=rows.origin,
            source="import csv",
            environment={HARDWARE: processor} if processor else {},
        )
        return RunRecord(run=run, points=tuple(rows.points))
