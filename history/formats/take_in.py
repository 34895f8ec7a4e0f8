"""Take files of another tool into the history, once, and count what happened to every row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from history import sql
from history.formats import commit_names, fields, local_paths, opened, runs, storable
from history.formats.interface import (
    ParsesFolder,
    ParsesText,
    ReadsFile,
    Recognises,
    SeriesKind,
)
from history.words.errors import (
    BrokenDataError,
    BrokenEnvironmentError,
    ImportRefusedError,
    StoredOnlyError,
    UsageError,
)
from history.words.records import Measured, RunRecord, series_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from history.formats.interface import Context, Importable, Imported, LeftOut, Refused
    from history.project.workspace import Workspace


@dataclass(frozen=True)
class FileResult:
    """What one file gave."""

    name: str
    imported: Imported
    points_added: int
    points_known: int
    """Points the history already had from an earlier import."""
    ledger_file: str = ""
    remarks: tuple[str, ...] = ()
    """What stood in the way of ordering commits by their graph."""


def import_file(
    workspace: Workspace, format_: Importable, path: Path, context: Context
) -> FileResult:
    """Read one file and append what is new in it.

    Nobody else writes to the history meanwhile, and it holds everything the ledger has: so nothing
    is stored twice, whoever imports at the same time and whatever stopped half way before.

    Raises UsageError when there is no such file, and ImportRefusedError when it is of another
    format or when not one of its rows can be taken.
    """
    _check(format_, path)
    found = None
    if workspace.is_empty:  # a file that is refused makes no history
        found = _matched(imported(format_, path, context), workspace, context)
    done = None
    try:
        with workspace.writing() as connection:
            if found is None:
                known = replace(context, series=_series(connection))
                found = _matched(imported(format_, path, known), workspace, context)
            total = sum(len(record.points) for record in found.records)
            fresh = _without_known(connection, found.records)
            added = sum(len(record.points) for record in fresh)
            if not fresh:
                return FileResult(path.name, found, added, total - added)
            done = workspace.append(fresh, connection)
    except (BrokenDataError, BrokenEnvironmentError) as error:
        if done is None:
            raise
        raise StoredOnlyError(done.file, error) from error
    return FileResult(path.name, found, added, total - added, done.file, done.remarks)


def _matched(found: Imported, workspace: Workspace, context: Context) -> Imported:
    """The same at the commits that the repository knows, and under the names that are told."""
    commits = [record.run.commit for record in found.records]
    matched = commit_names.matched(commits, workspace.root, context.renamed)
    records = tuple(
        msgspec.structs.replace(record, run=matched.run(record.run)) for record in found.records
    )
    return replace(found, records=records, flagged=(*found.flagged, *matched.remarks))


def imported(format_: Importable, path: Path, context: Context) -> Imported:
    """What the file holds, when it holds anything and all of that can be stored.

    Raises ImportRefusedError otherwise.
    """
    found = local_paths.of_imported(read(format_, path, context))
    _check_counts(format_, found)
    if fault := next(filter(None, map(storable.fault_of_run, found.records)), ""):
        raise ImportRefusedError(f"{path.name}: {fault}; nothing was taken.")
    if not any(record.points for record in found.records):
        raise ImportRefusedError(_nothing(format_, path, found))
    return replace(found, flagged=(*found.flagged, *storable.odd(found.records)))


def read(format_: Importable, path: Path, context: Context) -> Imported:
    """Runs of one file or folder; most formats only parse, and what they find becomes one run."""
    try:
        return _read(format_, path, context)
    except fields.UNFORESEEN as error:
        raise ImportRefusedError(
            f"{path.name}: {fields.unforeseen(error)}.", hint=f"Expected {format_.summary}."
        ) from error


def _read(format_: Importable, path: Path, context: Context) -> Imported:
    if isinstance(format_, ReadsFile):
        try:
            return format_.read(path, context)
        except IsADirectoryError:
            raise ImportRefusedError(f"{path.name}: expected a file, found a folder.") from None
    if isinstance(format_, ParsesFolder) and path.is_dir():
        return runs.imported(format_.parse_folder(path, None), context, format_.name, path.name)
    if isinstance(format_, ParsesText) and path.is_file():
        text = fields.read_text(path)
        return runs.imported(format_.parse(text, path.name), context, format_.name, path.name)
    kinds = ("a file", "a folder")
    expected, found = kinds if isinstance(format_, ParsesText) else reversed(kinds)
    raise ImportRefusedError(f"{path.name}: expected {expected}, found {found}.")


def _nothing(format_: Importable, path: Path, imported: Imported) -> str:
    """Why a file gave nothing."""
    if not imported.rows_read:
        return f"{path.name}: there are no results in it; expected {format_.summary}."
    rows: list[Refused | LeftOut] = [*imported.refused, *imported.left_out]
    why = f"; row {rows[0].row}: {rows[0].reason}" if rows else ""
    return f"{path.name}: none of its {imported.rows_read} rows can be taken{why}."


def _check(format_: Importable, path: Path) -> None:
    if not path.exists():
        raise UsageError(f"{path}: there is no such file.")
    if not path.is_dir():
        head = opened.head(path)
        if isinstance(format_, Recognises) and not format_.recognise(head):
            start = head.partition("\n")[0][:80] or "an empty file"
            raise ImportRefusedError(
                f"{path.name}: this is not {format_.name}: expected {format_.summary}; it "
                f'starts with "{start}".'
            )


def _check_counts(format_: Importable, imported: Imported) -> None:
    """Raise BrokenEnvironmentError when a format, perhaps of another package, counts wrongly."""
    rows = [one.row for one in imported.refused] + [one.row for one in imported.left_out]
    if len(set(rows)) < len(rows) or len(rows) > imported.rows_read:
        raise BrokenEnvironmentError(
            f"the format {format_.name} counts wrongly: {imported.rows_read} rows read, and"
            f" {len(rows)} refused or left out, of {len(set(rows))} different ones.",
            hint="Nothing was taken; ask those who offer the format.",
        )


def _series(connection: duckdb.DuckDBPyConnection) -> dict[str, SeriesKind]:
    """Unit and direction of every series of the history."""
    rows = connection.execute(sql.query("series_kinds")).fetchall()
    return {str(series): SeriesKind(str(unit), str(direction)) for series, unit, direction in rows}


def _without_known(
    connection: duckdb.DuckDBPyConnection, records: Sequence[RunRecord]
) -> tuple[RunRecord, ...]:
    """Records without the points that the history has, be it from an import or from a measurement.

    A file that grew is imported again as a whole, and an export may come back; a point is known
    when its series, commit and value are there as often as the file has them.
    """
    rows = connection.execute(sql.query("known_points")).fetchall()
    if not rows:
        return tuple(records)
    known = Counter((str(row[0]), str(row[1]), row[2]) for row in rows)
    kept = []
    for record in records:
        points = []
        for point in record.points:
            value = point.outcome.value if isinstance(point.outcome, Measured) else None
            key = (series_id(point, record.run.machine), record.run.commit.sha, value)
            if known[key]:
                known[key] -= 1
            else:
                points.append(point)
        if points and len(points) < len(record.points):
            # Other content, so another run.
            content = record.run.run_id.encode() + b"".join(map(msgspec.json.encode, points))
            run = msgspec.structs.replace(
                record.run, run_id=sha256(content).hexdigest()[: len(record.run.run_id)]
            )
            kept.append(RunRecord(run=run, points=tuple(points), items=record.items))
        elif points:
            kept.append(record)
    return tuple(kept)
