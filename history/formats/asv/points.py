"""Make runs of the files of asv: a file is a run, a value of a benchmark is a row."""

from __future__ import annotations

from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from history.formats import fields, runs
from history.formats.asv import about, rows
from history.formats.asv.naming import Naming
from history.formats.fields import RefuseError
from history.formats.gathering import Begun, Gathered
from history.formats.interface import Context, ImportedColumns, Refused
from history.formats.outcomes import measured
from history.report.wording.numbers import counted
from history.store.batch import Said
from history.words.records import (
    Commit,
    Failed,
    Invalid,
    Machine,
    Measured,
    Outcome,
    Skipped,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.formats.asv.columns import Columns
    from history.formats.asv.naming import Ways
    from history.formats.asv.rows import Row

_NAN: Final = float("nan")
_AGREES: Final = 1e-4
"""Share by which the stated median may differ from that of the samples before it is flagged."""


class _File(NamedTuple):
    """What all results of a file share."""

    name: str
    """With the folder of its machine, for messages."""
    machine: Machine
    environment: str


class _Cells:
    """The columns beside the values of a benchmark."""

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
        self._rows = 0
        self._refused: list[Refused] = []
        self._flagged: dict[str, None] = {}
        self._gathered = Gathered(("q1", "q3"))
        self._naming = Naming(context, benchmarks, self._gathered)
        self._one = self._gathered.said(Said())
        self._median = self._gathered.said(Said(aggregate="median"))
        self._begun: list[Begun] = []
        self._intervals = 0
        self._other_medians = 0

    def flag(self, sentence: str) -> None:
        """Add a remark about the whole import, once."""
        self._flagged[sentence] = None

    def take(self, data: dict[str, Any] | str, file: str, folder: str) -> None:
        """Read one file; ``data`` is a text with the reason when it cannot be read.

        ``folder`` names the machine where the file does not.
        """
        try:
            if isinstance(data, str):
                raise RefuseError(data)  # noqa: TRY301
            commit = _commit(data)
        except RefuseError as error:
            self._refuse(file, str(error))
            return
        read = self._file(data, file, folder)
        started = []
        first = len(self._gathered)
        for name, cells in rows.benchmarks(data):
            try:
                if not name.strip():
                    raise RefuseError("expected the name of a benchmark")  # noqa: TRY301
                row = rows.row_of(cells)
            except RefuseError as error:
                self._refuse(f'{file}", "{name}', str(error))
                continue
            started.append(row.started_ms)
            self._row(read, name, row)
        self._begin(data, commit, read, started, first)

    def take_columns(self, columns: Columns, file: str, folder: str) -> bool:
        """Read a file of the usual shape; False, taking nothing, when a row would be refused."""
        try:
            commit = _commit(columns.about)
        except RefuseError:
            return False
        read = self._file(columns.about, file, folder)
        known = self._naming.known(columns.names, read.environment)
        if known.is_refused or not self._naming.are_sound(known, read.machine):
            return False
        first, value = len(self._gathered), columns.value * known.factor
        self._gathered.add_columns(
            known.label,
            np.where(columns.repeats > 1, self._median, self._one),
            value,
            np.maximum(1, columns.repeats.astype(np.int64)),
            (columns.q1 * known.factor, columns.q3 * known.factor),
            {place: _absent(one) for place, one in columns.absent.items()},
        )
        self._rows += value.size
        self._intervals += int(np.count_nonzero(~np.isnan(columns.ends) & ~np.isnan(columns.value)))
        self._begin(columns.about, commit, read, columns.started, first)
        return True

    def _file(self, data: dict[str, Any], name: str, folder: str) -> _File:
        stated = Machine(name=str(fields.table(data.get("params")).get("machine") or folder))
        machine = runs.machine_of(stated, self._context)
        return _File(name, machine, about.environment_of(data))

    def _begin(
        self,
        data: dict[str, Any],
        commit: Commit,
        file: _File,
        started: Sequence[object],
        first: int,
    ) -> None:
        """The run of everything gathered from the place ``first`` on, if that is anything."""
        end = len(self._gathered)
        if end > first:
            run = about.run_of(data, commit, file.machine, started, self._context.project)
            content = ("asv", commit.sha, file.machine)
            self._begun.append(Begun(run, content, ((),), first, end))

    def _refuse(self, where: str, why: str) -> None:
        """A row of its own that cannot be taken."""
        self._rows += 1
        self._refused.append(Refused(self._rows, f'"{where}": {why}'))

    def imported(self) -> ImportedColumns:
        """Everything taken so far, runs by the time of their commits."""
        self._say_counts()
        begun = sorted(self._begun, key=lambda one: one.run.commit.time)
        batch, twice = self._gathered.batch(begun)
        flagged = dict.fromkeys((*twice, *self._flagged))
        return ImportedColumns(batch, self._rows, tuple(self._refused), tuple(flagged))

    def _say_counts(self) -> None:
        for sentence in self._naming.remarks():
            self.flag(sentence)
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

    def _row(self, file: _File, name: str, row: Row) -> None:
        """A point for each value of a benchmark; those that cannot be taken are refused."""
        ways = self._naming.ways_of(name, row.version, file.environment, row.params)
        cells = _Cells(row)
        for place, value in enumerate(row.values):
            self._rows += 1
            try:
                if place in ways.twice:
                    raise RefuseError(f'"{", ".join(row.params[place])}" comes twice')  # noqa: TRY301
                self._point(value, cells, place, ways, file)
            except RefuseError as error:
                self._refused.append(Refused(self._rows, f'"{file.name}", "{name}": {error}'))

    def _point(self, value: object, cells: _Cells, place: int, ways: Ways, file: _File) -> None:
        """Raises RefuseError when nothing can be made of the value."""
        label = ways.labels[place]
        outcome: Outcome | None = None
        stated = _NAN
        if type(value) is float and isfinite(value):
            stated = value
        elif value is None or isinstance(value, float):
            outcome = _absent(value)
        else:
            stated = fields.number(value, "result")
        if outcome is None and cells.has_samples:
            outcome = self._of_samples(stated, cells.row.cell("samples", place), ways.kind.factor)
        if outcome is not None:
            self._naming.check(label, ways.kind, file.machine)
            self._gathered.add_outcome(label, outcome)
            return
        self._intervals += not isnan(cells.ends[place])
        repeats = cells.repeats[place]
        if not 0 <= repeats <= rows.MOST_REPEATS:
            raise RefuseError(f"stats_repeat: expected a count, found {repeats:g}")
        self._naming.check(label, ways.kind, file.machine)
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


def _commit(data: dict[str, Any]) -> Commit:
    """The commit of a file. Raises RefuseError when it has no time."""
    return Commit(
        sha=str(data["commit_hash"]), time=fields.of_milliseconds(data.get("date"), "date")
    )


def _absent(value: float | None) -> Outcome:
    """The absence for a value that is no finite number, with asv's meaning."""
    if value is None:
        return Failed(reason="it failed; asv keeps no reason")
    if isnan(value):
        return Skipped(reason="it was skipped; asv keeps no reason")
    return Invalid(reason=f"its result was {value}, which is no finite number")
