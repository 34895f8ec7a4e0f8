"""Read utterances and files of the newest runs, for the pages of their benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from history import sql
from history.records import Item, Variant, parse_pairs
from site_gen.slugs import benchmark_path

if TYPE_CHECKING:
    import duckdb

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
    rows = connection.execute(sql.query("site_items"), {"most": MOST}).fetchall()
    groups: dict[tuple[str, str, str], list[Item]] = {}
    for suite, name, params, variant, run_id, *rest in rows:
        pairs = parse_pairs(params)
        key = (benchmark_path(suite, name, pairs), variant, run_id)
        item, facts, values, samples, fingerprint, content = rest
        groups.setdefault(key, []).append(
            Item(
                suite=suite,
                benchmark=name,
                params=pairs,
                variant=msgspec.convert(parse_pairs(variant), Variant),
                item=item,
                facts=msgspec.json.decode(facts, type=dict[str, float | int | str]),
                values=msgspec.json.decode(values, type=dict[str, float]),
                samples=msgspec.json.decode(samples, type=dict[str, tuple[float, ...]]),
                fingerprint=fingerprint,
                text=content,
            )
        )
    found: dict[str, list[Side]] = {}
    for (path, variant, run_id), items in groups.items():
        found.setdefault(path, []).append(Side(variant, run_id, tuple(items)))
    return {path: tuple(sides) for path, sides in found.items()}
