"""Read the values of the same utterances or files in the newest two runs of each machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from history import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from history.read.runs import Run
    from history.read.view import View

Work = tuple[str, str, str, str]
"""Suite, benchmark, parameters and variant."""
Values = dict[str, dict[str, float]]
"""Name of an item -> its metrics, in base units."""


class ItemPair(NamedTuple):
    """Two runs of one machine that have items."""

    base: Run
    head: Run
    works: Mapping[Work, tuple[Values, Values]]
    """The works that both measured; base first."""


def newest(connection: duckdb.DuckDBPyConnection, view: View) -> tuple[ItemPair, ...]:
    """The newest run with items of each machine, and the one before it at an ancestor.

    Where ancestors are not known, one of its own branch or the main one. A machine without two such
    runs, and two runs with no work in common, are left out.
    """
    having = {row[0] for row in connection.execute(sql.query("item_runs")).fetchall()}
    runs = [one for one in view.counting if one.run_id in having and not one.abandoned]
    found = []
    for machine in sorted({one.machine.label for one in runs}):
        head = [one for one in runs if one.machine.label == machine][-1]
        is_before = view.ancestry.presumed(head.position)
        earlier = [
            one
            for one in runs
            if one.machine.label == machine
            and one.commit.sha != head.commit.sha
            and is_before[one.position]
        ]
        if earlier and (works := _read(connection, earlier[-1], head)):
            found.append(ItemPair(earlier[-1], head, works))
    return tuple(found)


def _read(
    connection: duckdb.DuckDBPyConnection, base: Run, head: Run
) -> dict[Work, tuple[Values, Values]]:
    asked = {"runs": [base.run_id, head.run_id]}
    sides: dict[str, dict[Work, Values]] = {base.run_id: {}, head.run_id: {}}
    for run_id, *work, item, values in connection.execute(
        sql.query("compare_items"), asked
    ).fetchall():
        sides[run_id].setdefault(tuple(work), {})[item] = orjson.loads(values)
    before, after = sides[base.run_id], sides[head.run_id]
    return {work: (before[work], after[work]) for work in after if work in before}
