"""Quote texts and names for SQL."""

from __future__ import annotations


def text(value: object) -> str:
    """A text, or the path of a file, as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def name(value: str) -> str:
    """The name of a table or column as an SQL identifier."""
    return '"' + value.replace('"', '""') + '"'
