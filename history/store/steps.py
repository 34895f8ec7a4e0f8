"""Add the rows of ``incoming`` to the tables of a history, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history import sql
from history.store import long_batch, one_unit
from history.store.incoming import Effect

if TYPE_CHECKING:
    import duckdb

    from history.store.own import Shown
    from history.store.relations import Kind

_STEPS: Final = {
    **dict.fromkeys(("append_machines", "append_commits", "append_environments"), ""),
    "append_runs": "run",
    "append_series": "",
    "append_points": "point",
    **dict.fromkeys(("append_texts", "append_items"), "item"),
    "append_exclusions": "exclusion",
    "append_duets": "duet",
    "append_duet_points": "duet point",
}
"""Queries in their order, each with the kind of its rows; empty where it reads several kinds."""
_TOLD: Final = {
    Effect.NOTHING: (),
    Effect.AGAIN: (),
    Effect.NEXT: ("append_lineage",),
    Effect.OTHER: ("append_commit_facts", "append_lineage"),
}
"""Queries that store what is told of commits, by the effect of the incoming runs."""


def append(
    connection: duckdb.DuckDBPyConnection, effect: Effect, kind: Kind, shown: Shown | None = None
) -> Kind:
    """Add the rows, and what they tell of commits; inside a transaction.

    ``kind`` is what ``incoming`` is, and what it has become is returned.
    Where ``shown`` is not whole, rows of most of its points are not in ``incoming``. A query about
    a kind of rows that is not there is left out, since planning it takes time too.
    """
    rows = connection.execute("select distinct row from incoming").fetchall()
    kinds = {"", *(kind for (kind,) in rows)}
    steps = [step for step, kind in _STEPS.items() if kind in kinds]
    for step in (*steps, *_TOLD[effect]):
        if step == "append_points" and shown is not None and not shown.is_whole:
            long_batch.insert(connection, shown.tables, shown.batch)
        else:
            connection.execute(sql.query(step))
        if step == "append_series":  # a new one takes the unit of its first point
            kind = one_unit.agree(connection, kind)
    return kind
