"""Write and read every point as one table: JSON and Parquet, which have the columns of plain CSV.

Reading lets DuckDB turn the table into plain CSV beside it and reads that, so that all three make
the same series, runs and refusals.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from history.formats import opened, whole_table
from history.formats.csv import reading
from history.formats.interface import Brings
from history.sql import quoted
from history.store import memory
from history.words.errors import ImportRefusedError, UsageError

if TYPE_CHECKING:
    import duckdb

    from history.formats.interface import Context, ImportedColumns

_BRINGS: Final = Brings("any", samples="where given", commit="yes", machine="yes")
_OURS: Final = re.compile(r'\s*\[\s*\{\s*"series_id"\s*:.*?"commit_time"\s*:', re.DOTALL)
_LARGEST_OBJECT: Final = 2**30
"""Bytes; the samples of one point stand in one object."""


class Json:
    """One array of objects."""

    name = "json"
    summary = "an array, one object per point, with the columns of plain CSV"
    brings = _BRINGS
    written = "every point, one object each; comes back as it went"

    def recognise(self, head: str) -> bool:
        """Whether it begins with a point as the export writes it."""
        return _OURS.match(head) is not None

    def read(self, path: Path, context: Context) -> ImportedColumns:
        """A run for each run of the table, as `import csv` does; a row is one object."""
        options = f"format = 'array', maximum_object_size = {_LARGEST_OBJECT}"
        return _read(path, context, "read_json", options)

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Every point, ordered by series and commit."""
        whole_table.write(connection, target, "format json, array true")


class Parquet:
    """Parquet with zstd, samples included in the unit of the row."""

    name = "parquet"
    summary = "a table of points with the columns of plain CSV, compressed with zstd"
    brings = _BRINGS
    written = "every point, one row each; comes back as it went"

    def recognise(self, head: str) -> bool:
        """Whether it is Parquet; which columns it has stands at its end."""
        return head.startswith("PAR1")

    def read(self, path: Path, context: Context) -> ImportedColumns:
        """A run for each run of the table, as `import csv` does; a row is a row of the table."""
        return _read(path, context, "read_parquet", "")

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Every point, ordered by series and commit; needs a file, because it is not text."""
        if target is None:
            raise UsageError(
                f"{self.name} is not text and cannot go to the terminal.",
                hint="Name a file with -o.",
            )
        whole_table.write(connection, target, "format parquet, compression zstd")


def _read(path: Path, context: Context, reader: str, options: str) -> ImportedColumns:
    with opened.opened(path):
        pass  # refuses what is no regular file, or too large
    with tempfile.TemporaryDirectory(prefix="soundmark-") as folder:
        plain = Path(folder) / path.name
        _as_csv(path, plain, reader, options)
        return reading.read(plain, context, first_row=1)


def _as_csv(path: Path, plain: Path, reader: str, options: str) -> None:
    """The same table as text; lists are joined by ``;``."""
    import duckdb

    source = quoted.text(re.sub(r"([*?\[\]])", r"[\1]", str(path.resolve())))
    try:
        with memory.connected() as connection:
            connection.execute("set TimeZone = 'UTC'")
            given = f", {options}" if options else ""
            has = connection.execute(f"describe from {reader}({source}{given})").fetchall()
            if reader == "read_json":  # numbers and moments as they are written
                kinds = [f"{quoted.text(name)}: '{_listed(kind)}'" for name, kind, *_ in has]
                given += f", columns = {{{', '.join(kinds)}}}"
            cells = ", ".join(_cell(name, kind) for name, kind, *_ in has)
            connection.execute(
                f"copy (select {cells} from {reader}({source}{given}))"  # noqa: S608
                " to $target (format csv, header true)",
                {"target": str(plain)},
            )
    except UnicodeDecodeError as error:
        raise ImportRefusedError(
            f"{path.name}: expected UTF-8 text, found byte {error.object[error.start]:#04x}."
        ) from None
    except duckdb.Error as error:
        raise ImportRefusedError(
            f"{path.name}: {str(error).partition(chr(10))[0]}",
            hint="Expected a table as `soundmark export` writes it.",
        ) from None


def _listed(kind: str) -> str:
    return "DOUBLE[]" if kind.endswith("[]") else "VARCHAR"


def _cell(name: str, kind: str) -> str:
    column = quoted.name(name)
    if kind.endswith("[]"):
        return f"array_to_string({column}, ';') as {column}"
    return f"cast({column} as varchar) as {column}"
