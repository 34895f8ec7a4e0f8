"""Read utterances and files of the newest runs, for the pages of their benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from history import addresses, sql
from history.read.items import item_of

if TYPE_CHECKING:
    import duckdb

    from history.words.records import Item

MOST = 200
"""Items of a benchmark that pages list; fits and comparisons use all of them."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one variant made of its utterances or files."""

    variant: str
    run_id: str
    items: tuple[Item, ...]
    """In order of name."""


Sides = dict[str, tuple[Side, ...]]
"""Path of a benchmark to its variants."""


def read(connection: duckdb.DuckDBPyConnection) -> Sides:
    """Items by benchmark and variant: one query for the whole site."""
    rows = connection.execute(sql.query("items"), {"most": MOST}).fetchall()
    groups: dict[tuple[str, str, str], list[Item]] = {}
    for row in rows:
        one = item_of(row)
        key = (addresses.benchmark(one.suite, one.benchmark, one.params), row[3], row[4])
        groups.setdefault(key, []).append(one)
    found: dict[str, list[Side]] = {}
    for (path, variant, run_id), items in groups.items():
        found.setdefault(path, []).append(Side(variant, run_id, tuple(items)))
    return {path: tuple(sides) for path, sides in found.items()}
