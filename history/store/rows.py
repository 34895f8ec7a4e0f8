"""Read the rows of a query by the names of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def column_names(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of the columns of an executed query."""
    return [column[0] for column in cursor.description or ()]


def as_dicts(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every row of an executed query, by the names of its columns."""
    names = column_names(cursor)
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
