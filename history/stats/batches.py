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

from math import exp, pi, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from history.stats.persistence import effective, persistence
from history.stats.student import student_975
from history.stats.summary import (
    MILD,
    Floats,
    Interval,
    IntervalMethod,
    fences,
    mean_interval,
    median_interval,
    samples_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

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
    samples = samples_of(values)
    is_mean = aggregate == "mean"
    independent = mean_interval if is_mean else median_interval
    groups = _groups(samples, np.asarray(processes))
    batches = _batches(groups)
    if not batches:
        return independent(samples)
    middle: Callable[[Floats], np.floating] = np.mean if is_mean else np.median
    positive = bool(samples.min() > 0)
    middles = np.array([float(middle(batch)) for batch in batches])
    spread = float((np.log(middles) if positive else middles).std(ddof=1))
    if spread == 0:
        return independent(samples)
    half = student_975(len(batches) - 1) * spread / sqrt(len(batches)) * _widening(groups, batches)
    if not is_mean:
        half *= _of_the_median(batches)
    value = float(middle(samples))
    ends = (value * exp(-half), value * exp(half)) if positive else (value - half, value + half)
    return Interval(*ends, IntervalMethod.BATCHES)


def _groups(samples: Floats, processes: NDArray[np.generic]) -> list[Floats]:
    """The samples of each process, in their order. processes: (n,) or (0,)."""
    if processes.size == 0:
        return [samples]
    found, owner = np.unique(processes, return_inverse=True)
    return [samples[owner == one] for one in range(found.size)]


def _batches(groups: list[Floats]) -> list[Floats]:
    """The samples of each process cut up; nothing where they are too few."""
    if len(groups) >= LEAST_PROCESSES:
        return groups
    if sum(own.size for own in groups) < BATCHES_FROM:
        return []
    batches = []
    for own in groups:
        cuts = min(BATCHES // len(groups), own.size // BATCH)
        batches += np.array_split(own, max(1, cuts))
    return batches if len(batches) >= LEAST_BATCHES else []


def _widening(groups: list[Floats], batches: list[Floats]) -> float:
    """How much less certain the batches are together than so many independent ones; 1 or more."""
    if len(batches) == len(groups):
        return 1.0
    bounds = np.cumsum([0, *(own.size for own in groups)]).tolist()
    # One sample far out says nothing of how the rest follow each other.
    fenced = [np.clip(own, *fences(own, MILD)) for own in groups]
    kept = persistence(np.concatenate(fenced), bounds)
    alone = sum(effective(batch.size, kept) for batch in batches)
    return sqrt(alone / sum(effective(own.size, kept) for own in groups))


def _of_the_median(batches: list[Floats]) -> float:
    """How much less certain the median of all samples is than the mean of the batches' medians.

    Where batches overlap, the two are alike; where they lie apart, the median of all is that of a
    middle batch: for many normal batches of pi / 2 times the variance of their mean, and of K a
    share of about 1 - 3 / K of that excess (4: 1.19, 6: 1.29, 8: 1.35, 10: 1.38 times). How far
    apart they lie is how unevenly each is cut by the median of all: 0 in half, 1 not at all.
    """
    middle = np.median(np.concatenate(batches))
    below = np.array(
        [float((batch < middle).mean() + (batch <= middle).mean()) for batch in batches]
    )
    apart = float(((below - 1.0) ** 2).mean())
    return sqrt(1.0 + (pi / 2 - 1.0) * (1.0 - 3.0 / len(batches)) * apart)
