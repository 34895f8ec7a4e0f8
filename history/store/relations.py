"""Temporary tables and views of one connection, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def is_view(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether a temporary name is that of a view."""
    return _kind(connection, name) == "view"


def drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Remove a temporary table or view, if there is one."""
    kind = _kind(connection, name)
    if kind:
        connection.execute(f"drop {kind} temp.{name}")


def as_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Keep the rows of a view as a table, which can be changed; a table stays as it is."""
    if is_view(connection, name):
        connection.execute(f"create temp table kept_rows as select * from {name}")  # noqa: S608
        drop(connection, name)
        connection.execute(f"alter table kept_rows rename to {name}")


def _kind(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """``table``, ``view`` or nothing; a question that fails would end the transaction."""
    found = connection.execute(
        "select 'table' from duckdb_tables() where table_name = $name and temporary"
        " union all select 'view' from duckdb_views() where view_name = $name and temporary",
        {"name": name},
    ).fetchone()
    return "" if found is None else str(found[0])
