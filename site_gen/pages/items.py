"""Build the table of a benchmark's utterances or files."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from history.items import utterances
from history.report.wording import comparisons, names, numbers, sizes
from history.stats.summary import IntervalMethod, median_interval
from history.words.metrics import find, headline, shown_in
from site_gen.pages import variant_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.read.items import Side
    from history.words.records import Item

MOST = 200
"""Most items that pages list; fits and comparisons use all of them."""
MOST_VARIANTS = 4
FEWEST_SAMPLES = 2
"""Fewest repeats for a spread."""
_FACTS = (
    ("duration_s", "Duration"),
    ("frames", "T"),
    ("states", "S"),
    ("ts_product", "T × S"),
    ("characters", "Characters"),
    ("words", "Words"),
    ("tokens", "Tokens"),
    ("chunks", "Chunks"),
    ("wer", "Word error rate"),
)
"""Facts of an item beside its times, shown if any item has them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The time of one variant for one item."""

    value: str
    interval: str = ""
    change: str = ""
    """Change from the first variant."""
    reason: str = ""
    """Why there is no number."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item."""

    name: str
    facts: tuple[str, ...]
    cells: tuple[Cell, ...]
    same: str
    """``same`` or ``differs`` if outputs can be compared, else empty."""


@dataclass(frozen=True, slots=True)
class PairLine:
    """Two variants over all items both have."""

    base: str
    head: str
    n: int
    ratio: str
    interval: str
    effect: str
    """Cliff's delta, from -1 to 1; negative where the second way takes less."""
    p: str
    outputs: str
    """``7 of 8 outputs equal``, or empty."""


@dataclass(frozen=True, slots=True)
class ItemReport:
    """The table and its summary."""

    metric: str
    titles: tuple[str, ...]
    """Titles of the variants, the reference variant first."""
    facts: tuple[str, ...]
    rows: tuple[Row, ...]
    total: int
    pairs: tuple[PairLine, ...]
    has_outputs: bool


def build(sides: Sequence[Side], hidden: frozenset[tuple[str, str]]) -> ItemReport | None:
    """The report, or None when no item has a value."""
    by_variant = {side.variant: {item.item: item for item in side.items} for side in sides}
    order = variant_pairs.ranked(by_variant)[:MOST_VARIANTS]
    metrics = {name for side in sides for item in side.items for name in item.values}
    if not metrics:
        return None
    metric = headline(metrics)
    listed = sorted({name for variant in order for name in by_variant[variant]})
    shown = listed[:MOST]
    rows = [
        _row(name, [by_variant[variant].get(name) for variant in order], metric) for name in shown
    ]
    keys = [
        key for key, _ in _FACTS if any(key in item.facts for side in sides for item in side.items)
    ]
    titles = tuple(names.variant(variant, hidden) for variant in order)
    return ItemReport(
        metric=metric,
        titles=titles,
        facts=tuple(title for key, title in _FACTS if key in keys),
        rows=tuple(
            Row(name, _facts(name, by_variant, order, keys), cells, same)
            for name, cells, same in rows
        ),
        total=len(listed),
        pairs=tuple(
            line
            for place, variant in enumerate(order[1:], 1)
            if (line := _pair(by_variant, (order[0], variant), (titles[0], titles[place]), metric))
        ),
        has_outputs=any(same for _, _, same in rows),
    )


def _row(name: str, items: Sequence[Item | None], metric: str) -> tuple[str, tuple[Cell, ...], str]:
    base = items[0].values.get(metric, math.nan) if items[0] is not None else math.nan
    cells = tuple(
        _cell(item, metric, base if place else math.nan) for place, item in enumerate(items)
    )
    prints = [item.fingerprint for item in items if item is not None and item.fingerprint]
    same = ""
    if len(prints) > 1:
        same = "same" if len(set(prints)) == 1 else "differs"
    return name, cells, same


def _cell(item: Item | None, metric: str, base: float) -> Cell:
    if item is None:
        return Cell(numbers.MISSING, reason="not run")
    value = item.values.get(metric)
    if value is None:
        return Cell(numbers.MISSING, reason=str(item.facts.get("error", "no number")))
    unit = shown_in(metric, find(metric).unit)
    samples = item.samples.get(metric, ())
    spread = ""
    if len(samples) >= FEWEST_SAMPLES:
        found = median_interval(samples)
        is_range = found.method is IntervalMethod.RANGE
        spread = numbers.interval(found.low, found.high, unit, is_range=is_range)
    change = sizes.beside(metric, find(metric).unit, base, value)
    return Cell(numbers.value(value, unit), spread, change)


def _facts(
    name: str,
    by_variant: Mapping[str, Mapping[str, Item]],
    order: Sequence[str],
    keys: Sequence[str],
) -> tuple[str, ...]:
    """Facts of an item; differing values of variants are all listed."""
    found = []
    for key in keys:
        said = [
            item.facts[key]
            for variant in order
            if (item := by_variant[variant].get(name)) is not None and key in item.facts
        ]
        words = dict.fromkeys(_fact(key, one) for one in said)
        found.append(" / ".join(words) or numbers.MISSING)
    return tuple(found)


def _fact(key: str, said: float | str) -> str:
    if isinstance(said, str):
        return said[:40]
    if key.endswith("_s"):
        return numbers.value(float(said), "s")
    if key == "wer":
        return numbers.value(float(said), shown_in(key, find(key).unit))
    return numbers.value(float(said), "")


def _pair(
    by_variant: Mapping[str, Mapping[str, Item]],
    variants: tuple[str, str],
    titles: tuple[str, str],
    metric: str,
) -> PairLine | None:
    before, after = (tuple(by_variant[variant].values()) for variant in variants)
    try:
        found = utterances.compare(before, after, metric)
    except ValueError:
        return None
    compared = found.same_output + len(found.different)
    return PairLine(
        base=titles[0],
        head=titles[1],
        n=found.n,
        ratio=numbers.times(found.ratio),
        interval=numbers.times_between(found.low, found.high),
        effect=comparisons.delta(found.cliffs_delta),
        p=numbers.chance(found.p, "p") if math.isfinite(found.p) else "",
        outputs=f"{found.same_output} of {compared} outputs equal" if compared else "",
    )
