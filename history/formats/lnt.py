"""Read LNT's reports of version 2: the results of one run on one machine of LLVM's test suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from history.formats import by_unit, fields, runs
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Context, Imported, Parsed
from history.formats.outcomes import measured
from history.words.errors import ImportRefusedError
from history.words.metrics import Direction
from history.words.records import Commit, Failed, Machine, Outcome, Point, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUITE: Final = "lnt"
_KNOWN: Final = {
    "compile_time": ("s", Direction.LOWER),
    "execution_time": ("s", Direction.LOWER),
    "score": ("", Direction.HIGHER),
    "mem_bytes": ("B", Direction.LOWER),
    "code_size": ("B", Direction.LOWER),
}
"""The fields of LNT's own test suite, ``nts``; other suites have their schema on the server."""
_NO_METRIC: Final = frozenset({"name", "hash", "info", "profile"})
_STATUS: Final = "_status"
_FAILED: Final = 1
_EXPECTED: Final = 2


class Lnt:
    """What ``lnt submit`` sends."""

    name = "lnt"
    summary = 'JSON of LNT with "format_version": "2", "machine", "run" and "tests"'
    brings = Brings("times and sizes, own fields", samples="yes", commit="yes", machine="yes")
    repeats_itself = True
    asks = frozenset({"unit", "direction"})

    def recognise(self, head: str) -> bool:
        """Whether the version and the tables of a report are there."""
        keys = ('"format_version"', '"machine"', '"run"')
        return all(key in head for key in keys)

    def parse(self, text: str, name: str = "lnt") -> Parsed:
        """Every field of every test; lists are samples. The revision is the commit.

        The fields of LNT's own suite have unit and direction; those of any other the caller has to
        say. A row is one test.
        """
        return self._parsed(text, name, Context())

    def read(self, path: Path, context: Context) -> Imported:
        """The same with what the caller says of fields."""
        parsed = self._parsed(fields.read_text(path), path.name, context)
        return runs.imported(parsed, context, self.name, path.name)

    def _parsed(self, text: str, name: str, context: Context) -> Parsed:
        data, rows = fields.load_rows(text, name, "tests")
        version = data.get("format_version")
        if str(version) != "2":
            raise ImportRefusedError(
                f"{name}: expected version 2 of LNT's reports, found {fields.shown(version)}."
            )
        told = by_unit.Told(context)
        points, refused = fields.take(rows, lambda row: _points(row, told))
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            refused=tuple(refused),
            flagged=tuple(told.flagged()),
            commit=_commit(fields.table(data.get("run"))),
            machine=_machine(fields.table(data.get("machine"))),
            started_at=fields.utc(fields.table(data.get("run")).get("start_time")),
        )


def _points(row: object, told: by_unit.Told) -> Iterator[Point]:
    about = fields.table(row)
    name = about.get("name")
    if not isinstance(name, str) or not name.strip():
        raise RefuseError(f'expected a test with "name", found {fields.shown(row)}')
    measures = {
        key: value
        for key, value in about.items()
        if key not in _NO_METRIC and not key.endswith(_STATUS) and value is not None
    }
    if not measures:
        raise RefuseError(f'"{name}": expected a field with a number')
    for key, written in measures.items():
        unit, way = _KNOWN.get(key, (None, Direction.NONE))
        kind = told.kind(key, unit, way)
        values = fields.numbers(written if isinstance(written, list) else [written], key)
        if not values:
            raise RefuseError(f'"{name}": {key}: expected numbers, found an empty list')
        outcome = _absent(about, key) or measured([value * kind.factor for value in values])
        yield Point(
            suite=SUITE,
            benchmark=name.strip(),
            metric=kind.metric,
            unit=kind.unit,
            direction=kind.direction,
            outcome=outcome,
        )


def _absent(about: dict[str, Any], key: str) -> Outcome | None:
    """What a status says of a field: that of compiling, else that of running."""
    status = about.get(("compile" if key == "compile_time" else "execution") + _STATUS)
    if status == _FAILED:
        return Failed(reason="its status is that of a failure")
    return Skipped(reason="it failed as expected") if status == _EXPECTED else None


def _commit(run: dict[str, Any]) -> Commit | None:
    revision = run.get("llvm_project_revision") or run.get("run_order")
    time = fields.utc(run.get("start_time")) or fields.utc(run.get("end_time"))
    if not isinstance(revision, str | int) or not str(revision).strip() or time is None:
        return None
    return Commit(sha=str(revision).strip(), time=time)


def _machine(about: dict[str, Any]) -> Machine | None:
    name = about.get("name") or about.get("Name")
    return Machine(name=name.strip()) if isinstance(name, str) and name.strip() else None
