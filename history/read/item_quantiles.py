"""Read the quantiles of times over utterances or files."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from history import sql
from history.items.quantiles import OverItems, over_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb

_ROWS = 4_096
"""Rows read at a time: a nightly run over a large data set has thousands of items."""


class Which(NamedTuple):
    """One metric of one benchmark and variant."""

    suite: str
    benchmark: str
    params: str
    variant: str
    metric: str


OfRun = dict[Which, OverItems]


def of_runs(connection: duckdb.DuckDBPyConnection, runs: Iterable[str]) -> dict[str, OfRun]:
    """Id of a run -> quantiles of its metrics over items; runs without items are left out."""
    asked = {"runs": list(runs)}
    found: dict[str, OfRun] = {}
    if not asked["runs"]:
        return found
    rows = _rows(connection.execute(sql.query("compare_items"), asked))
    for (run_id, suite, benchmark, params, variant), items in groupby(
        rows, key=itemgetter(0, 1, 2, 3, 4)
    ):
        values: dict[str, list[float]] = {}
        for item in items:
            for metric, value in orjson.loads(item[6]).items():
                values.setdefault(metric, []).append(value)
        spread = {
            Which(suite, benchmark, params, variant, metric): one
            for metric, own in values.items()
            if (one := over_items(metric, own)) is not None
        }
        if spread:
            found.setdefault(run_id, {}).update(spread)
    return found


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while some := cursor.fetchmany(_ROWS):
        yield from some
