"""Enclose the middle of samples that were taken one after the other, and so may hang together.

Neighbours on the machine, its clock and its caches slow down several samples in a row. An interval
that counts each of them as a fact of its own is then too narrow: a command's runs within a second
and a half correlate by 0.3 to 0.5 from one to the next, and order statistics of seventy of them
held the median of all trials in 4 to 5 of 12 (docs/method/measuring.md). So the samples are cut
into batches in the order in which they were taken, and the batches say how well their middle is
known: what moves slowly moves whole batches. Where samples come from several processes, a batch is
a process or lies within one: a process keeps its addresses and its caches for life.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from math import exp, log, pi, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from history.stats.persistence import effective, persistence
from history.stats.student import mean_and_deviation, student_975
from history.stats.summary import (
    MILD,
    Interval,
    IntervalMethod,
    fences,
    mean_interval,
    median_interval,
    middle_of,
    samples_of,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

BATCHES: Final = 8
"""More would be shorter than the disturbances; with fewer, Student's t makes it much wider."""
LEAST_BATCHES: Final = 5
BATCH: Final = 5
"""Fewest samples of a batch: medians of four are so unlike the median of all that intervals of
independent samples held it 90 to 93 times in 100."""
LEAST_PROCESSES: Final = 4
"""With three, Student's t would make it twice as wide as the samples inside say."""
BATCHES_FROM: Final = LEAST_BATCHES * BATCH
"""Fewest samples that are cut; fewer are taken for independent."""


def ordered_interval(
    values: ArrayLike, aggregate: str = "median", processes: ArrayLike = ()
) -> Interval:
    """95 % interval of the median or mean of samples in the order in which they were taken.

    ``processes`` (n,) says which process each sample comes from; empty: all from one. From four
    processes on, each is a batch. Else non-overlapping batch means: the middles of five to eight
    batches, their logarithms where all samples are positive, and Student's t. Schmeiser, Operations
    Research 30 (1982) 556-568. Batches that hang together themselves widen it, by what persistence
    from sample to sample would do. Below 25 samples of fewer processes, or where the batches do not
    differ, the interval is the one of independent samples.
    By simulation 93 to 97 % of them hold the truth for independent samples, where neighbours
    correlate by 0.3 or 0.6, and where processes differ as much as samples within one or ten times
    as much (tests/history/stats/test_batches.py).
    """
    samples: list[float] = samples_of(values).tolist()
    is_mean = aggregate == "mean"
    independent = mean_interval if is_mean else median_interval
    groups = _groups(samples, processes)
    batches = _batches(groups)
    if not batches:
        return independent(samples)
    middle = _mean if is_mean else _median
    positive = min(samples) > 0
    middles = [middle(batch) for batch in batches]
    if len(set(middles)) == 1:
        return independent(samples)
    _, spread = mean_and_deviation([log(one) for one in middles] if positive else middles)
    half = student_975(len(batches) - 1) * spread / sqrt(len(batches)) * _widening(groups, batches)
    if not is_mean:
        half *= _of_the_median(samples, batches)
    value = middle(samples)
    ends = (value * exp(-half), value * exp(half)) if positive else (value - half, value + half)
    return Interval(*ends, IntervalMethod.BATCHES)


def _mean(samples: list[float]) -> float:
    return float(np.mean(samples))


def _median(samples: list[float]) -> float:
    return middle_of(sorted(samples))


def _groups(samples: list[float], processes: ArrayLike) -> list[list[float]]:
    """The samples of each process, in their order. processes: (n,) or (0,)."""
    owners = np.asarray(processes).tolist()
    if not owners:
        return [samples]
    found: dict[int, list[float]] = {owner: [] for owner in sorted(set(owners))}
    for owner, sample in zip(owners, samples, strict=True):
        found[owner].append(sample)
    return list(found.values())


def _batches(groups: list[list[float]]) -> list[list[float]]:
    """The samples of each process cut up; nothing where they are too few."""
    if len(groups) >= LEAST_PROCESSES:
        return groups
    if sum(map(len, groups)) < BATCHES_FROM:
        return []
    batches = []
    for own in groups:
        batches += _cut(own, max(1, min(BATCHES // len(groups), len(own) // BATCH)))
    return batches if len(batches) >= LEAST_BATCHES else []


def _cut(own: list[float], parts: int) -> list[list[float]]:
    """Parts as equal as can be, the longer ones first."""
    size, longer = divmod(len(own), parts)
    bounds = [part * size + min(part, longer) for part in range(parts + 1)]
    return [own[start:end] for start, end in pairwise(bounds)]


def _widening(groups: list[list[float]], batches: list[list[float]]) -> float:
    """How much less certain the batches are together than so many independent ones; 1 or more."""
    if len(batches) == len(groups):
        return 1.0
    bounds = [0, *accumulate(map(len, groups))]
    # One sample far out says nothing of how the rest follow each other.
    kept = persistence(np.array([one for own in groups for one in _fenced(own)]), bounds)
    alone = sum(effective(len(batch), kept) for batch in batches)
    return sqrt(alone / sum(effective(len(own), kept) for own in groups))


def _fenced(own: list[float]) -> list[float]:
    ordered = sorted(own)
    low, high = fences(ordered, MILD)
    if low <= ordered[0] and ordered[-1] <= high:
        return own
    return [min(max(one, low), high) for one in own]


def _of_the_median(samples: list[float], batches: list[list[float]]) -> float:
    """How much less certain the median of all samples is than the mean of the batches' medians.

    Where batches overlap, the two are alike; where they lie apart, the median of all is that of a
    middle batch: for many normal batches of pi / 2 times the variance of their mean, and of K a
    share of about 1 - 3 / K of that excess (4: 1.19, 6: 1.29, 8: 1.35, 10: 1.38 times). How far
    apart they lie is how unevenly each is cut by the median of all: 0 in half, 1 not at all.
    """
    middle = _median(samples)
    below = [
        (bisect_left(ordered, middle) + bisect_right(ordered, middle)) / len(ordered)
        for ordered in map(sorted, batches)
    ]
    apart = sum((share - 1.0) ** 2 for share in below) / len(below)
    return sqrt(1.0 + (pi / 2 - 1.0) * (1.0 - 3.0 / len(batches)) * apart)
