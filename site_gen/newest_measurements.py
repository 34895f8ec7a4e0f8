"""Read the newest measurements with samples and items, to compare variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history import addresses
from history.compare import select

if TYPE_CHECKING:
    import duckdb

    from history.compare.results import Measurement
    from history.read.view import View

Measured = dict[tuple[str, str, str], dict[str, "Measurement"]]
"""(path of the benchmark, metric, machine) to variant to its newest measurement."""


def read(connection: duckdb.DuckDBPyConnection, history: View) -> Measured:
    """The newest measurement of every series: one query for points and one for items."""
    newest_of = (trend.runs[trend.measured[-1]] for trend in history.series if trend.measured.size)
    runs = sorted({history.runs[int(place)].run_id for place in newest_of})
    newest = select.measurements(
        connection,
        select.Side("the newest runs", tuple(runs)),
        select.Filter(),
        left_out=frozenset(),
    )
    found: Measured = {}
    for one in newest.by_key.values():
        if one.value is not None:
            path = addresses.benchmark_of(one.key)
            found.setdefault((path, one.key.metric, one.key.machine), {})[one.key.variant] = one
    return found
