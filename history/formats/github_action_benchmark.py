"""Read the history that github-action-benchmark keeps, ``data.js``, and its custom JSON lists."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from history.formats import fields, github_action_writing, runs
from history.formats.fields import RefuseError
from history.formats.gathering import Begun, Gathered
from history.formats.github_action_results import Results
from history.formats.interface import Brings, ImportedColumns, LeftOut, Parsed, Refused
from history.report.wording.numbers import counted
from history.words.errors import ImportRefusedError
from history.words.records import Commit, Origin, Run

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from history.formats.interface import Context, Imported

_PREFIX: Final = re.compile(r"\s*window\.BENCHMARK_DATA\s*=")
_LIST: Final = re.compile(r"\s*\[\s*\{")
_SUITE: Final = "Benchmark"
"""Of a list, which names none: what github-action-benchmark calls it unless told."""
_EARLY_MS: Final = 1e11
"""Milliseconds before it (1973) are seconds."""


class GithubActionBenchmark:
    """``data.js``, the same as plain JSON, or a list for its two custom tools."""

    name = "github-action-benchmark"
    summary = 'data.js ("window.BENCHMARK_DATA"), or a list of "name", "unit" and "value"'
    brings = Brings("by the unit of each result", commit="data.js only")
    asks = frozenset({"direction"})
    written = "every point with a direction, as data.js"

    def recognise(self, head: str) -> bool:
        """Whether it starts as one of the three."""
        if _PREFIX.match(head):
            return True
        if _LIST.match(head):
            return all(f'"{key}"' in head for key in ("name", "unit", "value"))
        return all(f'"{key}"' in head for key in ("lastUpdate", "entries"))

    def read(self, path: Path, context: Context) -> Imported | ImportedColumns:
        """Every entry is a run of its own, at its commit; a list is one run.

        The unit says which way is better, and the tool only where it is one of the two custom ones
        and the unit says nothing. What the caller says of a unit holds over both, and what he says
        of all where neither says anything. A row is one result; an entry without any counts as one.
        """
        text = _PREFIX.sub("", fields.read_text(path), count=1).rstrip().removesuffix(";")
        data = fields.load_json(text, path.name)
        if isinstance(data, list):
            return _list(data, context, path.name)
        entries = fields.table(data).get("entries")
        if not isinstance(entries, dict):
            raise ImportRefusedError(
                f'{path.name}: expected an object with "entries" of every suite, or a list of'
                f" results; found {fields.shown(data)}."
            )
        return _Reading(context).read(entries)

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> tuple[str, ...]:
        """Write ``data.js``; sentences about what has no place in it."""
        return github_action_writing.write(connection, target)


def _list(rows: list[Any], context: Context, name: str) -> Imported:
    results = Results(context, runs.machine_of(None, context))
    suite = context.suite or _SUITE
    points, refused = fields.take(rows, lambda row: results.points(suite, row))
    parsed = Parsed(
        points=tuple(points),
        rows_read=len(rows),
        refused=tuple(refused),
        flagged=tuple(results.flagged()),
    )
    return runs.imported(parsed, context, GithubActionBenchmark.name, name)


class _Reading:
    """One pass over the entries of a history."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.machine = runs.machine_of(None, context)
        self.results = Results(context, self.machine)
        self.commits: dict[str, Commit] = {}
        self.rows_of: dict[bytes, int] = {}
        """Digest of an entry -> its first row."""
        self.rows_read = 0
        self.gathered = Gathered()
        self.begun: list[Begun] = []
        self.refused: list[Refused] = []
        self.left_out: list[LeftOut] = []
        self.without_time: set[str] = set()

    def read(self, entries: dict[str, Any]) -> ImportedColumns:
        """Every entry of every suite."""
        for suite, history in entries.items():
            if isinstance(history, list):
                for entry in history:
                    self._entry(suite, entry)
            else:
                self._refuse(1, f'"{suite}": expected a list of entries')
        flagged = [*self.results.flagged()]
        if self.without_time:
            flagged.append(
                f"{counted(len(self.without_time), 'commit')} without a time: that of the run"
                " stands for it"
            )
        batch, twice = self.gathered.batch(self.begun)
        return ImportedColumns(
            batch,
            self.rows_read,
            tuple(self.refused),
            (*flagged, *twice),
            tuple(self.left_out),
        )

    def _refuse(self, rows: int, reason: str) -> None:
        first = self.rows_read + 1
        self.refused += [Refused(row, reason) for row in range(first, first + rows)]
        self.rows_read += rows

    def _leave_out(self, rows: int, reason: str) -> None:
        first = self.rows_read + 1
        self.left_out += [LeftOut(row, reason) for row in range(first, first + rows)]
        self.rows_read += rows

    def _entry(self, suite: str, entry: object) -> None:
        about = fields.table(entry)
        rows = about.get("benches")
        if not isinstance(rows, list):
            found = fields.shown(entry)
            self._refuse(
                1, f'"{suite}": expected an entry with "commit" and "benches", found {found}'
            )
            return
        if not rows:
            self._leave_out(1, f'"{suite}": an entry without results')
            return
        try:
            commit, started_at = self._commit(about)
        except RefuseError as error:
            self._refuse(len(rows), f'"{suite}": {error}')
            return
        written = json.dumps((suite, commit.sha, about.get("date"), rows))
        first = self.rows_of.setdefault(sha256(written.encode()).digest(), self.rows_read + 1)
        if first <= self.rows_read:
            self._leave_out(len(rows), f'"{suite}": the same entry stands from row {first} on')
            return
        tool = str(about.get("tool") or "")
        suite = suite.strip() or self.context.suite or _SUITE
        place = len(self.gathered)
        self.refused += self.gathered.take(
            rows, lambda row: self.results.values(suite, row, tool), self.rows_read + 1
        )
        self.rows_read += len(rows)
        if len(self.gathered) > place:
            self.begun.append(self._begun(commit, started_at, place))

    def _commit(self, entry: dict[str, Any]) -> tuple[Commit, datetime]:
        """What was measured, and when that was."""
        about = fields.table(entry.get("commit"))
        sha = about.get("id")
        if not isinstance(sha, str) or not sha.strip():
            raise RefuseError('expected a commit with "id"')
        stated = fields.utc(about.get("timestamp"))
        measured = _moment(entry["date"]) if entry.get("date") is not None else stated
        if measured is None:
            raise RefuseError('expected a "date", or a commit with "timestamp"')
        sha = sha.strip()
        if sha not in self.commits:
            subject = str(about.get("message") or "").partition("\n")[0].strip()
            if stated is None:
                self.without_time.add(sha)
            self.commits[sha] = Commit(
                sha=sha, time=stated or measured, sequence=len(self.commits), subject=subject
            )
        return self.commits[sha], measured

    def _begun(self, commit: Commit, started_at: datetime, first: int) -> Begun:
        source = f"import {GithubActionBenchmark.name}"
        run = Run(
            run_id="",
            started_at=started_at,
            commit=commit,
            machine=self.machine,
            project=self.context.project,
            origin=Origin.IMPORTED,
            source=source,
        )
        content = (source, commit.sha, started_at, self.machine)
        return Begun(run, content, (), first, len(self.gathered))


def _moment(written: object) -> datetime:
    if fields.number(written, "date") < _EARLY_MS:
        raise fields.no_milliseconds(written, "date")
    return fields.of_milliseconds(written, "date")
