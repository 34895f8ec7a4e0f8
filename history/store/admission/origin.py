"""Check the stated origin of compacted run files against their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.sql import quoted
from history.store import checksum, codec, column_hash, left_out, read_groups
from history.store import compacted as compacted_files
from history.store.relations import LOADED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from history.store.checksum import Stated
    from history.store.compacted import Compacted, Original


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
    made: Mapping[str, Compacted],
    columns: Mapping[str, Mapping[str, str]],
) -> dict[str, str]:
    """Path of every compacted file whose rows do not match its stated origin -> the fault.

    ``columns`` are those of each file with their types; a file with others than the codec has is
    read once more. The hash of every file that is said to be in it is made anew from its rows, but
    for what was thinned since.
    """
    found: dict[str, str] = {}
    for path, one in made.items():
        fault = _runs(connection, path, one)
        if fault:
            found[path] = fault
            continue
        own = columns[path]
        source = f"(select * from {LOADED} where filename = {quoted.text(path)})"  # noqa: S608
        if not own.keys() <= codec.COLUMNS.keys():
            read = f"read_parquet([{quoted.text(path)}], filename = true)"
            source = left_out.rows_with_all(read, [*own, "filename"])
        fault = _hashes(connection, source, own, one)
        if fault:
            found[path] = fault
    return found


def _runs(connection: duckdb.DuckDBPyConnection, path: str, made: Compacted) -> str:
    rows = connection.execute(
        f"select run_id from {LOADED} where filename = $path and row in ('run', 'duet')",  # noqa: S608
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
    columns: Mapping[str, str],
    made: Compacted,
) -> str:
    """What is wrong with the rows of one of the originals, each by the hash that it had."""
    whole = {
        one.file: one
        for one in made.originals
        if not one.is_copy and made.thinned.keys().isdisjoint(one.runs)
    }
    first = {file: one for file, one in whole.items() if one.rows_version == checksum.FIRST}
    second = {file: one for file, one in whole.items() if one.rows_version != checksum.FIRST}
    found = _by_rows(connection, source, left_out.COLUMNS.union(columns), first)
    found |= _by_columns(connection, source, codec.COLUMNS | dict(columns), second)
    for file in sorted(found):
        if whole[file].rows_sha256 != found[file]:
            return f"holds other rows than {file}, which it was made of"
    return ""


def _by_rows(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: Iterable[str],
    originals: Mapping[str, Original],
) -> dict[str, str]:
    """File to the first hash of its rows."""
    pairs = [(one.file, run_id) for one in originals.values() for run_id in one.runs]
    if not pairs:
        return {}
    rows = connection.execute(
        "with told as (select unnest($files) as told_by, unnest($runs) as run_id), hashed as ("  # noqa: S608
        f"select run_id, {checksum.row_hash(columns)} as row_sha256"
        f" from {source} where row <> 'exclusion'"
        f") select told_by, {checksum.hash_of_rows('row_sha256')}"
        " from told join hashed using (run_id) group by told_by order by told_by",
        {"files": [file for file, _ in pairs], "runs": [run for _, run in pairs]},
    ).fetchall()
    return dict(rows)


def _by_columns(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: Mapping[str, str],
    originals: Mapping[str, Original],
) -> dict[str, str]:
    """File to the second hash of its rows: that of a run is the same in whichever file it is."""
    if not originals:
        return {}
    rows = f"(select * exclude (filename) from {source} where row <> 'exclusion')"  # noqa: S608
    of_run: dict[str, list[bytes]] = {}
    for one in read_groups.of_all(connection, rows, columns):
        of_run.setdefault(one.run_id, []).append(one.digest)
    return {
        file: column_hash.of_groups(digest for run in one.runs for digest in of_run.get(run, ()))
        for file, one in originals.items()
    }
