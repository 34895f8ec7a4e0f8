"""Hash the contents of a database, to detect that nothing is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from history.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator


def name(connection: duckdb.DuckDBPyConnection) -> str:
    """A text that changes when any row of any table does.

    Neither the order of rows matters nor when the database was made. The hash is DuckDB's own, so
    the text says of which version.
    """
    return f"DuckDB {duckdb.__version__}: {', '.join(_tables(connection))}"


def _tables(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    listed = connection.execute(
        "select table_name from duckdb_tables() where not internal and table_name <> 'migrations'"
        " and (temporary or database_name = current_database()) order by table_name"
    ).fetchall()
    for (table,) in listed:
        name = quoted.name(table)
        (rows, total) = connection.execute(
            f"select count(*), sum(hash({name})::hugeint) from {name}"  # noqa: S608
        ).fetchone() or (0, None)
        yield f"{table} {rows} {total}"
