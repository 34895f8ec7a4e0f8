"""Temporary tables and views of one connection, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

LOADED: Final = "incoming_files"
"""The rows of run files that were loaded, with the path of their file as ``filename``."""


def drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Remove a temporary table or view, if there is one."""
    kind = "table" if _is_table(connection, name) else "view"
    connection.execute(f"drop {kind} if exists temp.{name}")


def as_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Keep the rows of a view as a table, which can be changed; a table stays as it is."""
    if not _is_table(connection, name):
        connection.execute(f"create temp table kept_rows as select * from {name}")  # noqa: S608
        connection.execute(f"drop view temp.{name}")
        connection.execute(f"alter table kept_rows rename to {name}")


def _is_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether there is a temporary table of this name.

    To ask ``duckdb_views()`` for a view takes 20 ms, and a statement that fails would end the
    transaction.
    """
    return bool(
        connection.execute(
            "select true from duckdb_tables() where table_name = $name and temporary",
            {"name": name},
        ).fetchall()
    )
