"""Compare two sides, benchmark by benchmark: by how much do they differ, and could it be chance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import exp, hypot, isfinite, log, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.judgement.comparison import Compared, Comparison, Key, Mean, Measurement, Verdict
from history.judgement.pairing import FROM_NOISE, NOISE_FACTOR, identity, is_nothing, pair
from history.stats import effect
from history.stats.leak import TOO_SMALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FALSE_DISCOVERY_RATE: Final = 0.05
"""Share of the differences called real that may be chance, over the whole comparison."""


def compare(base: Mapping[Key, Measurement], head: Mapping[Key, Measurement]) -> Comparison:
    """Compare what both sides have, and name what only one has.

    The correction is over all tests of this comparison. A difference counts when its corrected p
    is below 0.05, its interval excludes 1, it is at least 2 %, and it is larger than two runs of
    the same code differ, as far as the history of the series tells.
    """
    both = [key for key in base if key in head]
    pairs = [(base[key], head[key]) for key in both if _measured(base[key], head[key])]
    noises = [_noise(*sides) for sides in pairs]
    paired = [pair(*sides, noise) for sides, noise in zip(pairs, noises, strict=True)]
    adjusted = effect.benjamini_hochberg([row.p if row.p is not None else np.nan for row in paired])
    rows = [
        _decide(replace(row, q=float(q) if isfinite(q) else None), noise, sides)
        for row, q, noise, sides in zip(paired, adjusted, noises, pairs, strict=True)
    ]
    lone = [_alone(one, head.get(key)) for key, one in base.items() if one.value is not None]
    lone += [_alone(base.get(key), one) for key, one in head.items() if one.value is not None]
    return Comparison((*rows, *(row for row in lone if row is not None)), _means(rows, noises))


def _measured(before: Measurement, after: Measurement) -> bool:
    return before.value is not None and after.value is not None


def _noise(before: Measurement, after: Measurement) -> float | None:
    """Noise between two runs of the same series; not known between others."""
    return after.noise if _two_runs(before, after) else None


def _two_runs(before: Measurement, after: Measurement) -> bool:
    """Whether these are the same series in different runs."""
    same = before.machine == after.machine and before.variant == after.variant
    return same and before.run_id != after.run_id


def _decide(row: Compared, noise: float | None, sides: tuple[Measurement, Measurement]) -> Compared:
    if row.ratio is None and is_nothing(row.metric, row.before, row.after):
        return replace(row, verdict=Verdict.NO_DIFFERENCE, reason="both too small to mean anything")
    if row.ratio is None:
        return replace(row, reason="a ratio needs values above zero on both sides")
    if row.q is None or row.ratio_low is None or row.ratio_high is None:
        return replace(
            row, reason=f"n = {row.n_before} and {row.n_after}: too few samples for a test"
        )
    reason = f"{row.test}, q = {row.q:.2g}"
    distance = abs(log(row.ratio))
    verdict = Verdict.NO_DIFFERENCE
    if row.q < FALSE_DISCOVERY_RATE and not row.ratio_low <= 1 <= row.ratio_high:
        if distance < log(1 + DEFAULT_MINIMUM_EFFECT):
            reason += f", but below {DEFAULT_MINIMUM_EFFECT:.0%}"
        elif noise is not None and distance < NOISE_FACTOR * noise:
            differ = exp(NOISE_FACTOR * noise) - 1
            reason += f", but two runs of the same code differ by up to {differ:.1%} here"
        else:
            verdict = _named(row.ratio, row.direction)
            if noise is None and _two_runs(*sides):
                reason += ", but how far two runs of the same code differ is not known yet"
    return replace(
        row,
        verdict=verdict,
        reason=reason,
        minimum_detectable_change=_detectable(row.ratio_low, row.ratio_high, noise),
    )


def _detectable(low: float, high: float, noise: float | None) -> float:
    """The smallest difference that would have been called one, as a share.

    It must be the minimum effect, leave 1 outside an interval of this width, and be more than two
    runs of the same code differ.
    """
    half = log(high / low) / 2
    return max(DEFAULT_MINIMUM_EFFECT, exp(half) - 1, exp(NOISE_FACTOR * (noise or 0.0)) - 1)


def _named(ratio: float, direction: str) -> Verdict:
    if direction == "none":
        return Verdict.UP if ratio > 1 else Verdict.DOWN
    worse = ratio > 1 if direction == "lower" else ratio < 1
    return Verdict.REGRESSION if worse else Verdict.IMPROVEMENT


def _alone(before: Measurement | None, after: Measurement | None) -> Compared | None:
    """The line of what was measured on one side only; None when it was on both."""
    is_missing = before is not None and before.value is not None
    there, other = (before, after) if is_missing else (after, before)
    if there is None or (other is not None and other.value is not None):
        return None
    return Compared(
        **identity(there),
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


def _means(rows: Sequence[Compared], noises: Sequence[float | None]) -> tuple[Mean, ...]:
    """Geometric means over the benchmarks of a suite, which are a fixed list and not a sample.

    So the interval says how well this mean is known: the standard errors of the logarithms, taken
    from the intervals of the ratios and the noise between two runs, add up as those of independent
    measurements. Metrics that lie
    around zero have no part in it: from almost nothing to something is any number of times.
    """
    groups: defaultdict[tuple[str, str], list[tuple[Compared, float]]] = defaultdict(list)
    for row, noise in zip(rows, noises, strict=True):
        if row.speedup is not None and row.metric not in TOO_SMALL:
            # An interval that was made of the noise already holds it.
            between = 0.0 if noise is None or row.test == FROM_NOISE else noise * sqrt(2)
            groups[row.suite, row.kind].append((row, between))
    means = []
    for (suite, kind), members in groups.items():
        centre = effect.geometric_mean([row.speedup or 1.0 for row, _ in members])
        errors = [
            hypot(log(row.ratio_high / row.ratio_low) / (2 * effect.NORMAL_975), between)
            for row, between in members
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
