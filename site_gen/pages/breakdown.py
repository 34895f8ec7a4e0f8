"""Compute the share of each stage in a benchmark's time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from history.read.stages import UNATTRIBUTED, split
from history.report.wording import names, numbers
from history.words.metrics import title_of
from site_gen.charts import stages as stage_chart

if TYPE_CHECKING:
    from markupsafe import Markup

    from history.read.samples import Samples
    from history.read.series import Series
    from history.read.stages import Split
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
    """Its text, by which the page's script finds it."""
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
    benchmark: Benchmark, machine: str, hidden: frozenset[tuple[str, str]], samples: Samples
) -> tuple[StagePart, ...]:
    """One part for each variant on `machine` whose stages add up to a total, all on one scale."""
    stacks: list[tuple[Split, stage_chart.Stack]] = []
    for found in splits(benchmark, samples):
        if found.whole.key.machine == machine:
            stacked = stage_chart.stack(found.whole.values, found.parts, found.rest)
            stacks.append((found, stacked))
    tallest = max((stage_chart.height(one) for _, one in stacks), default=0.0)
    return tuple(
        _part(found, stacked, hidden, tallest)
        for found, stacked in stacks
        if np.isfinite(stacked.whole).any()
    )


def splits(benchmark: Benchmark, samples: Samples) -> tuple[Split, ...]:
    """The split of each variant on each machine, where its stages add up."""
    own: dict[tuple[str, str], dict[str, Series]] = {}
    for series in benchmark.series:
        where = (series.key.machine, series.key.variant)
        own.setdefault(where, {})[series.key.metric] = series
    found = (split(own[where], samples) for where in sorted(own))
    return tuple(one for one in found if one is not None)


def _part(
    found: Split,
    stacked: stage_chart.Stack,
    hidden: frozenset[tuple[str, str]],
    tallest: float,
) -> StagePart:
    whole = found.whole
    usable = np.flatnonzero(np.isfinite(stacked.whole))
    last = int(usable[-1])
    legend = tuple(
        Legend(
            -1 if name == UNATTRIBUTED else number,
            _title(name, found),
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


def _title(name: str, found: Split) -> str:
    if name != UNATTRIBUTED:
        return title_of(name)
    return "Unattributed" if found.is_measured else "Unattributed, by difference of medians"
