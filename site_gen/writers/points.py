"""Write all points as downloads (Parquet, DuckDB, CSV).

With few points each is one file. With many points there is one Parquet file a year, of which a new
night changes one, and commands on the page make the other forms.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import orjson

from history import sql
from history.sql import quoted
from history.store import memory
from history.store.rows import as_dicts
from site_gen.writers.kept import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from site_gen.writers.kept import Kept
    from site_gen.writers.tree import Tree

# Storage version that older supported releases can open; newer ones need DuckDB 2.0.
STORAGE_VERSION: Final = "v1.4.0"
LARGE: Final = 400_000
"""From so many points on there is a file a year."""
MEMORY = "450MB"
"""What DuckDB may hold while it writes these files: enough to sort two million points without disk.
One thread manages with it whatever the length of the history, as it sorts the rest on disk."""
PARQUET: Final = "data/points.parquet"
CSV: Final = "data/points.csv.zst"
DATABASE: Final = "data/history.duckdb"
LATEST: Final = "data/latest.json"
TO_CSV: Final = """duckdb -c "copy (from 'points-*.parquet') to 'points.csv'\""""
TO_DATABASE: Final = (
    """duckdb history.duckdb -c "create table points as from 'points-*.parquet'\""""
)


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file."""

    name: str
    year: int | None
    """The year of its commits; None where it has all points."""
    made_of: str
    """Hash that identifies its rows."""


def write(connection: duckdb.DuckDBPyConnection, tree: Tree, kept: Kept) -> tuple[str, ...]:
    """Write the points in every form; returns the names of the Parquet files."""
    listed = parts(connection)
    sparingly(connection, lambda: _write(connection, tree, kept, listed))
    return tuple(one.name for one in listed)


def parts(connection: duckdb.DuckDBPyConnection) -> tuple[Part, ...]:
    """The Parquet files that these points are in."""
    rows = connection.execute(sql.query("download_parts")).fetchall()
    text = sql.query("download_points")
    if sum(points for _, points, _ in rows) < LARGE:
        return (Part(PARQUET, None, _hash(text, [made_of for _, _, made_of in rows])),)
    return tuple(
        Part(PARQUET.replace(".parquet", f"-{year}.parquet"), year, _hash(text, made_of))
        for year, _, made_of in rows
    )


def years(connection: duckdb.DuckDBPyConnection, text: str) -> list[tuple[int, str]]:
    """Every year of commits, and a hash that identifies the rows of this query."""
    rows = connection.execute(sql.query("download_parts")).fetchall()
    return [(year, _hash(text, made_of)) for year, _, made_of in rows]


def _hash(text: str, made_of: object) -> str:
    import duckdb

    return digest(repr((duckdb.__version__, text, made_of)).encode())


def of_years(text: str, first: int, last: int) -> str:
    """A query about the commits of these years."""
    return text.replace("$first", str(first)).replace("$last", str(last))


def as_json(value: object) -> bytes:
    """JSON with each value on its own line, readable for people."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(value, option=options | orjson.OPT_SERIALIZE_NUMPY)


def _write(
    connection: duckdb.DuckDBPyConnection, tree: Tree, kept: Kept, listed: Sequence[Part]
) -> None:
    for one in listed:
        kept.make(tree, one.name, one.made_of, partial(_parquet, connection, one))
    files = [str(tree.folder / one.name) for one in listed]
    if listed[0].year is None:
        made_of = listed[0].made_of
        kept.make(tree, CSV, made_of, partial(_csv, connection, files))
        kept.make(tree, DATABASE, made_of, partial(_database, files))
    found = connection.execute(sql.query("download_latest"), {"files": files})
    tree.put(LATEST, as_json(as_dicts(found)))


def _parquet(connection: duckdb.DuckDBPyConnection, part: Part, path: Path) -> None:
    years = (-9999, 9999) if part.year is None else (part.year, part.year)
    with _joined_as_written(connection):
        connection.execute(
            f"copy ({of_years(sql.query('download_points'), *years)})"
            f" to {quoted.text(path)} (format parquet, compression zstd)"
        )


@contextmanager
def _joined_as_written(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let joins look up the rows of the second table for those of the first, one after the other.

    So they come in the order in which the first has them. Of few rows DuckDB would change places,
    and several threads mix them.
    """
    (threads,) = connection.execute("select current_setting('threads')").fetchall()[0]
    connection.execute("set threads = 1")
    connection.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    try:
        yield
    finally:
        connection.execute("reset disabled_optimizers")
        connection.execute(f"set threads = {threads}")


def _csv(connection: duckdb.DuckDBPyConnection, files: Sequence[str], path: Path) -> None:
    connection.execute(
        f"copy (from {_points(files)}) to {quoted.text(path)}"
        " (format csv, header, compression zstd)"
    )


def _database(files: Sequence[str], path: Path) -> None:
    """A database of the points, in a connection of its own: the history is open for reading only.

    One thread writes it, so that only the identity in its header differs from another build.
    """
    path.unlink(missing_ok=True)
    with memory.alone(threads="1") as connection:
        connection.execute(
            f"attach {quoted.text(path)} as shipped (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute(f"create table shipped.points as from {_points(files)}")
        connection.execute(
            "create view shipped.latest as from points qualify row_number() over"
            " (partition by series_id order by abandoned, position desc) = 1"
        )
        connection.execute("checkpoint shipped")
        connection.execute("detach shipped")


def sparingly(connection: duckdb.DuckDBPyConnection, work: Callable[[], None]) -> None:
    """Do the work with little memory; where that does not suffice, again with all."""
    import duckdb

    try:
        with frugal(connection):
            work()
    except duckdb.OutOfMemoryException:  # rows of a width that nobody has seen yet
        work()


@contextmanager
def frugal(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let the connection hold little memory meanwhile, and give it back in the end."""
    import duckdb

    connection.execute(f"set memory_limit = '{MEMORY}'")
    connection.execute("set threads = 1")
    try:
        yield
    finally:
        with suppress(duckdb.OutOfMemoryException):
            connection.execute("set memory_limit = '32MB'")
        connection.execute("reset memory_limit")
        connection.execute("reset threads")


def _points(files: Sequence[str]) -> str:
    return f"read_parquet([{', '.join(map(quoted.text, files))}])"
