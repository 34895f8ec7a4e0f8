"""Run a user's SQL query."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


@contextmanager
def asking(connection: duckdb.DuckDBPyConnection, text: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The result of a query, to be fetched inside the block.

    The connection cannot write, and reads no other file from now on. Raises UsageError with the
    database's message when the query fails.
    """
    import duckdb

    connection.execute("set enable_external_access = false")
    try:
        yield connection.execute(text)
    except duckdb.Error as error:
        raise UsageError(f"the query cannot be answered: {error}") from None
