"""Draw a scatter plot of the times of the same utterances on two sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from history import addresses
from history.report.wording import names, numbers, sizes
from history.stats.scaling import residual_outliers
from history.words import units
from history.words.key import parse_pairs
from history.words.metrics import find, headline
from site_gen.charts import plane, svg
from site_gen.pages import variant_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markupsafe import Markup

    from history.read.item_pairs import ItemPair
    from history.read.items import Side
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context

MOST: Final = 24
"""Most pictures on the page."""
MOST_NAMED: Final = 6
FEWEST: Final = 3
"""Fewest items of a picture."""
OUTLIERS_FROM: Final = 10
"""Fewest items for outliers."""
LEAST: Final = 0.05
"""Least distance of an outlier from the median ratio: steady items scatter very little."""


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """One benchmark on two sides, item by item."""

    benchmark: Benchmark
    metric: str
    variant: str
    """The common pairs of both sides."""
    base: str
    head: str
    place: str
    """The machine; may be empty."""
    n: int
    """Items that both sides have."""
    lone: int
    """Number of items on one side only."""
    unit: str
    picture: Markup
    outliers: tuple[tuple[str, str], ...]
    """Outliers, each with its change; the farthest first."""
    more: int
    """Outliers that are not named."""

    @property
    def is_judged(self) -> bool:
        """Whether there are enough items for outliers."""
        return self.n >= OUTLIERS_FROM


def build(
    context: Context, pairs: Sequence[ItemPair], ways: Mapping[str, Sequence[Side]]
) -> tuple[tuple[Scatter, ...], int]:
    """The pictures, those of two runs first, and the number of further ones."""
    found = [*_runs(context, pairs), *_ways(context, ways)]
    return tuple(found[:MOST]), len(found) - len(found[:MOST])


def _runs(context: Context, pairs: Sequence[ItemPair]) -> Iterator[Scatter]:
    """The newest two runs of each machine."""
    for pair in pairs:
        for (suite, name, params, variant), (before, after) in sorted(pair.works.items()):
            page = context.by_path.get(addresses.benchmark(suite, name, parse_pairs(params)))
            labels = tuple(names.short(run.commit.sha) for run in (pair.base, pair.head))
            shown = names.variant(variant, context.shared)
            made = page and _scatter(
                page, (before, after), (labels[0], labels[1]), shown, pair.head.machine.label
            )
            if made:
                yield made


def _ways(context: Context, ways: Mapping[str, Sequence[Side]]) -> Iterator[Scatter]:
    """Two variants in one run."""
    for path, sides in sorted(ways.items()):
        by_variant = {one.variant: one for one in sides}
        for pair in variant_pairs.pairs(by_variant):
            base, head = by_variant[pair.base], by_variant[pair.head]
            if path not in context.by_path or base.run_id != head.run_id:
                continue
            values = tuple({one.item: one.values for one in side.items} for side in (base, head))
            labels = tuple(
                variant_pairs.title(one[place] for one in pair.differs) for place in (1, 2)
            )
            hidden = frozenset((key, value) for key, _, value in pair.differs) | context.shared
            made = _scatter(
                context.by_path[path],
                (values[0], values[1]),
                (labels[0], labels[1]),
                names.variant(pair.head, hidden),
                "",
            )
            if made:
                yield made


def _scatter(
    benchmark: Benchmark,
    values: tuple[Mapping[str, Mapping[str, float]], Mapping[str, Mapping[str, float]]],
    labels: tuple[str, str],
    variant: str,
    place: str,
) -> Scatter | None:
    """The picture, or None with too few common items."""
    before, after = values
    measured = {name for side in values for one in side.values() for name in one}
    if not measured:
        return None
    metric = headline(measured)
    both = [
        (name, before[name][metric], after[name][metric])
        for name in sorted(before.keys() & after.keys())
        if before[name].get(metric, 0.0) > 0 and after[name].get(metric, 0.0) > 0
    ]
    if len(both) < FEWEST:
        return None
    xs, ys = (np.array([row[side] for row in both]) for side in (1, 2))
    ratios = np.log(ys / xs)
    off = np.abs(np.expm1(ratios - np.median(ratios)))
    found = residual_outliers(ratios) if len(both) >= OUTLIERS_FROM else ()
    far = sorted((one for one in found if off[one] >= LEAST), key=lambda one: -off[one])
    unit = find(metric).unit
    named = tuple(
        (both[one][0], sizes.beside(metric, unit, float(xs[one]), float(ys[one])))
        for one in far[:MOST_NAMED]
    )
    about = f"{benchmark.benchmark_id}: {labels[1]} against {labels[0]}"
    picture, shown = _picture(xs, ys, far, unit, about)
    return Scatter(
        benchmark=benchmark,
        metric=metric,
        variant=variant,
        base=labels[0],
        head=labels[1],
        place=place,
        n=len(both),
        lone=len(before.keys() ^ after.keys()),
        unit=shown,
        picture=picture,
        outliers=named,
        more=len(far) - len(named),
    )


def _picture(
    xs: np.ndarray[tuple[int], np.dtype[np.float64]],
    ys: np.ndarray[tuple[int], np.dtype[np.float64]],
    far: Sequence[int],
    unit: str,
    about: str,
) -> tuple[Markup, str]:
    """Dots, the diagonal of equal times, and outliers in another colour."""
    factor, name = units.scale_of(float(max(xs.max(), ys.max())), unit)
    across, up = xs / factor, ys / factor
    top = float(max(across.max(), up.max())) * 1.06
    frame = plane.Frame(svg.Span(0.0, top), svg.Span(0.0, top), 1.0, name)
    order = np.argsort(across)
    kept = order[svg.thin(across[order], (up / across)[order])]
    odd = np.array(far, dtype=np.int64)
    ends = np.array([0.0, top])
    label = f"Times of {numbers.counted(int(xs.size), 'item')} on two sides, {about}"
    curves = (
        plane.Curve(ends, ends, "line", 2),
        plane.Curve(across[kept], up[kept], "dots", 0),
        plane.Curve(across[odd], up[odd], "dots", 1),
    )
    return plane.draw(frame, curves, label), name
