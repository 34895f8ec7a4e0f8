"""Compare two measurements: ratio, interval, effect and test, without a verdict."""

from __future__ import annotations

from collections import defaultdict
from math import inf, isfinite, log
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from history.compare import exact
from history.compare.results import (
    NO_TEST,
    ComparisonRow,
    ComparisonVerdict,
    Ground,
    KindOfTest,
    Measurement,
    UsedTest,
)
from history.items.quantiles import over_items
from history.stats import effect
from history.stats.summary import middle_of
from history.words import metrics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST_SAMPLES: Final = 4
"""Samples on each side: with three against three no Mann-Whitney test reaches 0.05."""
LEAST_PAIRS: Final = 6
"""Pairs: with five no signed-rank test reaches 0.05."""
CLUSTERED: Final = 2.0
"""Variance, relative to independent rounds, above which processes are paired instead of rounds.
Rounds are preferred: a planted 3 % was seen 27 times in 28 by rounds, 16 times by processes, alone
and beside neighbours that come and go (`benchmarks.harness.planted --processes 6`).
"""


def pair(before: Measurement, after: Measurement) -> ComparisonRow:
    """Ratio, effect and test within the runs, without noise between runs and verdict."""
    found = _evidence(before, after)
    ratio = found.ratio if found.ratio is not None and 0 < found.ratio < inf else None
    low, high = found.low, found.high
    has_interval = low is not None and high is not None and isfinite(low) and isfinite(high)
    return ComparisonRow(
        key=after.key,
        direction=after.direction,
        kind=after.kind,
        before=before.value,
        after=after.value,
        ratio=ratio,
        ratio_low=low if has_interval else None,
        ratio_high=high if has_interval else None,
        speedup=_speedup(ratio, after.direction),
        cliffs_delta=found.delta,
        p=found.p,
        q=None,
        test=found.test,
        n_before=before.n,
        n_after=after.n,
        verdict=ComparisonVerdict.NOT_ENOUGH_DATA,
        base_commit=before.commit,
        head_commit=after.commit,
        ground=found.ground,
        items_before=over_items(before.key.metric, before.items.values()),
        items_after=over_items(after.key.metric, after.items.values()),
    )


class _Evidence(NamedTuple):
    """The evidence of two measurements; None where there are too few values."""

    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    delta: float | None = None
    p: float | None = None
    test: UsedTest = NO_TEST
    ground: Ground = Ground.FEW


def _evidence(before: Measurement, after: Measurement) -> _Evidence:
    """Evidence from exact counts, else from pairs if there are any, else from samples."""
    if is_nothing(before.key.metric, before.value, after.value):
        return _Evidence()
    if before.value is not None and after.value is not None and _is_exact(before, after):
        ratio = exact.ratio_of(before.value, after.value)
        return _Evidence(ratio, ratio, ratio, ground=Ground.EXACT)
    old, new, what = _pairs(before, after)
    return _of_pairs(old, new, what) if what else _of_samples(before, after)


def _of_pairs(old: Sequence[float], new: Sequence[float], what: str) -> _Evidence:
    ratio = low = high = None
    if min(*old, *new) > 0:
        found = effect.paired_ratio(old, new)
        ratio, low, high = found.value, found.interval.low, found.interval.high
    test = UsedTest(KindOfTest.WILCOXON, len(old), what)
    # Within the pairs (Cliff 1993): that a long utterance takes longer than a short one is
    # irrelevant to the two sides.
    delta = float(np.sign(np.subtract(new, old)).mean())
    return _Evidence(ratio, low, high, delta, effect.wilcoxon(old, new).p, test)


def _of_samples(before: Measurement, after: Measurement) -> _Evidence:
    old = before.samples or ((before.value,) if before.value is not None else ())
    new = after.samples or ((after.value,) if after.value is not None else ())
    ratio = low = high = None
    if min(*old, *new) > 0:
        found = effect.ratio_of_medians(old, new)
        ratio, low, high = found.value, found.interval.low, found.interval.high
        if before.runs or after.runs:
            ratio, low, high = _of_values(before, after, low / ratio, high / ratio)
    if min(len(old), len(new)) < LEAST_SAMPLES:
        return _Evidence(ratio, low, high)
    test = UsedTest(KindOfTest.MANN_WHITNEY)
    delta = effect.cliffs_delta(old, new)
    return _Evidence(ratio, low, high, delta, effect.mann_whitney(old, new).p, test)


