"""Hold the rows of run files against the hash that stands in them, whichever version it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.sql import quoted
from history.store import checksum, codec, left_out, read_groups
from history.store.relations import LOADED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    import duckdb

    from history.store.checksum import Stated


def changed(connection: duckdb.DuckDBPyConnection, known: Mapping[str, Stated]) -> tuple[str, ...]:
    """Paths of loaded files whose rows are not those they were written with.

    A file with columns beyond those of the codec is read once more. Files without a stated hash are
    left out.
    """
    stated = {path: one for path, one in known.items() if one.rows_sha256}
    made = _made(connection, LOADED, stated)
    return tuple(path for path, one in made.items() if one != stated[path].rows_sha256)


def of_files(connection: duckdb.DuckDBPyConnection, known: Mapping[str, Stated]) -> dict[str, str]:
    """Path to the hash of the rows, each of the version that the file has, made anew.

    Files are read together as far as they are alike. Raises duckdb.Error.
    """
    return _made(connection, None, known)


def of_file(connection: duckdb.DuckDBPyConnection, path: Path, version: int) -> str:
    """The hash of this version of the rows of a file, in hex; raises duckdb.Error."""
    (stated,) = checksum.stated(connection, [path]).values()
    return of_files(connection, {str(path): stated._replace(version=version)}).get(str(path), "")


def is_of(connection: duckdb.DuckDBPyConnection, path: Path, rows_sha256: str) -> bool:
    """Whether the rows of a file have this hash, of either version; raises duckdb.Error."""
    versions = (checksum.SECOND, checksum.FIRST)
    return any(of_file(connection, path, version) == rows_sha256 for version in versions)


def _made(
    connection: duckdb.DuckDBPyConnection, relation: str | None, known: Mapping[str, Stated]
) -> dict[str, str]:
    """Path to the hash of the version that the file has; without a relation the files are read."""
    first = {path: one for path, one in known.items() if one.version == checksum.FIRST}
    second = {path: one for path, one in known.items() if one.version != checksum.FIRST}
    return _by_rows(connection, relation, first) | _by_columns(connection, relation, second)


def _by_rows(
    connection: duckdb.DuckDBPyConnection, relation: str | None, known: Mapping[str, Stated]
) -> dict[str, str]:
    """Path to the first hash."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for path, one in known.items():
        alike.setdefault(tuple(sorted(one.columns)), []).append(path)
    found: dict[str, str] = {}
    for names, paths in alike.items():
        source = relation
        if source is None or not codec.COLUMNS.keys() >= set(names):
            source = _read(paths, names)
        rows = connection.execute(
            f"select filename, {checksum.rows_hash(left_out.COLUMNS.union(names))} from {source}"  # noqa: S608
            " where filename in (select unnest($files)) group by filename order by filename",
            {"files": paths},
        ).fetchall()
        found |= {str(path): made for path, made in rows}
    return found


def _by_columns(
    connection: duckdb.DuckDBPyConnection, relation: str | None, known: Mapping[str, Stated]
) -> dict[str, str]:
    """Path to the second hash."""
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for path, one in known.items():
        own = [(name, kind) for name, kind in one.columns.items() if name not in codec.COLUMNS]
        alike.setdefault(tuple(sorted(own)), []).append(path)
    found: dict[str, str] = {}
    for others, paths in alike.items():
        source = relation
        if source is None or others:
            source = _read(paths, {name for path in paths for name in known[path].columns})
        columns = codec.COLUMNS | dict(others)
        found |= read_groups.hashes(read_groups.of_files(connection, source, columns, paths))
    return found


def _read(paths: Collection[str], columns: Collection[str]) -> str:
    """SQL of the rows of files that have these columns, with all that they leave out."""
    listed = ", ".join(map(quoted.text, paths))
    read = f"read_parquet([{listed}], union_by_name = true, filename = true)"
    return left_out.rows_with_all(read, [*sorted(columns), "filename"])
