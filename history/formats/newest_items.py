"""Read the items of the newest run of a suite back as records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from history import sql
from history.read.items import item_of
from history.words.errors import UsageError

if TYPE_CHECKING:
    import duckdb

    from history.words.records import Item


class Items(NamedTuple):
    """Items of one run."""

    run_id: str
    started_at: datetime
    commit: str
    items: tuple[Item, ...]


def newest(connection: duckdb.DuckDBPyConnection, suite: str) -> Items:
    """Items of the newest run that has any of this suite. Raises UsageError when none has."""
    rows = connection.execute(sql.query("export_items"), {"suite": suite}).fetchall()
    if not rows:
        raise UsageError(
            f"the history holds no utterances or files of the suite {suite}.",
            hint=f"Run `soundmark collect {suite}` first.",
        )
    items = tuple(map(item_of, rows))
    return Items(rows[0][4], rows[0][12].replace(tzinfo=UTC), rows[0][13], items)
