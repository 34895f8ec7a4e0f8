"""Answer a question that somebody wrote in SQL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


@contextmanager
def asking(connection: duckdb.DuckDBPyConnection, text: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """What it answers, for as long as it is fetched from inside.

    The connection cannot write, and from now on reads no other file. Raises UsageError with what
    the database says when the question cannot be answered.
    """
    import duckdb

    connection.execute("set enable_external_access = false")
    try:
        yield connection.execute(text)
    except duckdb.Error as error:
        raise UsageError(f"the query cannot be answered: {error}") from None
