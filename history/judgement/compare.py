"""Compare two sides, benchmark by benchmark: by how much do they differ, and could it be chance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from math import erfc, exp, isfinite, log, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.stats import effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FALSE_DISCOVERY_RATE: Final = 0.05
"""Share of the differences called real that may be chance, over the whole comparison."""
LEAST_SAMPLES: Final = 4
"""Samples on each side: with three against three no Mann-Whitney test reaches 0.05."""
LEAST_PAIRS: Final = 6
"""Pairs: with five no signed-rank test reaches 0.05."""
NOISE_FACTOR: Final = effect.NORMAL_975 * sqrt(2)
"""95 % quantile of the difference of two points, in units of the noise of one."""


class Verdict(StrEnum):
    """What a comparison shows."""

    REGRESSION = "regression"
    IMPROVEMENT = "improvement"
    UP = "up"
    DOWN = "down"
    """Up and down: a difference in a metric without a better side."""
    NO_DIFFERENCE = "no difference shown"
    NOT_ENOUGH_DATA = "not enough data"
    MISSING = "missing"
    """Measured on the first side only."""
    NEW = "new"
    """Measured on the second side only."""


@dataclass(frozen=True)
class Measurement:
    """One benchmark, variant and metric as one side measured it."""

    suite: str
    benchmark: str
    params: str
    variant: str
    metric: str
    unit: str
    direction: str
    """lower, higher or none."""
    kind: str
    machine: str
    commit: str
    run_id: str
    value: float | None
    """Median; None where it was not measured."""
    reason: str = ""
    """Why it was not measured."""
    n: int = 0
    samples: tuple[float, ...] = ()
    rounds: tuple[int, ...] = ()
    """Round of each sample, when variants were interleaved."""
    items: Mapping[str, float] = field(default_factory=dict)
    """Value of each utterance or file."""
    noise: float | None = None
    """Noise from run to run, relative, as the history of the series shows it."""


Key = tuple[str, ...]
"""What a measurement has in common with its partner on the other side."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of a comparison."""

    suite: str
    benchmark: str
    params: str
    variant: str
    metric: str
    unit: str
    machine: str
    before: float | None
    after: float | None
    ratio: float | None
    """Median after / median before; the median of the ratios where items or rounds pair."""
    ratio_low: float | None
    ratio_high: float | None
    """95 % interval of the ratio."""
    speedup: float | None
    """How many times better: above 1 is better whatever the metric's direction."""
    cliffs_delta: float | None
    """P(after > before) - P(after < before)."""
    p: float | None
    q: float | None
    """p corrected for the number of comparisons (Benjamini-Hochberg)."""
    test: str
    """``mann-whitney``, ``wilcoxon over 12 items``, ``wilcoxon over 20 rounds``,
    ``noise of the series``, or empty."""
    n_before: int
    n_after: int
    verdict: Verdict
    base_commit: str
    head_commit: str
    reason: str
    direction: str = "none"
    kind: str = ""


_NAMES = tuple(one.name for one in fields(Compared))
COLUMNS: Final = _NAMES[: _NAMES.index("reason") + 1]
"""The columns of ``soundmark compare --format csv``."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Geometric mean of the speedups of one suite and kind of metric."""

    suite: str
    kind: str
    """time, memory, throughput and so on; ratios of different kinds are not averaged."""
    count: int
    speedup: float
    low: float | None
    high: float | None
    """95 % interval from those of the benchmarks; None where one of them has none."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides compared."""

    rows: tuple[Compared, ...]
    """In the order of tables; missing and new ones last."""
    means: tuple[Mean, ...]


