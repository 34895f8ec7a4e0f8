"""Compare two sides by benchmark: size of the difference, and whether it may be chance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import exp, inf, isfinite, log, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from history.compare import exact, noise_between_runs, trades
from history.compare.pair import is_nothing, pair
from history.compare.results import (
    NO_TEST,
    Comparison,
    ComparisonRow,
    ComparisonVerdict,
    Crowded,
    Ground,
    Key,
    KindOfTest,
    Mean,
    Measurement,
    UsedTest,
    named,
)
from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.judge import detectable
from history.judge.size import UNKNOWN, Amount
from history.stats import effect
from history.words import metrics
from history.words.metrics import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.compare.noise_between_runs import Between

FALSE_DISCOVERY_RATE: Final = 0.05
"""Rate of false discoveries among the reported differences of the whole comparison."""
SUSPECT_BELOW: Final = 0.01
"""Uncorrected p below which a difference is a suspect, worth measuring again."""
CROWDED: Final = 0.2
"""Largest difference between two runs in the share of time spent waiting for a processor. Runs on
an idle machine with two cores waited 1 to 6 % of the time.
"""
SHARED_BY_SUITE: Final = 0.3
"""Correlation of two benchmarks of a suite between runs: they share a process and its minute.
With it, 95 % intervals of the geometric mean held 1 in 95 of 100 pairs of runs of one commit."""
SHARED_MEMORY: Final = 1.0
"""The same for memory, where the mapping of an environment's files shifts all benchmarks at once.
"""
_BY_PROCESSOR: Final = frozenset({Kind.TIME, Kind.THROUGHPUT, Kind.RATIO, Kind.ENERGY})


def compare(base: Mapping[Key, Measurement], head: Mapping[Key, Measurement]) -> Comparison:
    """Compare what both sides have, and name what only one has.

    The correction is over all tests of this comparison. A difference counts when its corrected p is
    below 0.05, its interval excludes 1 and it is at least 2 %. Between two runs the p and the
    interval of ``between`` are used where they are wider than those of the samples. A difference
    with only a small uncorrected p is a suspect.
    """
    both = [(base[key], head[key]) for key in base if key in head]
    pairs = [sides for sides in both if None not in (sides[0].value, sides[1].value)]
    inside = [pair(*sides) for sides in pairs]
    laws = noise_between_runs.of_pairs(
        [_two_runs(row, *sides) for row, sides in zip(inside, pairs, strict=True)]
    )
    held = [_held(row, law) for row, law in zip(inside, laws, strict=True)]
    adjusted = effect.benjamini_hochberg([row.p if row.p is not None else np.nan for row in held])
    tested = [
        replace(row, q=float(q) if isfinite(q) else None)
        for row, q in zip(held, adjusted, strict=True)
    ]
    enough = _enough(tested)
    rows = [
        _decide(row, law, sides, enough)
        for row, law, sides in zip(tested, laws, pairs, strict=True)
    ]
    lone = [_alone(one, head.get(key)) for key, one in base.items() if one.value is not None]
    lone += [_alone(base.get(key), one) for key, one in head.items() if one.value is not None]
    against = trades.of_lines(rows)
    traded = (replace(row, trades=against.get(place, ())) for place, row in enumerate(rows))
    return Comparison((*traded, *(row for row in lone if row is not None)), _means(rows, laws))


def _two_runs(
    row: ComparisonRow, before: Measurement, after: Measurement
) -> noise_between_runs.Pair | None:
    """The same series in different runs, with a ratio: only these show the noise between runs."""
    if row.ground is Ground.EXACT:
        return None
    if not _same_series(before, after) or before.run_id == after.run_id or row.ratio is None:
        return None
    return noise_between_runs.Pair(before, after, row.ratio)


def _same_series(before: Measurement, after: Measurement) -> bool:
    return before.key.machine == after.key.machine and before.key.variant == after.key.variant


def _held(row: ComparisonRow, law: Between | None) -> ComparisonRow:
    """The line with p and interval widened by the noise between runs."""
    if law is None or row.ratio is None:
        return row
    ends = (row.ratio * exp(-law.limit), row.ratio * exp(law.limit))
    p = law.p(abs(log(row.ratio)))
    return replace(
        row,
        p=max(p, row.p or 0.0),
        test=row.test
        if row.test.kind
        else UsedTest(KindOfTest.SERIES if law.is_known else KindOfTest.COMPARISON),
        ratio_low=min(ends[0], row.ratio_low or ends[0]),
        ratio_high=max(ends[1], row.ratio_high or ends[1]),
    )


def _enough(rows: Sequence[ComparisonRow]) -> float:
    """The p that a further difference of this comparison would need to be significant."""
    tests = [row.q for row in rows if row.q is not None]
    called = sum(q < FALSE_DISCOVERY_RATE for q in tests)
    return FALSE_DISCOVERY_RATE * min(called + 1, len(tests)) / max(len(tests), 1)


def _decide(
    row: ComparisonRow, law: Between | None, sides: tuple[Measurement, Measurement], enough: float
) -> ComparisonRow:
    if row.ground is Ground.EXACT:
        return _decided_exactly(row)
    if row.ratio is None and is_nothing(row.key.metric, row.before, row.after):
        return replace(row, verdict=ComparisonVerdict.NO_DIFFERENCE, ground=Ground.BOTH_SMALL)
    if row.ratio is None:
        return replace(row, ground=Ground.NO_RATIO)
    if row.p is None or row.q is None or row.ratio_low is None or row.ratio_high is None:
        return replace(row, ground=Ground.FEW)
    crowded = _crowded(row.kind, *sides) if law else None
    verdict, ground = _called(row, law, is_crowded=crowded is not None)
    return replace(
        row,
        verdict=verdict,
        ground=ground,
        usual=_usual(row, law) if law and ground is Ground.USUAL else UNKNOWN,
        crowded=crowded if ground is Ground.CROWDED else None,
        is_same_series=_same_series(*sides),
        detectable=_detectable(row, law, enough),
    )


def _decided_exactly(row: ComparisonRow) -> ComparisonRow:
    before, after = row.before or 0.0, row.after or 0.0
    verdict = exact.called(before, after, row.direction)
    of_share = detectable.of_share(row.key.metric, row.key.unit, before, exact.LEAST_EFFECT)
    return replace(row, verdict=verdict, detectable=of_share)


def _called(
    row: ComparisonRow, law: Between | None, *, is_crowded: bool
) -> tuple[ComparisonVerdict, Ground]:
    """The verdict about a line that has a ratio, an interval and a test."""
    ratio, p, q = row.ratio or 1.0, row.p or 0.0, row.q or 0.0
    encloses_1 = (row.ratio_low or 0.0) <= 1 <= (row.ratio_high or inf)
    is_large = abs(log(ratio)) >= log(1 + DEFAULT_MINIMUM_EFFECT)
    is_sure = q < FALSE_DISCOVERY_RATE and not encloses_1
    if is_sure and not is_large:
        return ComparisonVerdict.NO_DIFFERENCE, Ground.BELOW
    if is_sure and not is_crowded:
        return named(ratio, row.direction), Ground.TEST
    if law and is_large and p < SUSPECT_BELOW:
        return ComparisonVerdict.SUSPECT, Ground.CROWDED if is_crowded else Ground.CHANCE
    return ComparisonVerdict.NO_DIFFERENCE, Ground.USUAL if law else Ground.TEST


def _usual(row: ComparisonRow, law: Between) -> Amount:
    """Usual difference between two runs of the same code; absolute near zero."""
    share = exp(law.limit) - 1
    largest = max(row.before or 0.0, row.after or 0.0)
    return Amount(share, share * largest, row.key.unit, row.tells_ratio)


def _crowded(kind: str, before: Measurement, after: Measurement) -> Crowded | None:
    """The run that waited for a processor much more than the other; None when neither did."""
    if kind not in _BY_PROCESSOR or before.waited is None or after.waited is None:
        return None
    if abs(before.waited - after.waited) <= CROWDED:
        return None
    side = before if before.waited > after.waited else after
    waited = max(before.waited, after.waited)
    return Crowded(side.commit, "" if side.runs else side.run_id, waited)


def _detectable(row: ComparisonRow, law: Between | None, enough: float) -> Amount:
    """The smallest difference that would have been reported.

    It must reach the minimum effect, have an interval of this width that excludes 1, and the p that
    the number of tests requires.
    """
    half = log((row.ratio_high or 1.0) / (row.ratio_low or 1.0)) / 2
    reach = law.reach(enough) if law else 0.0
    share, before = max(DEFAULT_MINIMUM_EFFECT, exp(half) - 1, exp(reach) - 1), row.before or 0.0
    return detectable.of_share(row.key.metric, row.key.unit, before, share)


def _alone(before: Measurement | None, after: Measurement | None) -> ComparisonRow | None:
    """The line of a benchmark measured on one side only; None when it was on both."""
    is_missing = before is not None and before.value is not None
    there, other = (before, after) if is_missing else (after, before)
    if there is None or (other is not None and other.value is not None):
        return None
    return ComparisonRow(
        key=there.key,
        direction=there.direction,
        kind=there.kind,
        before=there.value if is_missing else None,
        after=None if is_missing else there.value,
        ratio=None,
        ratio_low=None,
        ratio_high=None,
        speedup=None,
        cliffs_delta=None,
        p=None,
        q=None,
        test=NO_TEST,
        n_before=there.n if is_missing else 0,
        n_after=0 if is_missing else there.n,
        verdict=ComparisonVerdict.MISSING if is_missing else ComparisonVerdict.NEW,
        base_commit=before.commit if before else "",
        head_commit=after.commit if after else "",
        ground=Ground.ONE_SIDE,
        absence=other.reason if other is not None else "",
    )


def _means(rows: Sequence[ComparisonRow], laws: Sequence[Between | None]) -> tuple[Mean, ...]:
    """Geometric means over the benchmarks of a suite, which are a fixed list and not a sample.

    So the interval is the uncertainty of this mean. Within one run the errors of the logarithms,
    taken from the intervals of the ratios, add up as those of independent measurements; between two
    runs they are correlated. Metrics around zero are left out, since their ratios are meaningless.
    """
    groups: defaultdict[tuple[str, str], list[tuple[ComparisonRow, bool]]] = defaultdict(list)
    for row, law in zip(rows, laws, strict=True):
        if row.speedup is not None and not metrics.floor_of(row.key.metric):
            groups[row.key.suite, row.kind].append((row, law is not None))
    means = []
    for (suite, kind), members in groups.items():
        centre = effect.geometric_mean([row.speedup or 1.0 for row, _ in members])
        halves = [
            (log(row.ratio_high / row.ratio_low) / 2, _shared(row) if two_runs else 0.0)
            for row, two_runs in members
            if row.ratio_low is not None and row.ratio_high is not None
        ]
        own = sum((1 - shared) * half**2 for half, shared in halves)
        common = sum(sqrt(shared) * half for half, shared in halves)
        half = sqrt(own + common**2) / len(members)
        known = len(halves) == len(members)
        means.append(
            Mean(
                suite=suite,
                kind=kind,
                count=len(members),
                speedup=centre,
                low=centre * exp(-half) if known else None,
                high=centre * exp(half) if known else None,
            )
        )
    return tuple(means)


def _shared(row: ComparisonRow) -> float:
    return SHARED_MEMORY if row.key.unit == "B" else SHARED_BY_SUITE
