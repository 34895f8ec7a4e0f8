"""Check the stated origin of compacted run files against their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.store import checksum, left_out
from history.store import compacted as compacted_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from history.store.checksum import Stated
    from history.store.compacted import Compacted


class Said(NamedTuple):
    """The stated origins of files."""

    made: dict[str, Compacted]
    """By path of a compacted file."""
    faults: dict[str, str]
    """Path of files with an unreadable origin -> the fault."""


def said(known: Mapping[str, Stated]) -> Said:
    """The stated origins of these files, by path."""
    made, faults = {}, {}
    for path, one in known.items():
        found = compacted_files.read(one.compacted)
        if found is None:
            faults[path] = "says nothing that can be read of the files it was made of"
        elif found.originals:
            made[path] = found
    return Said(made, faults)


def faults(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    made: Mapping[str, Compacted],
    columns: Mapping[str, Iterable[str]],
    present: Iterable[str],
) -> dict[str, str]:
    """Path of every compacted file whose rows do not match its stated origin -> the fault.

    ``table`` has their rows with the columns ``present``; ``columns`` are those of each file, which
    is read once more when it has others. The hash of every file that is told to be in it is made
    anew of its rows, but for what was thinned since.
    """
    found: dict[str, str] = {}
    for path, one in made.items():
        fault = _runs(connection, table, path, one)
        if fault:
            found[path] = fault
            continue
        names = set(columns[path])
        source = table
        if not names <= set(present):
            read = "read_parquet([$path], filename = true)"
            source = left_out.rows_with_all(read, [*names, "filename"])
        fault = _hashes(connection, source, path, left_out.COLUMNS | names, one)
        if fault:
            found[path] = fault
    return found


def _runs(connection: duckdb.DuckDBPyConnection, table: str, path: str, made: Compacted) -> str:
    rows = connection.execute(
        f"select run_id from {table} where filename = $path and row in ('run', 'duet')",  # noqa: S608
        {"path": path},
    ).fetchall()
    held = {str(run_id) for (run_id,) in rows}
    for one in made.originals:
        lacking = sorted(set(one.runs) - held)
        if lacking:
            return f"lacks run {lacking[0][:8]}, which {one.file} held, that it was made of"
    unknown = sorted(made.thinned.keys() - held)
    return f"says that it thinned run {unknown[0][:8]}, which it lacks" if unknown else ""


def _hashes(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    path: str,
    columns: Iterable[str],
    made: Compacted,
) -> str:
    whole = {
        one.file: one
        for one in made.originals
        if not one.is_copy and made.thinned.keys().isdisjoint(one.runs)
    }
    pairs = [(one.file, run_id) for one in whole.values() for run_id in one.runs]
    if not pairs:
        return ""
    rows = connection.execute(
        "with told as (select unnest($files) as told_by, unnest($runs) as run_id), hashed as ("  # noqa: S608
        f"select run_id, {checksum.row_hash(columns)} as row_sha256"
        f" from {source} where filename = $path and row <> 'exclusion'"
        f") select told_by, {checksum.hash_of_rows('row_sha256')}"
        " from told join hashed using (run_id) group by told_by order by told_by",
        {"files": [file for file, _ in pairs], "runs": [run for _, run in pairs], "path": path},
    ).fetchall()
    for file, made_anew in rows:
        if whole[file].rows_sha256 != made_anew:
            return f"holds other rows than {file}, which it was made of"
    return ""
