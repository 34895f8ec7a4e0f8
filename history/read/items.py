"""Turn a row of the items table into a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from history.words.key import parse_pairs
from history.words.records import Item, Variant

if TYPE_CHECKING:
    from collections.abc import Sequence

_One = TypeVar("_One")


def item_of(row: Sequence[Any]) -> Item:
    """An item without the values of the metrics that were left out of its run.

    ``row`` is suite, benchmark, params, variant, run id, item, facts, values, samples, fingerprint,
    text, and the metrics left out, as ``items.sql`` and ``export_items.sql`` give them.
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
