"""Write every point as one table, unit and direction in each row: JSON, Parquet, and CSV's half."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from history import sql
from history.words.errors import UsageError

if TYPE_CHECKING:
    import duckdb


class Json:
    """One array of objects."""

    name = "json"
    summary = "an array, one object per point"
    written = "every point, one object each"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Every point, ordered by series and commit."""
        write(connection, target, "format json, array true")


class Parquet:
    """Parquet with zstd, samples included in the unit of the row."""

    name = "parquet"
    summary = "a table of points, compressed with zstd"
    written = "every point, one row each"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Every point, ordered by series and commit; needs a file, because it is not text."""
        if target is None:
            raise UsageError(
                f"{self.name} is not text and cannot go to the terminal.",
                hint="Name a file with -o.",
            )
        write(connection, target, "format parquet, compression zstd")


def write(
    connection: duckdb.DuckDBPyConnection,
    target: Path | None,
    options: str,
    samples: str = "samples",
) -> None:
    """Let DuckDB write the table in one sweep; ``options`` are those of its COPY.

    ``samples`` is SQL of the column of that name, a list of numbers.
    """
    if target is not None:
        if not target.parent.is_dir():
            raise UsageError(f"{target}: there is no folder {target.parent}.")
        _copy(connection, target, options, samples)
        return
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder) / "table"
        _copy(connection, scratch, options, samples)
        with scratch.open(encoding="utf-8") as text:
            shutil.copyfileobj(text, sys.stdout)


def _copy(connection: duckdb.DuckDBPyConnection, target: Path, options: str, samples: str) -> None:
    connection.execute(
        f"copy (select * replace ({samples} as samples)"  # noqa: S608 - our own words
        f" from ({sql.query('export_points')}) order by series_id, position)"
        f" to $target ({options})",
        {"target": str(target)},
    )
