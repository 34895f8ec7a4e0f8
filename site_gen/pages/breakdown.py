"""Work out what share of a benchmark's time each of its stages takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from history.report.wording import names, numbers
from history.words.metrics import composition, title_of
from site_gen.charts import stages as stage_chart

if TYPE_CHECKING:
    from markupsafe import Markup
    from numpy.typing import NDArray

    from history.read.series import Series
    from site_gen.catalogue import Benchmark


@dataclass(frozen=True, slots=True, eq=False)
class Legend:
    """One entry of a legend."""

    number: int
    label: str
    value: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class StagePart:
    """The breakdown of one variant at its newest run."""

    variant: str
    """Its pairs, by which the page's script finds it."""
    title: str
    of: str
    """Title of the metric that is split."""
    whole: str
    """Its value."""
    parts: tuple[Legend, ...]
    picture: Markup
    runs: int
    run: int
    """Position of the run the numbers are of."""


def breakdown(
    benchmark: Benchmark, machine: str, hidden: frozenset[tuple[str, str]]
) -> tuple[StagePart, ...]:
    """One part for each variant on `machine` whose metrics add up to a whole, all on one scale."""
    here = [series for series in benchmark.series if series.key.machine == machine]
    stacks: dict[str, tuple[Series, stage_chart.Stack]] = {}
    for variant in sorted({series.key.variant for series in here}):
        own = {series.key.metric: series for series in here if series.key.variant == variant}
        chosen = composition(own)
        if chosen is not None:
            whole = own[chosen.whole]
            parts = {name: _aligned(whole, own[name]) for name in chosen.parts}
            stacks[variant] = whole, stage_chart.stack(whole.values, parts)
    tallest = max((stage_chart.height(one) for _, one in stacks.values()), default=0.0)
    return tuple(
        _part(whole, stacked, hidden, tallest)
        for whole, stacked in stacks.values()
        if np.isfinite(stacked.whole).any()
    )


def _aligned(whole: Series, part: Series) -> NDArray[np.float64]:
    """The values of a part at the runs of the whole; NaN where it has none."""
    aligned = np.full(whole.runs.size, np.nan)
    common, left, right = np.intersect1d(whole.runs, part.runs, return_indices=True)
    if common.size:
        aligned[left] = part.values[right]
    return aligned


def _part(
    whole: Series,
    stacked: stage_chart.Stack,
    hidden: frozenset[tuple[str, str]],
    tallest: float,
) -> StagePart:
    usable = np.flatnonzero(np.isfinite(stacked.whole))
    last = int(usable[-1])
    legend = tuple(
        Legend(
            -1 if name == stage_chart.UNATTRIBUTED else number,
            title_of(name),
            numbers.value(float(values[last]), whole.key.shown_in),
            numbers.share(float(values[last]) / float(whole.values[last]), 0),
        )
        for number, (name, values) in enumerate(stacked.parts)
    )
    of = title_of(whole.key.metric)
    label = f"{of} by stage: " + ", ".join(f"{part.label} {part.share}" for part in legend)
    return StagePart(
        variant=whole.key.variant,
        title=names.variant(whole.key.variant, hidden),
        of=of,
        whole=numbers.value(float(whole.values[last]), whole.key.shown_in),
        parts=legend,
        picture=stage_chart.draw(stacked, label, tallest),
        runs=int(usable.size),
        run=int(whole.runs[last]),
    )
