"""Make runs of the files of asv: a file is a run, a value of a benchmark is a row."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from math import isfinite, isinf, isnan
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from history.formats import fields, runs
from history.formats.asv import kinds, rows
from history.formats.fields import RefuseError
from history.formats.gathering import Begun, Gathered
from history.formats.interface import Context, ImportedColumns, Refused, SeriesKind
from history.formats.outcomes import measured
from history.formats.series_kinds import SeriesKinds
from history.report.wording.numbers import counted
from history.store.batch import Label, Said
from history.words.metrics import Direction
from history.words.records import (
    HARDWARE,
    Commit,
    Failed,
    Invalid,
    Machine,
    Measured,
    Origin,
    Outcome,
    Run,
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
_NAN: Final = float("nan")
_MACHINE_KEYS: Final = frozenset({"machine", "arch", "cpu", "num_cpu", "os", "ram", "python"})
_HASH: Final = re.compile(r"[0-9a-f]{40,}")
_MOST_REPEATS: Final = 2**31 - 1
_MOST_CORES: Final = 5
"""Digits."""
_AGREES: Final = 1e-4
"""Share by which the stated median may differ from that of the samples before it is flagged."""


class _File(NamedTuple):
    """What all results of a file share."""

    name: str
    """With the folder of its machine, for messages."""
    machine: Machine
    environment: str
    checked: dict[int, str]
    """Number of names -> what is wrong with their unit on this machine, if anything."""


class _Ways(NamedTuple):
    """The combinations of a benchmark's parameters, as one version of it was run."""

    labels: tuple[int, ...]
    """The number of the names of each."""
    kind: Kind
    twice: frozenset[int]
    """Places of those that stand before already."""