def _is_exact(before: Measurement, after: Measurement) -> bool:
    sides = [one.samples or (one.value or 0.0,) for one in (before, after)]
    return exact.is_exact(after.key.metric, *sides)


def _pairs(before: Measurement, after: Measurement) -> tuple[Sequence[float], Sequence[float], str]:
    """Paired values, and what pairs them.

    Items come first, then the rounds of one run, in which a drift of the machine affects both sides
    equally. Processes are paired instead of rounds when rounds depend on their process.
    """
    common = [name for name in before.items if name in after.items]
    if len(common) >= LEAST_PAIRS:
        return (
            [before.items[name] for name in common],
            [after.items[name] for name in common],
            "items",
        )
    if before.run_id != after.run_id:
        return (), (), ""
    rounds = _shared(before, after, before.rounds, after.rounds)
    processes = _shared(before, after, before.processes, after.processes)
    if len(processes) >= LEAST_PAIRS and (
        len(rounds) < LEAST_PAIRS or _hang_together(rounds, before)
    ):
        return *_columns(processes), "processes"
    if len(rounds) >= LEAST_PAIRS:
        return *_columns(rounds), "rounds"
    return (), (), ""


def _shared(
    before: Measurement, after: Measurement, old: Sequence[int], new: Sequence[int]
) -> dict[int, tuple[float, float]]:
    """Group -> medians of both sides, for the groups both have."""
    one, other = _medians(before.samples, old), _medians(after.samples, new)
    return {key: (one[key], other[key]) for key in sorted(one.keys() & other.keys())}


def _hang_together(rounds: Mapping[int, tuple[float, float]], side: Measurement) -> bool:
    """Whether rounds depend on their process, so that they are not independent.

    The variance of the mean over processes is compared with that of independent rounds. Chance
    alone doubles it in one comparison of twelve of six processes.
    """
    if min(min(pair) for pair in rounds.values()) <= 0:
        return True
    process_of = dict(zip(side.rounds, side.processes, strict=False))
    found: defaultdict[int, list[float]] = defaultdict(list)
    for number, (old, new) in rounds.items():
        found[process_of[number]].append(log(new / old))
    every = [value for own in found.values() for value in own]
    means = [float(np.mean(own)) for own in found.values()]
    alone = np.var(every, ddof=1) / len(every)
    return bool(np.var(means, ddof=1) / len(means) > CLUSTERED * alone)


def _columns(pairs: Mapping[int, tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [old for old, _ in pairs.values()], [new for _, new in pairs.values()]


def _of_values(
    before: Measurement, after: Measurement, low: float, high: float
) -> tuple[float, float, float]:
    """Ratio of the values of several runs, with the interval of the ratio of all their samples."""
    ratio = (after.value or 0.0) / (before.value or 1.0)
    return ratio, ratio * low, ratio * high


def _medians(samples: Sequence[float], groups: Sequence[int]) -> dict[int, float]:
    """Group -> median of its samples; groups: one for each sample, or none at all."""
    found: defaultdict[int, list[float]] = defaultdict(list)
    for number, sample in zip(groups, samples, strict=False):
        found[number].append(sample)
    return {number: middle_of(sorted(own)) for number, own in found.items()}


def is_nothing(metric: str, before: float | None, after: float | None) -> bool:
    """Whether both values are so near to zero that their ratio is meaningless."""
    floor = metrics.floor_of(metric)
    return max(abs(before or 0.0), abs(after or 0.0)) < floor


def _speedup(ratio: float | None, direction: str) -> float | None:
    if ratio is None or direction == "none":
        return None
    return 1 / ratio if direction == "lower" else ratio
