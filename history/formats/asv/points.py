"""Make runs of the files of asv: a file is a run, a value of a benchmark is a row."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import msgspec

from history.formats import fields, runs
from history.formats.asv import kinds, rows
from history.formats.fields import RefuseError
from history.formats.interface import Context, Imported, Parsed, Refused, SeriesKind
from history.formats.outcomes import measured
from history.formats.series_kinds import SeriesKinds
from history.report.wording.numbers import counted
from history.words.metrics import Direction
from history.words.records import (
    HARDWARE,
    Commit,
    Failed,
    Invalid,
    Machine,
    Measured,
    Outcome,
    Point,
    RunRecord,
    Skipped,
    Variant,
    hardware,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from history.formats.asv.kinds import Kind
    from history.formats.asv.rows import Row

SUITE: Final = "asv"
_MACHINE_KEYS: Final = frozenset({"machine", "arch", "cpu", "num_cpu", "os", "ram", "python"})
_HASH: Final = re.compile(r"[0-9a-f]{40,}")
_MOST_REPEATS: Final = 2**31 - 1
_MOST_CORES: Final = 5
"""Digits."""
_AGREES: Final = 1e-4
"""Share by which the stated median may differ from that of the samples before it is flagged."""


class Reading:
    """One pass over the files of a history."""

    def __init__(self, context: Context, benchmarks: Mapping[str, dict[str, Any]]) -> None:
        """``benchmarks`` has what ``benchmarks.json`` says of each name."""
        self._context = context
        self._benchmarks = benchmarks
        self._kinds: dict[str, Kind] = {}
        self._series = SeriesKinds(context.series)
        self._rows = 0
        self._refused: list[Refused] = []
        self._flagged: dict[str, None] = {}
        self._records: list[RunRecord] = []
        self._versions: dict[str, set[str]] = defaultdict(set)
        self._unlisted: dict[str, None] = {}
        self._without_unit: list[str] = []
        self._intervals = 0
        self._other_medians = 0

    def flag(self, sentence: str) -> None:
        """Say something about the whole, once."""
        self._flagged[sentence] = None

    def take(self, data: dict[str, Any] | str, file: str, folder: str) -> None:
        """One file; ``data`` is a text that says why where it cannot be read.

        ``folder`` names the machine where the file does not.
        """
        try:
            if isinstance(data, str):
                raise RefuseError(data)  # noqa: TRY301
            commit = Commit(
                sha=str(data["commit_hash"]), time=fields.of_milliseconds(data.get("date"), "date")
            )
        except RefuseError as error:
            self._rows += 1
            self._refused.append(Refused(self._rows, f'"{file}": {error}'))
            return
        about = fields.table(data.get("params"))
        machine = Machine(name=str(about.get("machine") or folder))
        environment = environment_of(data)
        points: list[Point] = []
        started = []
        for name, cells in rows.named(data):
            try:
                if not name.strip():
                    raise RefuseError("expected the name of a benchmark")  # noqa: TRY301
                row = rows.row_of(cells)
            except RefuseError as error:
                self._rows += 1
                self._refused.append(Refused(self._rows, f'"{file}", "{name}": {error}'))
                continue
            started.append(row.started_ms)
            points += self._points(file, name, row, environment, machine)
        if points:
            self._run(points, commit, machine, min(_moments(started), default=None), about)

    def imported(self) -> Imported:
        """Everything taken so far, runs by the time of their commits."""
        if self._unlisted:
            self.flag(
                f"{counted(len(self._unlisted), 'benchmark')} not in benchmarks.json, such as"
                f" {next(iter(self._unlisted))}: the type is told by the name as asv does, other"
                " units and names of parameters are not known"
            )
        if self._without_unit:
            self.flag(
                f"{counted(len(self._without_unit), 'benchmark')} without a known unit, such as"
                f" {self._without_unit[0]}: values are kept as written, and no direction is known"
            )
        several = [name for name, found in self._versions.items() if len(found) > 1]
        if several:
            self.flag(
                f"{counted(len(several), 'benchmark')} in several versions, such as {several[0]}:"
                " each version is a series of its own"
            )
        if self._intervals:
            self.flag(
                f"{counted(self._intervals, 'interval')} of 99 % left out: 95 % is kept here, and"
                " it cannot be made of them"
            )
        if self._other_medians:
            self.flag(
                f"{counted(self._other_medians, 'value')} not the median of the samples beside it;"
                " the samples count"
            )
        records = sorted(self._records, key=lambda record: record.run.commit.time)
        return Imported(tuple(records), self._rows, tuple(self._refused), tuple(self._flagged))

    def _run(
        self,
        points: list[Point],
        commit: Commit,
        machine: Machine,
        started_at: datetime | None,
        about: dict[str, Any],
    ) -> None:
        parsed = Parsed(points=tuple(points), commit=commit, machine=machine, started_at=started_at)
        (record,) = runs.imported(parsed, self._context, "asv", "asv").records
        cores = str(about.get("num_cpu") or "")
        count = int(cores) if cores.isdecimal() and len(cores) <= _MOST_CORES else 0
        processor = hardware(str(about.get("cpu") or ""), count)
        if processor:
            run = msgspec.structs.replace(record.run, environment={HARDWARE: processor})
            record = msgspec.structs.replace(record, run=run)
        self._records.append(record)

    def _points(
        self, file: str, name: str, row: Row, environment: str, machine: Machine
    ) -> list[Point]:
        """A point for each value of a benchmark; those that cannot be taken are refused."""
        kind = self._kind(name)
        version = _HASH.sub(lambda found: found.group()[:8], row.version)
        self._versions[name].add(version)
        variant = Variant(runtime=environment, features=f"version {version}" if version else "")
        points = []
        seen: set[tuple[str, ...]] = set()
        for place, (value, params) in enumerate(zip(row.values, row.params, strict=True)):
            self._rows += 1
            try:
                if params in seen:
                    raise RefuseError(f'"{", ".join(params)}" comes twice')  # noqa: TRY301
                seen.add(params)
                point = Point(
                    suite=self._context.suite or SUITE,
                    benchmark=name,
                    params=kinds.named(kind.param_names, params),
                    variant=variant,
                    metric=kind.metric,
                    unit=kind.unit,
                    direction=kind.direction,
                    outcome=self._outcome(value, row, place, kind.factor),
                )
                if not kind.is_fixed:
                    self._check(point, kind, machine)
                points.append(point)
            except RefuseError as error:
                self._refused.append(Refused(self._rows, f'"{file}", "{name}": {error}'))
        return points

    def _kind(self, name: str) -> Kind:
        found = self._kinds.get(name)
        if found is None:
            about = self._benchmarks.get(name)
            found = self._kinds[name] = kinds.kind_of(name, about, self._context.metrics)
            if about is None:
                self._unlisted[name] = None
            if found.has_no_unit:
                self._without_unit.append(name)
        return found

    def _check(self, point: Point, kind: Kind, machine: Machine) -> None:
        """Raises RefuseError when the series of the point has another unit in the history."""
        stated = SeriesKind(kind.unit, kind.direction or Direction.NONE)
        if odd := self._series.check(point, stated, runs.machine_of(machine, self._context)):
            self.flag(odd)

    def _outcome(self, value: object, row: Row, place: int, factor: float) -> Outcome:
        if value is None:
            return Failed(reason="it failed; asv keeps no reason")
        if isinstance(value, float) and math.isnan(value):
            return Skipped(reason="it was skipped; asv keeps no reason")
        if isinstance(value, float) and math.isinf(value):
            return Invalid(reason=f"its result was {value}, which is no finite number")
        stated = fields.number(value, "result")
        samples = row.cell("samples", place)
        if samples:
            found = measured([one * factor for one in fields.numbers(samples, "samples")])
            if abs(found.value - stated * factor) > _AGREES * abs(found.value):
                self._other_medians += 1
            return found
        if row.stated("stats_ci_99_a", place) is not None:
            self._intervals += 1
        repeats = row.stated("stats_repeat", place) or 0.0
        if not 0 <= repeats <= _MOST_REPEATS:
            raise RefuseError(f"stats_repeat: expected a count, found {repeats:g}")
        q1, q3 = row.stated("stats_q_25", place), row.stated("stats_q_75", place)
        return Measured(
            value=stated * factor,
            n=max(1, int(repeats)),
            aggregate="median" if repeats > 1 else "value",
            q1=None if q1 is None else q1 * factor,
            q3=None if q3 is None else q3 * factor,
        )


def environment_of(data: dict[str, Any]) -> str:
    """``python 3.11, numpy 2.1, THREADS=1``: what asv's matrix chose, never where it lay."""
    about = fields.table(data.get("params"))
    python = str(data.get("python") or about.get("python") or "")
    python = re.split(r"[/\\]", python)[-1].removeprefix("python").removesuffix(".exe")
    parts = [f"python {python}".strip() if python[:1].isdigit() or not python else python]
    required = data.get("requirements")
    if not isinstance(required, dict):
        required = {key: value for key, value in about.items() if key not in _MACHINE_KEYS}
    parts += [f"{key} {value or ''}".strip() for key, value in sorted(required.items())]
    chosen = fields.table(data.get("env_vars"))
    parts += [f"{key}={value or ''}" for key, value in sorted(chosen.items())]
    return ", ".join(parts)


def _moments(started: list[object]) -> list[datetime]:
    """Those that are times: when it began decides nothing."""
    found = []
    for one in started:
        try:
            found.append(fields.of_milliseconds(one, "started_at"))
        except RefuseError:
            continue
    return found
