"""Read plain CSV, one row per point, the simplest way into a history.

Columns: ``suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples``,
optionally ``low,high``, ``qualifier``, ``commit_subject``, ``project`` and the variant keys. No git
repository is needed: commits are ordered by time, then by row.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from history.formats.csv import cells
from history.formats.fields import RefuseError
from history.formats.interface import Context, Imported, Refused
from history.words import metrics, units
from history.words.errors import ImportRefusedError
from history.words.key import parse_pairs
from history.words.metrics import Direction
from history.words.records import (
    VARIANT_KEYS,
    Commit,
    Machine,
    Origin,
    Point,
    Run,
    RunRecord,
    Variant,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from history.words.units import Unit

REQUIRED: Final = (
    "suite",
    "benchmark",
    "params",
    "metric",
    "unit",
    "direction",
    "machine",
    "commit",
    "commit_time",
    "value",
    "samples",
)
OPTIONAL: Final = ("low", "high", "qualifier", "commit_subject", "project", *VARIANT_KEYS)
# Columns that a row may leave to the command line.
_FROM_CONTEXT: Final = frozenset({"suite", "machine", "commit", "commit_time"})
_DIRECTIONS: Final = {
    **dict.fromkeys(("lower", "lower_is_better", "smaller", "less", "down", "min"), "lower"),
    **dict.fromkeys(("higher", "higher_is_better", "bigger", "more", "up", "max"), "higher"),
    **dict.fromkeys(("", "none", "unknown"), "none"),
}


@dataclass
class _RunRows:
    """Points of one run while the file is read."""

    commit: Commit
    machine: Machine
    project: str
    points: list[Point] = field(default_factory=list)


def recognise(head: str) -> bool:
    """Whether the first line names every required column."""
    first = head.lstrip("\ufeff").partition("\n")[0]
    return set(REQUIRED) <= {name.strip() for name in first.split(",")}


def read(path: Path, context: Context) -> Imported:
    """Read the file; a row that cannot be taken is refused with its line and a reason.

    Points of one commit on one machine make one run. When a series comes twice at one commit, the
    second is a run of its own.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return _Reading(context).read(path.name, csv.reader(lines))
    except UnicodeDecodeError as error:
        raise ImportRefusedError(
            f"{path.name}: expected UTF-8 text, found byte {error.object[error.start]:#04x} at "
            f"position {error.start}.",
            hint="Save the file as UTF-8.",
        ) from None


