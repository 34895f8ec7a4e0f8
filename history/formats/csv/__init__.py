"""Plain CSV, one row per point: the simplest way into a history and out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.formats import whole_table
from history.formats.csv import columns, reading
from history.formats.interface import Brings

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from history.formats.interface import Context, ImportedColumns


class Csv:
    """The plain CSV of section "import" in the documentation."""

    name = "csv"
    summary = "one row per point: " + ",".join(columns.FIRST)
    brings = Brings("any", samples="where given", commit="yes", machine="yes")
    written = "every point, one row each, with a header; comes back as it went"

    def recognise(self, head: str) -> bool:
        """Whether the first line names columns of ours; reading names those that are missing."""
        return columns.recognise(head)

    def read(self, path: Path, context: Context) -> ImportedColumns:
        """A run for each commit and machine; a row that cannot be taken is refused."""
        return reading.read(path, context)

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Every point, ordered by series and commit; samples joined by ``;``."""
        whole_table.write(
            connection, target, "format csv, header true", samples="array_to_string(samples, ';')"
        )
