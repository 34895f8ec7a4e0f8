"""Pool several runs at one commit, which reduces noise and shows how far runs differ."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from history.stats.summary import in_order, quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.compare.results import Measurement

LEAST_SAMPLES = 4
"""Fewest samples from which the scatter within a run is estimated."""


def scatter(samples: Sequence[float]) -> float | None:
    """Spread of the logarithms inside one run: their interquartile range, as a deviation.

    None below four samples, or where one is not positive.
    """
    if len(samples) < LEAST_SAMPLES or min(samples) <= 0:
        return None
    ordered = in_order(np.log(samples))
    return (quantile(ordered, 0.75) - quantile(ordered, 0.25)) / 1.349


def pooled(runs: Sequence[Measurement]) -> Measurement:
    """One measurement of the runs of one series, oldest first; at least one.

    Absences count only if there is nothing else. The value is the geometric mean of the runs'
    values (the mean when one is not positive), samples are concatenated, and an item has the mean
    over the runs that have it. Rounds are kept for a single run only.
    """
    measured = [one for one in runs if one.value is not None]
    if len(measured) < 2:
        return measured[0] if measured else runs[-1]
    values = [one.value for one in measured if one.value is not None]
    inside = [one for one in (scatter(run.samples) for run in measured) if one is not None]
    waited = [one.waited for one in measured if one.waited is not None]
    names = dict.fromkeys(name for one in measured for name in one.items)
    return replace(
        measured[-1],
        value=exp(fmean(map(log, values))) if min(values) > 0 else fmean(values),
        n=sum(one.n for one in measured),
        samples=tuple(sample for one in measured for sample in one.samples),
        rounds=(),
        processes=(),
        items={
            name: fmean(one.items[name] for one in measured if name in one.items) for name in names
        },
        runs=tuple(values),
        inside=sqrt(fmean(one**2 for one in inside)) if inside else None,
        waited=max(waited, default=None),
    )