class _Reading:
    """One pass over one file."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.runs: dict[tuple[str, datetime, str, int], _RunRows] = {}
        self.times_seen: dict[tuple[object, ...], int] = defaultdict(int)
        self.flagged: dict[str, None] = {}
        self.commits: dict[tuple[str, str], tuple[str, datetime]] = {}
        self.params: dict[str, dict[str, str]] = {}
        self.variants: dict[tuple[str, ...], Variant] = {}
        self.kinds: dict[tuple[str, str, str], tuple[Unit, Direction]] = {}

    def read(self, name: str, reader: Iterator[list[str]]) -> Imported:
        header = [column.strip() for column in next(reader, [])]
        missing = [
            column
            for column in REQUIRED
            if column not in header and not self._can_do_without(column)
        ]
        if missing:
            raise ImportRefusedError(
                f"{name}: expected the columns {','.join(REQUIRED)}; missing "
                f"{', '.join(missing)}; found {', '.join(header) or 'an empty file'}."
            )
        for column in header:
            if column not in REQUIRED and column not in OPTIONAL:
                self._flag(f'column "{column}" is not known and was left out')
        refused = []
        rows_read = 0
        for line, values in enumerate(reader, start=2):
            if not any(values):
                continue
            rows_read += 1
            try:
                self._take(dict(zip(header, values, strict=False)), line, len(values), len(header))
            except RefuseError as error:
                refused.append(Refused(line, str(error)))
        records = tuple(self._record(key, rows) for key, rows in self.runs.items())
        return Imported(records, rows_read, tuple(refused), tuple(self.flagged))

    def _can_do_without(self, column: str) -> bool:
        """A column the context stands in for."""
        context = self.context
        stand_in = {
            "suite": context.suite,
            "machine": context.machine,
            "commit": context.commit,
            "commit_time": context.commit,
        }
        return column in _FROM_CONTEXT and bool(stand_in[column])

    def _flag(self, sentence: str) -> None:
        self.flagged[sentence] = None

    def _take(self, row: dict[str, str], line: int, found: int, expected: int) -> None:
        if found != expected:
            raise RefuseError(f"expected {expected} cells, found {found}")
        suite = row.get("suite", "").strip() or self.context.suite
        benchmark, metric = row["benchmark"].strip(), row["metric"].strip()
        for column, value in (("suite", suite), ("benchmark", benchmark), ("metric", metric)):
            if not value:
                raise RefuseError(f"{column} is empty")
        sha, moment = self._commit(row)
        machine = row.get("machine", "").strip() or self.context.machine or "unknown"
        unit, direction = self._unit_and_direction(row, metric)
        params = row["params"].strip()
        if params not in self.params:
            self.params[params] = parse_pairs(params)
        point = Point(
            suite=suite,
            benchmark=benchmark,
            params=self.params[params],
            variant=self._variant(row),
            metric=metric,
            unit=unit.base,
            direction=direction,
            outcome=cells.outcome(row, unit.factor),
        )
        series = (suite, benchmark, params, point.variant, metric, machine, sha, moment)
        occurrence = self.times_seen[series]
        self.times_seen[series] += 1
        key = (sha, moment, machine, occurrence)
        run = self.runs.get(key)
        if run is None:
            run = self.runs[key] = _RunRows(
                commit=Commit(
                    sha=sha,
                    time=moment,
                    sequence=line - 2,
                    subject=row.get("commit_subject", "").strip(),
                ),
                machine=Machine(name=machine),
                project=row.get("project", "").strip() or self.context.project,
            )
        run.points.append(point)

    def _commit(self, row: dict[str, str]) -> tuple[str, datetime]:
        written = (row.get("commit", "").strip(), row.get("commit_time", "").strip())
        known = self.commits.get(written)
        if known is None:
            known = self.commits[written] = self._read_commit(*written)
        return known

    def _read_commit(self, sha: str, time: str) -> tuple[str, datetime]:
        stand_in = self.context.commit
        if not sha:
            if stand_in is None:
                raise RefuseError("commit is empty")
            return stand_in.sha, stand_in.time
        if not time and stand_in is not None and stand_in.sha == sha:
            return sha, stand_in.time
        return sha, cells.moment(time)

    def _variant(self, row: dict[str, str]) -> Variant:
        values = tuple(row.get(key, "").strip() for key in VARIANT_KEYS)
        known = self.variants.get(values)
        if known is None:
            known = self.variants[values] = Variant(**dict(zip(VARIANT_KEYS, values, strict=True)))
        return known

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
        if not units.is_known(unit):
            self._flag(f'unit "{unit}" is not known: values of {metric} are kept as written')
        if known is not None:
            if direction not in {Direction.NONE, known.direction}:
                self._flag(
                    f"{metric} is stated as {direction} is better, the registry says "
                    f"{known.direction}; the registry holds"
                )
            if not unit:
                canonical = units.Unit(known.unit, 1.0)
            return canonical, known.direction
        if direction is Direction.NONE and not stated:
            direction = metrics.direction_of_unit(unit)
        return canonical, direction

    def _record(self, key: tuple[str, datetime, str, int], rows: _RunRows) -> RunRecord:
        content = sha256(repr(key).encode())
        for point in rows.points:
            content.update(msgspec.json.encode(point))
        run = Run(
            run_id=content.hexdigest()[:32],
            started_at=rows.commit.time,
            commit=rows.commit,
            machine=rows.machine,
            project=rows.project,
            origin=Origin.IMPORTED,
            source="import csv",
        )
        return RunRecord(run=run, points=tuple(rows.points))
