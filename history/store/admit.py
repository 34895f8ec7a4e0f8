"""Load run files, each of which is held alone against what a run file must be.

What is sound is loaded; what is not is named with its fault and keeps nothing else out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.store import checksum, codec
from history.store import ledger as ledger_files
from history.store.ledger import Damaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from history.store.ledger import Ledger

TABLE: Final = "incoming_files"
"""Temporary table of the rows that were loaded, with the path of their file as ``filename``."""


def load(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, files: Sequence[str]
) -> tuple[Damaged, ...]:
    """Load the sound ones among these files into the table; the others are returned."""
    readable, faults = _read(connection, ledger, files)
    known = checksum.stated(connection, [ledger.path(file) for file in readable])
    names = {str(ledger.path(file)): file for file in readable}
    faults += [
        Damaged(names[path], "does not hold the rows that it was written with")
        for path in checksum.changed(connection, TABLE, codec.COLUMNS, known)
    ]
    bad = [str(ledger.path(fault.file)) for fault in faults]
    connection.execute(
        f"delete from {TABLE} where filename in (select unnest($bad))",  # noqa: S608
        {"bad": bad},
    )
    return tuple(sorted(faults))


def _read(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, files: Sequence[str]
) -> tuple[list[str], list[Damaged]]:
    """Fill the table; returns the files that could be read, and what is wrong with the others."""
    import duckdb

    try:
        _fill(connection, ledger, files)
    except duckdb.Error:
        good, faults = [], []
        for file in files:
            try:
                _fill(connection, ledger, [file])
            except duckdb.Error as error:
                first = str(error).strip().splitlines()[0].replace(str(ledger.path(file)), file)
                faults.append(Damaged(file, f"cannot be read: {first}"))
            else:
                good.append(file)
        _fill(connection, ledger, good)
        return good, faults
    return list(files), []


def _fill(connection: duckdb.DuckDBPyConnection, ledger: Ledger, files: Sequence[str]) -> None:
    source = ledger_files.read_parquet(connection, [ledger.path(file) for file in files])
    connection.execute(f"create or replace temp table {TABLE} as select * from {source}")  # noqa: S608
