"""Put a long batch before the history without making a row of each of its points.

Rules about single rows, and about which rows a run may have, hold for all points where they hold
for those that tell something which no point before them does. The others are numbers, of which the
table of points is made at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from history.store import codec
from history.store.admission import shape
from history.store.batch import NUMBERS
from history.store.places import firsts, ranked
from history.words.records import RunKind, Status

if TYPE_CHECKING:
    import duckdb

    from history.store.batch import Batch, Ints
    from history.store.run_file import Tables

FEW_POINTS: Final = 20_000
"""A batch with no more is no long one: its rows cost less than what is done to do without."""
_KEPT: Final = (
    *("series_key", "run_key", "status", "reason", "value", "low", "high", "n", "aggregate"),
    *("interval_method", "q1", "q3", "minimum", "maximum", "samples_ns", "samples", "cpu_ns"),
    *("preempted", "rounds", "warnings", "qualifier", "fingerprint", "processes"),
)
"""Columns of the table of points."""
_EMPTY: Final = {"aggregate": "''", "interval_method": "''", "warnings": "[]"}
"""What stands in them where nothing is said."""


def is_long(batch: Batch) -> bool:
    """Whether it is one: many points, none of a duet."""
    return len(batch) > FEW_POINTS and all(run.kind is not RunKind.DUET for run in batch.runs)


def telling(batch: Batch) -> Ints:
    """Places of the points that tell something that no point before them does, rising.

    The first of each run, of each series and of all that is said beside numbers; those of a series
    that its run has twice; those with lists; and those whose numbers no point may have.
    """
    different, series = batch.series()
    found = [firsts(of)[1] for of in (batch.run, batch.about, series)]
    _, pair = ranked(batch.run * len(different) + series)
    found.append(np.flatnonzero(np.bincount(pair)[pair] > 1))
    measured = np.array([one.status is Status.MEASURED for one in batch.said], dtype=np.bool_)
    odd = (batch.n < 0) | (measured[batch.about] != np.isfinite(batch.value))
    for lists in batch.lists.values():
        odd |= lists.lengths() > 0
    found.append(np.flatnonzero(odd))
    return np.unique(np.concatenate(found)).astype(np.int64)


def names_series_once(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether no series stands in ``series_rows`` twice, as one of which two units are told."""
    query = "select count(*) = count(distinct series_id) from series_rows"
    return connection.execute(query).fetchall() == [(True,)]


def further_bytes(
    connection: duckdb.DuckDBPyConnection, tables: Tables, batch: Batch, few: Ints
) -> int:
    """Bytes of the texts of all points but few, as ``shape.sums`` counts them."""
    rest = np.ones(len(batch), dtype=np.bool_)
    rest[few] = False
    places = {
        "run_rows": batch.run[rest],
        "series_rows": batch.series()[1][rest],
        "said_rows": batch.about[rest],
    }
    size = len("point") * int(rest.sum())
    for table, columns in tables.of_points().items():
        sums = shape.sums({name: codec.COLUMNS[name] for name in columns if name != "row"})
        rows = connection.execute(
            f"select {sums} from {table} group by place order by place"  # noqa: S608
        ).fetchall()
        times = np.bincount(places[table], minlength=len(rows)).tolist()
        size += sum(int(row[2]) * often for row, often in zip(rows, times, strict=True))
    return size


def insert(connection: duckdb.DuckDBPyConnection, tables: Tables, batch: Batch) -> None:
    """Add all points to the table of points, sorted by series and run; inside a transaction.

    Their runs and series are there already, and none has lists; ``tables`` are those of the few.
    """
    series_keys = _keys(connection, "series_rows join series using (series_id)", "series_key")
    run_keys = _keys(connection, "run_rows join runs using (run_id)", "run_key")
    series, run = series_keys[batch.series()[1]], run_keys[batch.run]
    order = np.lexsort((run, series))
    columns: dict[str, Any] = {
        "series_key": series[order],
        "run_key": run[order],
        "about": batch.about[order],
        "n": batch.n[order],
        "value": batch.value[order],
        **{name: column[order] for name, column in batch.numbers.items()},
    }
    numbers = {"value", *NUMBERS}
    said = tables.of_points()["said_rows"]
    listed = []
    for name in _KEPT:
        if name in said:
            empty = _EMPTY.get(name)
            listed.append(f"coalesce(said_rows.{name}, {empty})" if empty else f"said_rows.{name}")
        elif name in numbers and name in columns:
            listed.append(f"if(isfinite({name}), {name}, null)")
        elif name in columns:
            listed.append(f"{name}::integer")
        else:
            listed.append(_EMPTY.get(name, "null"))
    connection.register("own_points", columns)
    try:
        # Two threads wait for each other longer than they work.
        connection.execute("set threads = 1")
        connection.execute(
            f"insert into points ({', '.join(_KEPT)})"  # noqa: S608
            f" select {', '.join(listed)} from own_points"
            " join said_rows on said_rows.place = own_points.about"
        )
    finally:
        connection.execute("reset threads")
        connection.unregister("own_points")


def _keys(connection: duckdb.DuckDBPyConnection, source: str, key: str) -> Ints:
    """Place of a row to its key; rows of other kinds have none."""
    found = connection.execute(f"select place, {key} as key from {source}").fetchnumpy()  # noqa: S608
    place, keys = (np.ma.getdata(np.asanyarray(found[name])) for name in ("place", "key"))
    of_place = np.full(int(place.max()) + 1, -1, dtype=np.int64)
    of_place[place] = keys
    return of_place
