"""Hash the rows of a run file that is about to be written, from the columns it is written from."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from history.store import codec, column_hash
from history.store.batch import Lists
from history.store.column_hash import NumberLists, Numbers
from history.store.places import ranked
from history.words.records import RunKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import duckdb

    from history.store.batch import Batch, Ints

_ROW_OF_POINT = "if(pairs.is_duet, 'duet point', 'point')"


def of_rows(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    series: Ints,
    numbers: Mapping[str, Numbers | NumberLists],
    tables: Mapping[str, Collection[str]],
) -> str:
    """The hash of the rows in hex, see ``column_hash``.

    ``series`` has the place of each point's series, ``numbers`` the columns of points that are
    numbers, and ``tables`` the columns of ``run_rows``, ``series_rows``, ``said_rows`` and
    ``item_rows``, which stand at the connection and have a ``place``.
    """
    groups = _texts(connection, "run_rows", column_hash.group_text(tables["run_rows"]))
    own = {name: codec.COLUMNS[name] for name in tables["run_rows"]}
    of_runs = _texts(connection, "run_rows", column_hash.row_text(own))
    of_points, pair = _of_points(connection, batch, series, tables)
    of_items: list[bytes] = []
    if batch.items:
        columns = [name for name in tables["item_rows"] if name != "run"]
        source = f"(select place, 'item' as row, {', '.join(columns)} from item_rows)"  # noqa: S608
        about = {name: codec.COLUMNS[name] for name in ("row", *columns)}
        of_items = _texts(connection, source, column_hash.row_text(about))
    further = len(of_runs) + len(of_items)
    rows = column_hash.Rows(
        groups=groups,
        names=[*of_points, *of_runs, *of_items],
        group=_joined(batch.run, range(len(groups)), [run for run, _ in batch.items]),
        name=_joined(pair, range(len(of_points), len(of_points) + further)),
        columns={name: _longer(column, further) for name, column in numbers.items()},
    )
    return column_hash.of_groups(column_hash.of_rows(rows))


def _of_points(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    series: Ints,
    tables: Mapping[str, Collection[str]],
) -> tuple[list[bytes], Ints]:
    """SHA-256 of each different text of a point, and (n,) which one it has."""
    if not len(batch):
        return [], series
    is_duet = np.array([run.kind is RunKind.DUET for run in batch.runs], dtype=np.int64)
    said = len(batch.said)
    different, pair = ranked((series * said + batch.about) * 2 + is_duet[batch.run])
    connection.register(
        "hashed_pairs",
        {
            "place": np.arange(different.size),
            "series": different // 2 // said,
            "about": different // 2 % said,
            "is_duet": different % 2 == 1,
        },
    )
    columns = [*tables["series_rows"], *tables["said_rows"]]
    source = (
        f"(select pairs.place, {_ROW_OF_POINT} as row, {', '.join(columns)}"  # noqa: S608
        " from hashed_pairs as pairs join series_rows on series_rows.place = pairs.series"
        " join said_rows on said_rows.place = pairs.about)"
    )
    kinds = {name: codec.COLUMNS[name] for name in ("row", *columns)}
    try:
        return _texts(connection, source, column_hash.row_text(kinds)), pair
    finally:
        connection.unregister("hashed_pairs")


def _texts(connection: duckdb.DuckDBPyConnection, source: str, text: str) -> list[bytes]:
    """SHA-256 of the text of each row of a source, by place; ``text`` is SQL."""
    rows = connection.execute(f"select {text} from {source} order by place").fetchall()  # noqa: S608
    return [sha256(one.encode()).digest() for (one,) in rows]


def _joined(*parts: Any) -> Ints:  # noqa: ANN401 - arrays and whatever becomes one
    return np.concatenate([np.asarray(part, dtype=np.int64) for part in parts])


def _longer(column: Numbers | NumberLists, further: int) -> Numbers | NumberLists:
    """The same with rows behind it that have no number."""
    there = np.concatenate([column.there, np.zeros(further, dtype=np.bool_)])
    if isinstance(column, Numbers):
        return Numbers(
            np.concatenate([column.values, np.zeros(further, column.values.dtype)]), there
        )
    flat, starts = column.lists
    starts = np.concatenate([starts, np.full(further, starts[-1])])
    return NumberLists(Lists(flat, starts), there, column.filled)