class _Cells:
    """What stands beside the values of a benchmark."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.q1, self.q3 = row.column("stats_q_25"), row.column("stats_q_75")
        self.repeats = [0.0 if isnan(one) else one for one in row.column("stats_repeat")]
        self.ends = row.column("stats_ci_99_a")
        self.has_samples = bool(row.cells.get("samples"))


class Reading:
    """One pass over the files of a history."""

    def __init__(self, context: Context, benchmarks: Mapping[str, dict[str, Any]]) -> None:
        """``benchmarks`` has what ``benchmarks.json`` says of each name."""
        self._context = context
        self._benchmarks = benchmarks
        self._kinds: dict[str, Kind] = {}
        self._ways: dict[tuple[str, str, str, tuple[tuple[str, ...], ...]], _Ways] = {}
        self._series = SeriesKinds(context.series)
        self._checked: dict[Machine, dict[int, str]] = defaultdict(dict)
        self._rows = 0
        self._refused: list[Refused] = []
        self._flagged: dict[str, None] = {}
        self._gathered = Gathered(("q1", "q3"))
        self._one = self._gathered.said(Said())
        self._median = self._gathered.said(Said(aggregate="median"))
        self._begun: list[Begun] = []
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
        stated = Machine(name=str(about.get("machine") or folder))
        machine = runs.machine_of(stated, self._context)
        read = _File(file, machine, environment_of(data), self._checked[machine])
        started = []
        first = len(self._gathered)
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
            self._row(read, name, row)
        if len(self._gathered) > first:
            run = self._run(commit, machine, _earliest(started) or commit.time, about)
            content = ("asv", commit.sha, machine)
            self._begun.append(Begun(run, content, ((),), first, len(self._gathered)))

    def imported(self) -> ImportedColumns:
        """Everything taken so far, runs by the time of their commits."""
        self._say_counts()
        begun = sorted(self._begun, key=lambda one: one.run.commit.time)
        batch, twice = self._gathered.batch(begun)
        flagged = dict.fromkeys((*twice, *self._flagged))
        return ImportedColumns(batch, self._rows, tuple(self._refused), tuple(flagged))

    def _say_counts(self) -> None:
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

    def _run(
        self, commit: Commit, machine: Machine, started_at: datetime, about: dict[str, Any]
    ) -> Run:
        """The run of a file, without its id."""
        cores = str(about.get("num_cpu") or "")
        count = int(cores) if cores.isdecimal() and len(cores) <= _MOST_CORES else 0
        processor = hardware(str(about.get("cpu") or ""), count)
        return Run(
            run_id="",
            started_at=started_at,
            commit=commit,
            machine=machine,
            project=self._context.project,
            origin=Origin.IMPORTED,
            source="import asv",
            environment={HARDWARE: processor} if processor else {},
        )

    def _row(self, file: _File, name: str, row: Row) -> None:
        """A point for each value of a benchmark; those that cannot be taken are refused."""
        known = name, row.version, file.environment, row.params
        ways = self._ways.get(known)
        if ways is None:
            ways = self._ways[known] = self._new_ways(name, row, file.environment)
        cells = _Cells(row)
        for place, value in enumerate(row.values):
            self._rows += 1
            try:
                if place in ways.twice:
                    raise RefuseError(f'"{", ".join(row.params[place])}" comes twice')  # noqa: TRY301
                self._point(value, cells, place, ways, file)
            except RefuseError as error:
                self._refused.append(Refused(self._rows, f'"{file.name}", "{name}": {error}'))

    def _point(self, value: object, cells: _Cells, place: int, ways: _Ways, file: _File) -> None:
        """Raises RefuseError when nothing can be made of the value."""
        label = ways.labels[place]
        outcome, stated = None, _NAN
        if type(value) is float and isfinite(value):
            stated = value
        else:
            outcome = _absent(value)
            if outcome is None:
                stated = fields.number(value, "result")
        if outcome is None and cells.has_samples:
            outcome = self._of_samples(stated, cells.row.cell("samples", place), ways.kind.factor)
        if outcome is not None:
            self._check(label, ways.kind, file)
            self._gathered.add_outcome(label, outcome)
            return
        self._intervals += not isnan(cells.ends[place])
        repeats = cells.repeats[place]
        if not 0 <= repeats <= _MOST_REPEATS:
            raise RefuseError(f"stats_repeat: expected a count, found {repeats:g}")
        self._check(label, ways.kind, file)
        self._gathered.add(
            label,
            self._median if repeats > 1 else self._one,
            stated * ways.kind.factor,
            max(1, int(repeats)),
            cells.q1[place] * ways.kind.factor,
            cells.q3[place] * ways.kind.factor,
        )

    def _of_samples(self, stated: float, samples: object, factor: float) -> Measured | None:
        """What samples give; None where there are none."""
        if not samples:
            return None
        found = measured([one * factor for one in fields.numbers(samples, "samples")])
        if abs(found.value - stated * factor) > _AGREES * abs(found.value):
            self._other_medians += 1
        return found

    def _new_ways(self, name: str, row: Row, environment: str) -> _Ways:
        kind = self._kind(name)
        version = _HASH.sub(lambda found: found.group()[:8], row.version)
        self._versions[name].add(version)
        variant = Variant(runtime=environment, features=f"version {version}" if version else "")
        suite = self._context.suite or SUITE
        named = (tuple(kinds.named(kind.param_names, one).items()) for one in row.params)
        labels = [
            Label(suite, name, params, variant, kind.metric, kind.unit, kind.direction)
            for params in named
        ]
        first = {params: place for place, params in reversed(list(enumerate(row.params)))}
        twice = (place for place, params in enumerate(row.params) if first[params] != place)
        return _Ways(tuple(map(self._gathered.label, labels)), kind, frozenset(twice))

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

    def _check(self, label: int, kind: Kind, file: _File) -> None:
        """Raises RefuseError when the series of the point has another unit in the history."""
        if kind.is_fixed:
            return
        fault = file.checked.get(label)
        if fault is None:
            fault = ""
            stated = SeriesKind(kind.unit, kind.direction or Direction.NONE)
            try:
                if odd := self._series.check(self._gathered.name(label), stated, file.machine):
                    self.flag(odd)
            except RefuseError as error:
                fault = str(error)
            file.checked[label] = fault
        if fault:
            raise RefuseError(fault)


def _absent(value: object) -> Outcome | None:
    """What stands for a value that is no number, where asv says so."""
    if value is None:
        return Failed(reason="it failed; asv keeps no reason")
    if isinstance(value, float) and isnan(value):
        return Skipped(reason="it was skipped; asv keeps no reason")
    if isinstance(value, float) and isinf(value):
        return Invalid(reason=f"its result was {value}, which is no finite number")
    return None


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


def _earliest(started: list[object]) -> datetime | None:
    """The first of those that are times: when it began decides nothing."""
    numbers = [one for one in started if type(one) is int or type(one) is float]
    with suppress(RefuseError):
        if len(numbers) == len(started) and numbers:
            return fields.of_milliseconds(min(numbers), "started_at")
    return min(_moments(started), default=None)


def _moments(started: list[object]) -> list[datetime]:
    """Those that are times: when it began decides nothing."""
    found = []
    for one in started:
        try:
            found.append(fields.of_milliseconds(one, "started_at"))
        except RefuseError:
            continue
    return found