def compare(base: Mapping[Key, Measurement], head: Mapping[Key, Measurement]) -> Comparison:
    """Compare what both sides have, and name what only one has.

    The correction is over all tests of this comparison. A difference counts when its corrected p
    is below 0.05, its interval excludes 1, it is at least 2 %, and it is larger than two runs of
    the same code differ, as far as the history of the series tells.
    """
    both = [key for key in base if key in head]
    pairs = [(base[key], head[key]) for key in both if _measured(base[key], head[key])]
    noises = [_noise(*pair) for pair in pairs]
    paired = [_pair(*pair, noise) for pair, noise in zip(pairs, noises, strict=True)]
    adjusted = effect.benjamini_hochberg([row.p if row.p is not None else np.nan for row in paired])
    rows = [
        _decide(replace(row, q=float(q) if isfinite(q) else None), noise)
        for row, q, noise in zip(paired, adjusted, noises, strict=True)
    ]
    lone = [_alone(one, head.get(key)) for key, one in base.items() if one.value is not None]
    lone += [_alone(base.get(key), one) for key, one in head.items() if one.value is not None]
    return Comparison((*rows, *(row for row in lone if row is not None)), _means(rows))


def _measured(before: Measurement, after: Measurement) -> bool:
    return before.value is not None and after.value is not None


def _noise(before: Measurement, after: Measurement) -> float | None:
    """Noise between two runs of the same series; not known between others."""
    if before.run_id == after.run_id or before.machine != after.machine:
        return None
    return after.noise if before.variant == after.variant else None


def _pair(before: Measurement, after: Measurement, noise: float | None) -> Compared:
    """Ratio, effect and test of one pair; the verdict waits for the correction.

    Too few samples for a test of their own are held against the noise of the series.
    """
    old, new, what = _pairs(before, after)
    ratio = low = high = delta = p = None
    test = ""
    if what:
        if min(*old, *new) > 0:
            found = effect.paired_ratio(old, new)
            ratio, low, high = found.value, found.interval.low, found.interval.high
        p, test = effect.wilcoxon(old, new).p, f"wilcoxon over {len(old)} {what}"
        delta = effect.cliffs_delta(old, new)
    else:
        old = before.samples or ((before.value,) if before.value is not None else ())
        new = after.samples or ((after.value,) if after.value is not None else ())
        if min(*old, *new) > 0:
            found = effect.ratio_of_medians(old, new)
            ratio, low, high = found.value, found.interval.low, found.interval.high
        if min(len(old), len(new)) >= LEAST_SAMPLES:
            p, test = effect.mann_whitney(old, new).p, "mann-whitney"
            delta = effect.cliffs_delta(old, new)
        elif noise and ratio is not None:
            # The difference of two points has sqrt(2) times the noise of one.
            p, test = erfc(abs(log(ratio)) / (2 * noise)), "noise of the series"
            low, high = (ratio * exp(side * NOISE_FACTOR * noise) for side in (-1, 1))
    has_interval = low is not None and high is not None and isfinite(low) and isfinite(high)
    return Compared(
        **_identity(after),
        before=before.value,
        after=after.value,
        ratio=ratio,
        ratio_low=low if has_interval else None,
        ratio_high=high if has_interval else None,
        speedup=_speedup(ratio, after.direction),
        cliffs_delta=delta,
        p=p,
        q=None,
        test=test,
        n_before=before.n,
        n_after=after.n,
        verdict=Verdict.NOT_ENOUGH_DATA,
        base_commit=before.commit,
        head_commit=after.commit,
        reason="",
    )


def _pairs(before: Measurement, after: Measurement) -> tuple[Sequence[float], Sequence[float], str]:
    """Values that belong together, and what pairs them: items first, rounds of one run second."""
    common = [name for name in before.items if name in after.items]
    if len(common) >= LEAST_PAIRS:
        return (
            [before.items[name] for name in common],
            [after.items[name] for name in common],
            ("items"),
        )
    if before.run_id == after.run_id and before.rounds and after.rounds:
        old, new = _by_round(before), _by_round(after)
        rounds = sorted(old.keys() & new.keys())
        if len(rounds) >= LEAST_PAIRS:
            return [old[one] for one in rounds], [new[one] for one in rounds], "rounds"
    return (), (), ""


def _by_round(side: Measurement) -> dict[int, float]:
    found: defaultdict[int, list[float]] = defaultdict(list)
    for number, sample in zip(side.rounds, side.samples, strict=False):
        found[number].append(sample)
    return {number: float(np.median(samples)) for number, samples in found.items()}


