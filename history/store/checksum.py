"""What a run file says of itself, and the first version of the hash of its rows.

Two hashes tell whether a file still says what it said when it was written. That of the rows stands
in the file's own metadata, and any engine can make it again; that of the bytes is kept where the
file is known by name: in the database and on a record branch. The hash of the rows has two
versions: the first is made here, the second in ``column_hash``; ``same_rows`` holds files against
the one they have.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from history.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import duckdb

ROWS_KEY: Final = "soundmark_rows_sha256"
"""Key of the metadata of a Parquet file under which the first hash of its rows stands."""
COLUMNS_KEY: Final = "soundmark_columns_sha256"
"""Key under which the second one stands; what is written now has this one alone."""
FIRST: Final = 1
SECOND: Final = 2
"""Versions of the hash of the rows."""
COMPACTED_KEY: Final = "soundmark_compacted"
"""Key of the origin of a compacted file."""


class Stated(NamedTuple):
    """The metadata of a run file."""

    columns: dict[str, str]
    """Name of every column to its type in DuckDB."""
    rows_sha256: str
    """Empty in a file of an earlier version."""
    compacted: str = ""
    """Which files it was made of, as JSON; empty in any other file."""
    version: int = FIRST
    """Of the hash of the rows: ``FIRST`` or ``SECOND``."""


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
    return f"sha256({text_of(columns, instead)})"


def text_of(columns: Iterable[str], instead: Mapping[str, str] | None = None) -> str:
    """SQL of ``name=value`` of each of these columns that is not NULL, with U+001F between them."""
    taken = instead or {}
    pairs = [
        f"{quoted.text(f'{name}=')} || ({taken.get(name, quoted.name(name))})::varchar"
        for name in sorted(columns)
    ]
    return f"concat_ws(chr(31), {', '.join(pairs)})" if pairs else "''"


def hash_of_rows(row: str) -> str:
    """SQL of an aggregate: the hash of all rows whose hashes ``row`` gives, see ``rows_hash``."""
    return f"sha256(string_agg({row}, '' order by {row}))"


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
            _columns(found),
            said.get((file, COLUMNS_KEY)) or said.get((file, ROWS_KEY), ""),
            said.get((file, COMPACTED_KEY), ""),
            SECOND if said.get((file, COLUMNS_KEY)) else FIRST,
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
        " where key in (select encode(unnest($keys))) order by all",
        {
            "files": [str(path) for path in paths],
            "keys": [ROWS_KEY, COLUMNS_KEY, COMPACTED_KEY],
        },
    ).fetchall()
    return {(file, key): value for file, key, value in rows}


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
