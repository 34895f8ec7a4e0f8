"""Hash the rows of many points, whose texts are assembled from shared parts.

DuckDB makes the text of every value, so a row has the hash that ``checksum`` tells of; but for a
text of some 700 bytes it takes several times as long as OpenSSL.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import groupby, pairwise, repeat
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import numpy as np

from history.store import checksum

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from history.store.batch import Batch, Ints

_MARK: Final = "\x1e"
_RUNS: Final = "run_rows"
_SERIES: Final = "series_rows"
_POINTS: Final = "points"
_AT_ONCE: Final = 20_000
"""Points of which texts of their own are there together: memory does not grow with a file."""
_MOST_KEPT: Final = 8
"""Sets of points whose texts are kept: a machine measures the same series run after run."""

Column = list[bytes]


class _Part(NamedTuple):
    """Columns that stand beside each other in the text of a row, and that one table has."""

    table: str
    text: str
    """SQL of what they are in the text, with the mark before it; empty where all are NULL."""


def of_points(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    series: Ints,
    pairs: Mapping[str, str],
    owners: Mapping[str, str],
) -> Column:
    """The hash of the row of every point, in the order of the points.

    ``pairs`` has SQL of the text of every column, by name, and ``owners`` the table of each:
    ``run_rows``, ``series_rows`` or ``said_rows``, which have a ``place``, or ``points``, which is
    ``point_rows`` in the order of the batch. ``series`` has the place of each point's series.
    """
    parts = [
        _Part(table, checksum.behind_others(pairs[name] for name in names))
        for table, names in groupby(sorted(owners), owners.__getitem__)
    ]
    texts = _texts(connection, parts)
    machine = _machines(batch)
    is_shared = [_is_shared(part, own, machine) for part, own in zip(parts, texts, strict=True)]
    kept: dict[tuple[int, bytes], list[Column]] = {}
    found: Column = []
    of_point: list[Column] = []
    start = read = 0  # points from the one up to the other are there
    for run, (first, end) in enumerate(pairwise(batch.points_of_runs().tolist())):
        if first == end:
            continue
        if end > read:
            start, read = first, max(end, first + _AT_ONCE)
            of_point = _of_point(connection, parts, start, read)
        places = np.stack((series[first:end], batch.about[first:end]))
        known = machine[run], places.tobytes()
        if known not in kept:
            if len(kept) == _MOST_KEPT:
                kept.clear()
            kept[known] = _shared(parts, texts, is_shared, run, places.tolist())
        shared, own = iter(kept[known]), iter(of_point)
        part = slice(first - start, end - start)
        columns: list[Iterable[bytes]] = []
        for is_one, some in groupby(range(len(parts)), is_shared.__getitem__):
            if is_one:
                columns.append(next(shared))
            else:
                columns += [
                    next(own)[part] if parts[at].table == _POINTS else repeat(texts[at][run])
                    for at in some
                ]
        rows = map(b"".join, zip(*columns, strict=False))
        found += [sha256(row[1:]).digest() for row in rows]
    return found


def _texts(connection: duckdb.DuckDBPyConnection, parts: Sequence[_Part]) -> list[Column]:
    """Each part as the rows of its table have it, by place; nothing of points."""
    found: list[Column] = [[] for _ in parts]
    for table in dict.fromkeys(part.table for part in parts):
        if table != _POINTS:
            places = [at for at, part in enumerate(parts) if part.table == table]
            listed = ", ".join(parts[at].text for at in places)
            query = f"select {listed} from {table} order by place"  # noqa: S608
            rows = connection.execute(query).fetchall()
            for at, column in zip(places, zip(*rows, strict=True), strict=True):
                found[at] = [text.encode() for text in column]
    return found


def _of_point(
    connection: duckdb.DuckDBPyConnection, parts: Sequence[_Part], first: int, end: int
) -> list[Column]:
    """Each part that points have of their own, for those from one place up to another."""
    own = [part.text for part in parts if part.table == _POINTS]
    listed = ", ".join(f"{text} as c{place}" for place, text in enumerate(own))
    columns = connection.execute(
        f"select {listed} from point_rows as points where rowid >= {first} and rowid < {end}"  # noqa: S608
    ).fetchnumpy()
    # No number has this mark in its text, so all are made bytes at once.
    found = [cast("list[str]", column.tolist()) for column in columns.values()]
    return [_MARK.join(column).encode().split(_MARK.encode()) for column in found]


def _machines(batch: Batch) -> list[int]:
    """The machine of each run, as a number."""
    known: dict[object, int] = {}
    return [known.setdefault(run.machine, len(known)) for run in batch.runs]


def _is_shared(part: _Part, texts: Column, machine: Sequence[int]) -> bool:
    """Whether points of one series and outcome on one machine have it alike, whatever their run."""
    if part.table != _RUNS:
        return part.table != _POINTS
    return len(set(zip(machine, texts, strict=True))) == len(set(machine))


def _shared(
    parts: Sequence[_Part],
    texts: Sequence[Column],
    is_shared: Sequence[bool],
    run: int,
    places: Sequence[Sequence[int]],
) -> list[Column]:
    """What points have alike with those of other runs, for each stretch of parts of that kind.

    ``places`` are those of the series, and of what is said, of each point.
    """
    found = []
    for is_one, some in groupby(range(len(parts)), is_shared.__getitem__):
        if is_one:
            columns = [
                [texts[at][run]] * len(places[0])
                if parts[at].table == _RUNS
                else [texts[at][place] for place in places[parts[at].table != _SERIES]]
                for at in some
            ]
            found.append([b"".join(of_it) for of_it in zip(*columns, strict=True)])
    return found
