"""Add a run file that this process has just written, without reading it again.

The rows come from the columns that the file was written from, by the query that wrote it. They are
held against the same rules as those of any other file.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history.sql import quoted
from history.store import codec, long_batch, rivals
from history.store.admission import content, identity, shape
from history.store.ledger import Damaged
from history.store.relations import LOADED, SHOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from history.store.batch import Batch
    from history.store.ledger import Ledger
    from history.store.run_file import Tables
    from history.words.metrics import Metric


class Own(NamedTuple):
    """Results that were written, and the names of their files in the order of their parts."""

    files: tuple[str, ...]
    batch: Batch
    extra_metrics: Mapping[str, Metric] | None
    """The project's own, by name."""
    parts: tuple[tuple[int, ...], ...]
    """Places of the runs of each file."""


class Shown(NamedTuple):
    """What stands before the history."""

    tables: Tables
    """What the rows stand on."""
    damaged: tuple[Damaged, ...]
    """The file where it is not what a run file must be."""
    batch: Batch
    """In the units of the record."""
    is_whole: bool
    """Whether all rows stand there; else those of the points that tell something new."""
    source: str = LOADED
    """Name of the relation of the rows."""


def show(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    file: str,
    batch: Batch,
    extra_metrics: Mapping[str, Metric] | None,
) -> Shown:
    """Make the rows of a file what ``admit`` makes of them when it reads it; of a long one, few."""
    from history.store import run_file, sound

    batch = sound.in_kept_units(batch, extra_metrics)
    path = str(ledger.path(file))
    few = long_batch.telling(batch) if long_batch.is_long(batch) else np.arange(len(batch))
    tables = run_file.Tables(connection, batch.take(few), extra_metrics)
    _relation(connection, f"table {LOADED}", tables, path)
    found = _fault(connection, ledger)
    kinds = {name: codec.COLUMNS[name] for name in tables.columns()}
    rows = len(batch) - few.size
    more = (rows, long_batch.further_bytes(connection, tables, batch, few) if rows else 0)
    found = shape.fault_of(connection, ledger, file, kinds, more) or found
    shown = Shown(tables, (Damaged(file, found),) if found else (), batch, not rows)
    if rows and (batch.lists or not long_batch.names_series_once(connection)):
        return show_whole(connection, ledger, file, shown, extra_metrics)
    return shown


def show_whole(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    file: str,
    shown: Shown,
    extra_metrics: Mapping[str, Metric] | None,
) -> Shown:
    """Make it all rows after all."""
    from history.store import run_file

    shown.tables.drop()
    tables = run_file.Tables(connection, shown.batch, extra_metrics)
    _relation(connection, f"view {SHOWN}", tables, str(ledger.path(file)))
    return shown._replace(tables=tables, is_whole=True, source=SHOWN)


def _fault(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> str:
    """What is wrong with the rows that are shown, if anything."""
    found = identity.faults(connection, {})
    found |= content.faults(connection, ledger.limits, datetime.now(tz=UTC))
    found |= rivals.faults(connection, ledger)
    return next(iter(found.values()), "")


def _relation(connection: duckdb.DuckDBPyConnection, name: str, tables: Tables, path: str) -> None:
    """Make the rows a table or a view of this name, with every column of the codec."""
    columns = tables.columns()
    listed = ", ".join(
        column if column in columns else f"null::{kind} as {column}"
        for column, kind in codec.COLUMNS.items()
    )
    connection.execute(
        f"create or replace temp {name} as select {listed}, {quoted.text(path)} as filename"  # noqa: S608
        f" from ({tables.rows()})"
    )
