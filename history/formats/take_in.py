"""Import files of another tool into the history, once, and count every row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from history import sql
from history.formats import (
    commit_names,
    elsewhere,
    fields,
    known_points,
    limits_in_force,
    local_paths,
    opened,
    runs,
    storable,
)
from history.formats.interface import (
    ImportedColumns,
    ParsesFolder,
    ParsesText,
    ReadsFile,
    Recognises,
    SeriesKind,
)
from history.store import packing
from history.words.errors import (
    BrokenDataError,
    BrokenEnvironmentError,
    ImportRefusedError,
    StoredOnlyError,
    UsageError,
)

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from history.formats.interface import Context, Importable, Imported, LeftOut, Refused
    from history.project.workspace import Workspace


@dataclass(frozen=True)
class FileResult:
    """The result of one file."""

    name: str
    imported: Imported | ImportedColumns
    points_added: int
    points_known: int
    """Points the history already had from an earlier import."""
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
    with limits_in_force.holding(context.limits):
        _check(format_, path)
    told = None
    if workspace.is_empty:  # a file that is refused makes no history
        told = imported(format_, path, context)
    done = None
    try:
        with workspace.writing() as connection:
            if told is None:
                told = imported(format_, path, replace(context, series=_series(connection)))
            found = _matched(told, workspace, context)
            total = len(found.batch)
            fresh = known_points.left_out(connection, found.batch)
            added = len(fresh)
            if not added:
                return FileResult(path.name, found, added, total - added)
            runs = told.batch.runs
            elsewhere.check(connection, runs, found.batch, fresh.runs, path.name)
            elsewhere.check_machines(connection, found.batch, fresh.runs, path.name)
            done = workspace.append(fresh, connection)
    except (BrokenDataError, BrokenEnvironmentError) as error:
        if done is None:
            raise
        raise StoredOnlyError(done.file, error) from error
    return FileResult(path.name, found, added, total - added, done.remarks)


def _matched(found: ImportedColumns, workspace: Workspace, context: Context) -> ImportedColumns:
    """The same at the commits that the repository knows, and under the names that are told."""
    commits = [run.commit for run in found.batch.runs]
    matched = commit_names.matched(commits, workspace.root, context.renamed)
    named = tuple(matched.run(run) for run in found.batch.runs)
    batch = replace(found.batch, runs=named)
    return replace(found, batch=batch, flagged=(*found.flagged, *matched.remarks))


def imported(format_: Importable, path: Path, context: Context) -> ImportedColumns:
    """What the file holds, when it holds anything and all of that can be stored.

    Raises ImportRefusedError otherwise.
    """
    with limits_in_force.holding(context.limits):
        return _imported(format_, path, context)


def _imported(format_: Importable, path: Path, context: Context) -> ImportedColumns:
    found = local_paths.of_columns(_in_columns(read(format_, path, context), path))
    _check_counts(format_, found)
    if fault := storable.fault_of_columns(found.batch):
        raise ImportRefusedError(f"{path.name}: {fault}; nothing was taken.")
    if not len(found.batch):
        raise ImportRefusedError(_nothing(format_, path, found))
    return replace(found, flagged=(*found.flagged, *storable.odd(found.batch)))


def _in_columns(found: Imported | ImportedColumns, path: Path) -> ImportedColumns:
    """The one place where what a small file gave is packed."""
    if isinstance(found, ImportedColumns):
        return found
    try:
        batch = None if storable.lacks_a_number(found.records) else packing.pack(found.records)
    except OverflowError:
        batch = None
    if batch is None:  # a number that no column can hold
        fault = next(filter(None, map(storable.fault_of_run, found.records)))
        raise ImportRefusedError(f"{path.name}: {fault}; nothing was taken.")
    return ImportedColumns(batch, found.rows_read, found.refused, found.flagged, found.left_out)


def read(format_: Importable, path: Path, context: Context) -> Imported | ImportedColumns:
    """Runs of one file or folder; most formats only parse, and what they find becomes one run."""
    try:
        with limits_in_force.holding(context.limits):
            return _read(format_, path, context)
    except fields.UNFORESEEN as error:
        raise ImportRefusedError(
            f"{path.name}: {fields.unforeseen(error)}.", hint=f"Expected {format_.summary}."
        ) from error


def _read(format_: Importable, path: Path, context: Context) -> Imported | ImportedColumns:
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


def _nothing(format_: Importable, path: Path, imported: ImportedColumns) -> str:
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
            raise ImportRefusedError(
                f"{path.name}: this is not {format_.name}: expected {format_.summary};"
                f" {opened.beginning(head)}."
            )


def _check_counts(format_: Importable, imported: ImportedColumns) -> None:
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
