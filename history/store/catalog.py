"""Read the columns of a table of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def columns(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[str, ...]:
    """Names of its columns in their order; empty where there is no such table.

    The views ``duckdb_tables()`` and ``duckdb_columns()`` look at everything the database has, in
    10 to 20 ms on a new connection; this takes less than one.
    """
    import duckdb

    try:
        rows = connection.execute("select name from pragma_table_info(?) order by cid", [table])
        return tuple(str(name) for (name,) in rows.fetchall())
    except duckdb.CatalogException:
        return ()
