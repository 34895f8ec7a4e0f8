"""Plain CSV, one row per point: the simplest way into a history and out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.formats import whole_table
from history.formats.csv import reading

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from history.formats.interface import Context, Imported


class Csv:
    """The plain CSV of section "import" in the documentation."""

    name = "csv"
    summary = "one row per point: " + ",".join(reading.REQUIRED)
    written = "every point, one row each, with a header"

    def recognise(self, head: str) -> bool:
        """Whether the first line names every required column."""
        return reading.recognise(head)

    def read(self, path: Path, context: Context) -> Imported:
        """A run for each commit and machine; a row that cannot be taken is refused."""
        return reading.read(path, context)

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Every point, ordered by series and commit."""
        whole_table.write(connection, target, "format csv, header true")
