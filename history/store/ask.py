"""Run a user's SQL query."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from history.store import database_errors, memory
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


@contextmanager
def asking(connection: duckdb.DuckDBPyConnection, text: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The result of a query, to be fetched inside the block; as ``alone`` and ``answered``."""
    with alone(connection) as database, answered(database, text) as result:
        yield result


@contextmanager
def alone(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own, which reads the file of the connection and no other, and cannot write.

    Keep it as long as that connection: a process that closes a file lets go of all its locks on it.
    Raises BrokenEnvironmentError when this process has opened the file in another way already.
    """
    import duckdb

    ((path,),) = connection.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchall()
    try:
        database = memory.alone(path, access_mode="read_only", enable_external_access="false")
    except duckdb.ConnectionException:
        raise database_errors.in_use(Path(path), "another part of this program", 0) from None
    with database:
        yield database


@contextmanager
def answered(database: duckdb.DuckDBPyConnection, text: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The result of a query, to be fetched inside the block.

    Raises UsageError with the database's message when the query fails.
    """
    import duckdb

    with database.cursor() as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            yield connection.execute(text)
        except duckdb.Error as error:
            raise UsageError(f"the query cannot be answered: {error}") from None
