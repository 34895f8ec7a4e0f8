"""Write every point as one table, unit and direction in each row: as CSV, JSON or Parquet."""

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
