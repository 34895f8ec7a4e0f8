"""Write every point as one table: CSV, JSON or Parquet, with unit and direction in each row."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from history import sql
from history.words.errors import UsageError

if TYPE_CHECKING:
    import duckdb


class _Table:
    """Let DuckDB write the table in one sweep."""

    name: ClassVar[str]
    options: ClassVar[str]
    """Of DuckDB's COPY."""
    is_text: ClassVar[bool] = True

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Write every point, ordered by series and commit."""
        if target is not None:
            if not target.parent.is_dir():
                raise UsageError(f"{target}: there is no folder {target.parent}.")
            self._copy(connection, target)
            return
        if not self.is_text:
            raise UsageError(
                f"{self.name} is not text and cannot go to the terminal.",
                hint="Name a file with -o.",
            )
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder) / "table"
            self._copy(connection, scratch)
            with scratch.open(encoding="utf-8") as text:
                shutil.copyfileobj(text, sys.stdout)

    def _copy(self, connection: duckdb.DuckDBPyConnection, target: Path) -> None:
        connection.execute(
            f"copy ({sql.query('export_points')}) to $target ({self.options})",
            {"target": str(target)},
        )


class CsvExporter(_Table):
    """Comma-separated values with a header."""

    name = "csv"
    summary = "one row per point, with a header"
    options = "format csv, header true"


class JsonExporter(_Table):
    """One array of objects."""

    name = "json"
    summary = "one array, one object per point"
    options = "format json, array true"


class ParquetExporter(_Table):
    """Parquet with zstd, samples included in the unit of the row."""

    name = "parquet"
    summary = "one row per point, zstd"
    options = "format parquet, compression zstd"
    is_text = False