def _decide(row: Compared, noise: float | None) -> Compared:
    if row.ratio is None:
        return replace(row, reason="a ratio needs values above zero on both sides")
    if row.q is None or row.ratio_low is None or row.ratio_high is None:
        return replace(
            row, reason=f"n = {row.n_before} and {row.n_after}: too few samples for a test"
        )
    reason = f"{row.test}, q = {row.q:.2g}"
    distance = abs(log(row.ratio))
    if row.q >= FALSE_DISCOVERY_RATE or row.ratio_low <= 1 <= row.ratio_high:
        return replace(row, verdict=Verdict.NO_DIFFERENCE, reason=reason)
    if distance < log(1 + DEFAULT_MINIMUM_EFFECT):
        return replace(
            row,
            verdict=Verdict.NO_DIFFERENCE,
            reason=f"{reason}, but below {DEFAULT_MINIMUM_EFFECT:.0%}",
        )
    if noise is not None and distance < NOISE_FACTOR * noise:
        return replace(
            row,
            verdict=Verdict.NO_DIFFERENCE,
            reason=f"{reason}, but two runs of the same code differ by up to "
            f"{exp(NOISE_FACTOR * noise) - 1:.1%} here",
        )
    return replace(row, verdict=_named(row.ratio, row.direction), reason=reason)


def _named(ratio: float, direction: str) -> Verdict:
    if direction == "none":
        return Verdict.UP if ratio > 1 else Verdict.DOWN
    worse = ratio > 1 if direction == "lower" else ratio < 1
    return Verdict.REGRESSION if worse else Verdict.IMPROVEMENT


def _alone(before: Measurement | None, after: Measurement | None) -> Compared | None:
    """The line of what was measured on one side only; None when it was on both."""
    there, other = (
        (before, after)
        if before is not None and before.value is not None
        else (
            after,
            before,
        )
    )
    if there is None or (other is not None and other.value is not None):
        return None
    is_missing = there is before
    return Compared(
        **_identity(there),
        before=there.value if is_missing else None,
        after=None if is_missing else there.value,
        ratio=None,
        ratio_low=None,
        ratio_high=None,
        speedup=None,
        cliffs_delta=None,
        p=None,
        q=None,
        test="",
        n_before=there.n if is_missing else 0,
        n_after=0 if is_missing else there.n,
        verdict=Verdict.MISSING if is_missing else Verdict.NEW,
        base_commit=before.commit if before else "",
        head_commit=after.commit if after else "",
        reason=other.reason if other is not None else "",
    )


def _identity(one: Measurement) -> dict[str, str]:
    names = ("suite", "benchmark", "params", "variant", "metric", "unit", "machine")
    return {name: getattr(one, name) for name in (*names, "direction", "kind")}


def _speedup(ratio: float | None, direction: str) -> float | None:
    if ratio is None or direction == "none":
        return None
    return 1 / ratio if direction == "lower" else ratio


def _means(rows: Sequence[Compared]) -> tuple[Mean, ...]:
    """Geometric means over the benchmarks of a suite, which are a fixed list and not a sample.

    So the interval says how well this mean is known: the standard errors of the logarithms, taken
    from the intervals of the ratios, add up as those of independent measurements.
    """
    groups: defaultdict[tuple[str, str], list[Compared]] = defaultdict(list)
    for row in rows:
        if row.speedup is not None:
            groups[row.suite, row.kind].append(row)
    means = []
    for (suite, kind), members in groups.items():
        centre = effect.geometric_mean([row.speedup or 1.0 for row in members])
        errors = [
            log(row.ratio_high / row.ratio_low) / (2 * effect.NORMAL_975)
            for row in members
            if row.ratio_low is not None and row.ratio_high is not None
        ]
        half = effect.NORMAL_975 * sqrt(sum(error**2 for error in errors)) / len(members)
        known = len(errors) == len(members)
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
