"""Read utterances and files: those of the newest runs, and any row of the items table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from history import addresses, sql
from history.words.key import parse_pairs
from history.words.records import Item, Variant

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class Side:
    """The utterances or files of one variant."""

    variant: str
    run_id: str
    items: tuple[Item, ...]
    """In order of name."""


Sides = dict[str, tuple[Side, ...]]
"""Address of a benchmark's page -> its variants."""


def read(connection: duckdb.DuckDBPyConnection, most: int) -> Sides:
    """Items of the newest runs by benchmark and variant, with repeats for the first ``most``."""
    rows = connection.execute(sql.query("items"), {"most": most}).fetchall()
    groups: dict[tuple[str, str, str], list[Item]] = {}
    for row in rows:
        one = item_of(row)
        key = (addresses.benchmark(one.suite, one.benchmark, one.params), row[3], row[4])
        groups.setdefault(key, []).append(one)
    found: dict[str, list[Side]] = {}
    for (page, variant, run_id), items in groups.items():
        found.setdefault(page, []).append(Side(variant, run_id, tuple(items)))
    return {page: tuple(sides) for page, sides in found.items()}


def item_of(row: Sequence[Any]) -> Item:
    """An item without the metrics that were excluded from its run.

    ``row`` is suite, benchmark, params, variant, run id, item, facts, values, samples, fingerprint,
    text, and the excluded metrics, as in ``items.sql`` and ``export_items.sql``.
    """
    suite, benchmark, params, variant, _, item, facts, values, samples, *rest = row[:12]
    fingerprint, text, left_out = rest
    numbers = msgspec.json.decode(values, type=dict[str, float])
    repeats = msgspec.json.decode(samples, type=dict[str, tuple[float, ...]])
    return Item(
        suite=suite,
        benchmark=benchmark,
        params=parse_pairs(params),
        variant=msgspec.convert(parse_pairs(variant), Variant),
        item=item,
        facts=msgspec.json.decode(facts, type=dict[str, float | int | str]),
        values=_counting(numbers, left_out),
        samples=_counting(repeats, left_out),
        fingerprint=fingerprint,
        text=text,
    )


def _counting(named: dict[str, _One], left_out: Sequence[str]) -> dict[str, _One]:
    return {name: one for name, one in named.items() if name not in left_out}
