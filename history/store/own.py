"""Add a run file that this process has just written, without reading it again.

The rows come from the columns that the file was written from, by the query that wrote it. They are
held against the same rules as those of any other file.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from history.store import checksum, codec, relations, rivals
from history.store.admission import content, identity, shape
from history.store.admit import TABLE
from history.store.ledger import Damaged

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import duckdb

    from history.store.batch import Batch
    from history.store.ledger import Ledger
    from history.store.run_file import Tables
    from history.words.metrics import Metric


FEW_POINTS: Final = 20_000
"""Rows of as many points are a table: to plan the view anew costs each question more than them."""


class Own(NamedTuple):
    """Results that were written, and the names of their files in the order of their parts."""

    files: tuple[str, ...]
    batch: Batch
    extra_metrics: Mapping[str, Metric] | None
    """The project's own, by name."""
    parts: tuple[tuple[int, ...], ...]
    """Places of the runs of each file."""


def show(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    file: str,
    batch: Batch,
    extra_metrics: Mapping[str, Metric] | None,
) -> tuple[Tables, tuple[Damaged, ...]]:
    """Make the rows of a file what ``admit`` makes of them when it reads it; of many, a view.

    Returns the tables that it stands on, and the file where it is not what a run file must be.
    """
    from history.store import run_file, sound

    batch = sound.in_kept_units(batch, extra_metrics)
    tables = run_file.Tables(connection, batch, extra_metrics)
    path = str(ledger.path(file))
    is_small = len(batch) <= FEW_POINTS
    if is_small:
        _relation(connection, "table", tables.columns(), tables.rows(), path)
        found = _fault(connection, ledger)
    else:
        few = tables.rows(tables.telling())
        _relation(connection, "view", tables.columns(), few, path)
        found = _fault(connection, ledger)
        _relation(connection, "view", tables.columns(), tables.rows(), path)
    kinds = {name: codec.COLUMNS[name] for name in tables.columns()}
    found = shape.fault_of(connection, TABLE, ledger, file, kinds, is_small=is_small) or found
    return tables, (Damaged(file, found),) if found else ()


def _fault(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> str:
    """What is wrong with the rows that are shown, if anything."""
    found = identity.faults(connection, TABLE, {})
    found |= content.faults(connection, TABLE, ledger.limits, datetime.now(tz=UTC))
    found |= rivals.faults(connection, TABLE, ledger)
    return next(iter(found.values()), "")


def _relation(
    connection: duckdb.DuckDBPyConnection, kind: str, columns: Collection[str], rows: str, path: str
) -> None:
    listed = ", ".join(
        name if name in columns else f"null::{kind} as {name}"
        for name, kind in codec.COLUMNS.items()
    )
    relations.drop(connection, TABLE)
    connection.execute(
        f"create temp {kind} {TABLE} as select {listed}, {checksum.text(path)} as filename"  # noqa: S608
        f" from ({rows})"
    )
