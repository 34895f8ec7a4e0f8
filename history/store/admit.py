"""Load run files after checking each of them.

Valid files are loaded; a faulty one is reported and does not stop the others.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from history.store import checksum, rivals, same_rows
from history.store import ledger as ledger_files
from history.store.admission import content, identity, origin, shape
from history.store.ledger import Damaged
from history.store.relations import LOADED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import duckdb

    from history.store.ledger import Ledger

LATE: Final = (
    "wants to leave a run out, which counts only in exclusions.toml (`soundmark history exclude` "
    "writes it)"
)
"""Fault of a new correction in the form of earlier versions."""


def load(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    files: Sequence[str],
    corrections: Collection[str] | None = None,
    unchanged: Collection[str] = (),
) -> tuple[Damaged, ...]:
    """Load what can be taken in of these files; the others are returned.

    That is what ``load_alone`` loads, but for files that tell other things of a run than the
    history at this connection has from a file of the ledger, or than another of these files; and
    for corrections of earlier versions that are not among ``corrections``, those on the record
    already. None stands for all: then this is the first that is seen of the ledger.
    """
    alone = load_alone(connection, ledger, files, unchanged)
    found = {bad.file: bad.reason for bad in alone}
    paths = {str(ledger.path(file)): file for file in files}
    if corrections is not None:
        rows = connection.execute(
            f"select filename from {LOADED} where row = 'exclusion' order by filename"  # noqa: S608
        ).fetchall()
        late = [path for (path,) in rows if paths[path] not in corrections]
        found |= _take_out(connection, paths, dict.fromkeys(late, LATE))
    found |= _take_out(connection, paths, rivals.faults(connection, ledger))
    return tuple(Damaged(file, found[file]) for file in files if file in found)


def load_alone(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    files: Sequence[str],
    unchanged: Collection[str] = (),
) -> tuple[Damaged, ...]:
    """Load the valid ones among these files, each checked alone; the others are returned.

    Any connection will do. Of those that are ``unchanged`` byte for byte since they were taken in,
    the rows are not hashed again.
    """
    found = {bad.file: bad.reason for bad in shape.faults(ledger, files)}
    found |= _read(connection, ledger, [file for file in files if file not in found])
    paths = {str(ledger.path(file)): file for file in files if file not in found}
    known = checksum.stated(connection, [Path(path) for path in paths])
    made, faults = origin.said(known)
    # The last fault of a file is reported: one that was changed is not also forged.
    faults |= identity.faults(connection, made)
    faults |= content.faults(connection, ledger.limits, datetime.now(tz=UTC))
    fresh = {path: one for path, one in known.items() if paths[path] not in unchanged}
    columns = {path: fresh[path].columns for path in made.keys() & fresh.keys()}
    faults |= origin.faults(connection, {path: made[path] for path in columns}, columns)
    changed = same_rows.changed(connection, fresh)
    faults |= dict.fromkeys(changed, "does not hold the rows that it was written with")
    faults |= dict.fromkeys(paths.keys() - _held(connection), "holds nothing")
    found |= _take_out(connection, paths, faults)
    return tuple(Damaged(file, found[file]) for file in files if file in found)


def _take_out(
    connection: duckdb.DuckDBPyConnection, names: Mapping[str, str], faults: Mapping[str, str]
) -> dict[str, str]:
    """Delete the rows of these paths; returns the faults by name of the file."""
    connection.execute(
        f"delete from {LOADED} where filename in (select unnest($bad))",  # noqa: S608
        {"bad": list(faults)},
    )
    return {names[path]: fault for path, fault in faults.items()}


def _held(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute(f"select distinct filename from {LOADED}").fetchall()  # noqa: S608
    return {str(row[0]) for row in rows}


def _read(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, files: Sequence[str]
) -> Mapping[str, str]:
    """Fill the table; returns the faults of files that cannot be read to their end."""
    held: Sequence[str] | None = None

    def fill(some: Sequence[str]) -> dict[str, None]:
        nonlocal held
        _fill(connection, ledger, some)
        held = some
        return dict.fromkeys(some)

    good, faults = shape.each(fill, ledger, files)
    if held is None or list(held) != list(good):
        _fill(connection, ledger, tuple(good))
    return faults


def _fill(connection: duckdb.DuckDBPyConnection, ledger: Ledger, files: Sequence[str]) -> None:
    source = ledger_files.read_parquet(connection, [ledger.path(file) for file in files])
    connection.execute(f"create or replace temp table {LOADED} as select * from {source}")  # noqa: S608
