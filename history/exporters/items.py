"""Read the items of the newest run of a suite back as records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from history import sql
from history.errors import UsageError
from history.records import Item, Variant, parse_pairs

if TYPE_CHECKING:
    import duckdb


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
    items = tuple(
        Item(
            suite=row[0],
            benchmark=row[1],
            params=parse_pairs(row[2]),
            variant=msgspec.convert(parse_pairs(row[3]), Variant),
            item=row[4],
            facts=msgspec.json.decode(row[5], type=dict[str, float | int | str]),
            values=msgspec.json.decode(row[6], type=dict[str, float]),
            samples=msgspec.json.decode(row[7], type=dict[str, tuple[float, ...]]),
            fingerprint=row[8],
            text=row[9],
        )
        for row in rows
    )
    return Items(rows[0][10], rows[0][11].replace(tzinfo=UTC), rows[0][12], items)
