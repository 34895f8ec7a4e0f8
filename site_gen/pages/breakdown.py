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
    whole: str
    parts: tuple[Legend, ...]
    picture: Markup
    runs: int
    run: int
    """Position of the run the numbers are of."""


def breakdown(
    benchmark: Benchmark, machine: str, hidden: frozenset[tuple[str, str]]
) -> tuple[StagePart, ...]:
    """One part for each variant on `machine` whose metrics add up to a whole."""
    here = [series for series in benchmark.series if series.key.machine == machine]
    found = []
    for variant in sorted({series.key.variant for series in here}):
        own = {series.key.metric: series for series in here if series.key.variant == variant}
        chosen = composition(own)
        if chosen is None:
            continue
        whole = own[chosen.whole]
        parts = {}
        for name in chosen.parts:
            aligned = np.full(whole.runs.size, np.nan)
            common, left, right = np.intersect1d(whole.runs, own[name].runs, return_indices=True)
            if common.size:
                aligned[left] = own[name].values[right]
            parts[name] = aligned
        stacked = stage_chart.stack(whole.values, parts)
        usable = np.flatnonzero(np.isfinite(stacked.whole))
        if usable.size == 0:
            continue
        last = int(usable[-1])
        legend = tuple(
            Legend(
                -1 if name == stage_chart.UNATTRIBUTED else number,
                title_of(name),
                numbers.value(float(values[last]), whole.key.unit),
                numbers.share(float(values[last]) / float(whole.values[last]), 0),
            )
            for number, (name, values) in enumerate(stacked.parts)
        )
        label = f"{title_of(chosen.whole)} by stage: " + ", ".join(
            f"{part.label} {part.share}" for part in legend
        )
        found.append(
            StagePart(
                variant=variant,
                title=names.variant(variant, hidden),
                whole=numbers.value(float(whole.values[last]), whole.key.unit),
                parts=legend,
                picture=stage_chart.draw(stacked, label),
                runs=int(usable.size),
                run=int(whole.runs[last]),
            )
        )
    return tuple(found)
