"""Detect changes of run files by two hashes.

The hash of the rows is in the file's metadata, and any engine can compute it again; the hash of the
bytes is stored in the database and on a record branch.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from history.store import left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import duckdb

ROWS_KEY: Final = "soundmark_rows_sha256"
"""Key of the hash of the rows in a Parquet file's metadata."""
COMPACTED_KEY: Final = "soundmark_compacted"
"""Key of the origin of a compacted file."""


class Stated(NamedTuple):
    """The metadata of a run file."""

    columns: dict[str, str]
    """Name of every column to its type in DuckDB."""
    rows_sha256: str
    """Empty in a file of an earlier version."""
    compacted: str = ""
    """Origin of a compacted file, as JSON; empty in any other file."""


def of_file(path: Path) -> str:
    """SHA-256 of the bytes, in hex. Raises OSError when it cannot be read."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def rows_hash(columns: Iterable[str], instead: Mapping[str, str] | None = None) -> str:
    """SQL of an aggregate: the hash of all rows with these columns, whatever their order.

    A row is the text ``name=value`` of every column that is not NULL, by name, with U+001F between
    them; values are as DuckDB writes them as text. The result is the SHA-256 of the sorted hashes
    of the rows, in hex. So it does not change when a column is added, or when rows move. The rows
    of a file are those with what it leaves out put back, see ``left_out``.
    ``instead`` has SQL that takes the place of a column.
    """
    return hash_of_rows(row_hash(columns, instead))


def row_hash(columns: Iterable[str], instead: Mapping[str, str] | None = None) -> str:
    """SQL of the hash of one row, see ``rows_hash``."""
    taken = instead or {}
    return hash_of_pairs(
        pair(name, taken.get(name, left_out.identifier(name))) for name in sorted(columns)
    )


def pair(name: str, value: str) -> str:
    """SQL of the text that a column has in the text of its row; ``value`` is SQL too."""
    return f"{text(name + '=')} || ({value})::varchar"


def behind_others(pairs: Iterable[str]) -> str:
    """SQL of the texts of several columns as they stand behind others in the text of a row."""
    return f"coalesce(chr(31) || nullif(concat_ws(chr(31), {', '.join(pairs)}), ''), '')"


def hash_of_pairs(pairs: Iterable[str]) -> str:
    """SQL of the hash of a row whose columns have these texts, by name; see ``rows_hash``."""
    return f"sha256(concat_ws(chr(31), {', '.join(pairs)}))"


def hash_of_rows(row: str) -> str:
    """SQL of an aggregate: the hash of all rows whose hashes ``row`` gives, see ``rows_hash``."""
    return f"sha256(string_agg({row}, '' order by {row}))"


def of_hashes(rows: Iterable[bytes]) -> str:
    """The same of hashes of rows that are here, in hex."""
    return hashlib.sha256(b"".join(sorted(rows)).hex().encode()).hexdigest()


def stated(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> dict[str, Stated]:
    """The metadata of these files, by path; raises duckdb.Error for a file that is no Parquet."""
    files = {"files": [str(path) for path in paths]}
    if not paths:
        return {}
    schema = connection.execute(
        "select file_name, name, duckdb_type, coalesce(num_children, 0)"
        " from parquet_schema($files) order by file_name, column_id",
        files,
    ).fetchall()
    said = texts(connection, paths)
    nodes: dict[str, list[tuple[str, str, int]]] = {}
    for file, name, kind, children in schema:
        nodes.setdefault(file, []).append((name, kind or "", children))
    return {
        file: Stated(
            _columns(found), said.get((file, ROWS_KEY), ""), said.get((file, COMPACTED_KEY), "")
        )
        for file, found in nodes.items()
    }


def texts(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]
) -> dict[tuple[str, str], str]:
    """Path and key to what the metadata of the file has under it, of our keys that it has."""
    if not paths:
        return {}
    rows = connection.execute(
        "select file_name, decode(key), decode(value) from parquet_kv_metadata($files)"
        " where key in (encode($rows), encode($compacted)) order by all",
        {
            "files": [str(path) for path in paths],
            "rows": ROWS_KEY,
            "compacted": COMPACTED_KEY,
        },
    ).fetchall()
    return {(file, key): value for file, key, value in rows}


def changed(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    present: Iterable[str],
    known: Mapping[str, Stated],
) -> tuple[str, ...]:
    """Paths of files whose rows have changed since they were written.

    ``relation`` has the rows of all of them, with all that they leave out, in the columns
    ``present`` and their ``filename``; a file with columns beyond these is read once more. Files
    without a stated hash are left out.
    """
    names = set(present)
    by_columns: dict[tuple[str, ...], list[str]] = {}
    for file, one in known.items():
        if one.rows_sha256:
            by_columns.setdefault(tuple(sorted(one.columns)), []).append(file)
    found = []
    for columns, files in by_columns.items():
        source = relation
        if not names.issuperset(columns):
            read = "read_parquet($files, filename = true)"
            source = left_out.rows_with_all(read, [*columns, "filename"])
        rows = connection.execute(
            f"select filename, {rows_hash(left_out.COLUMNS.union(columns))} from {source}"  # noqa: S608
            " where filename in (select unnest($files)) group by filename order by filename",
            {"files": files},
        ).fetchall()
        found += [str(file) for file, made in rows if made != known[file].rows_sha256]
    return tuple(found)


def rows_of_files(
    connection: duckdb.DuckDBPyConnection, known: Mapping[str, Stated]
) -> dict[str, str]:
    """The hash of the rows of these files, by path, made anew from what is in them."""
    by_columns: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for file, one in known.items():
        by_columns.setdefault(tuple(sorted(one.columns.items())), []).append(file)
    found: dict[str, str] = {}
    for columns, files in by_columns.items():
        names = [name for name, _ in columns]
        source = left_out.rows_with_all(
            "read_parquet($files, filename = true)", [*names, "filename"]
        )
        rows = connection.execute(
            f"select filename, {rows_hash(left_out.COLUMNS.union(names))} from {source}"  # noqa: S608
            " group by filename order by filename",
            {"files": files},
        ).fetchall()
        found |= {str(file): str(made) for file, made in rows}
    return found


def _columns(nodes: Sequence[tuple[str, str, int]]) -> dict[str, str]:
    """The top level of a schema that is listed depth first; its first node is the whole."""
    found = {}
    place = 1
    while place < len(nodes):
        name, kind, _ = nodes[place]
        found[name] = kind
        place = _after(nodes, place)
    return found


def _after(nodes: Sequence[tuple[str, str, int]], place: int) -> int:
    """Where the node after this one and all that is below it stands."""
    open_nodes = 1
    while open_nodes and place < len(nodes):
        open_nodes += nodes[place][2] - 1
        place += 1
    return place


def text(value: str) -> str:
    """A text, quoted for SQL."""
    return "'" + value.replace("'", "''") + "'"
