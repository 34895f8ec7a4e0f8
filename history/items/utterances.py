"""Relate the times of utterances to their size, and two ways of running utterance by utterance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from history.stats import effect, scaling
from history.words.records import Item

FEWEST: Final = 3
"""Utterances that a fit of two terms needs."""
OUTLIERS_FROM: Final = 10
"""Utterances that are needed to call one an outlier. Two terms fitted to five leave three free
residuals, too few for a median: two of five were called so at 9 and 5 %."""


@dataclass(frozen=True)
class Outlier:
    """An utterance whose time its size does not explain."""

    item: str
    residual: float
    """Measured over fitted, less 1."""


@dataclass(frozen=True)
class Scaling:
    """How a stage grows with frames T and states S."""

    metric: str
    n: int
    per_t_s: float
    """Seconds per frame."""
    per_t_interval: tuple[float, float]
    per_ts_s: float
    """Seconds per frame and state."""
    per_ts_interval: tuple[float, float]
    r_squared: float
    pearson_ts: float
    """Of T x S with the time alone, as the origin program reports it."""
    residuals: tuple[Outlier, ...]
    """Every utterance in order."""
    outliers: tuple[Outlier, ...]
    spearman_ts: float
    """Of the ranks of T x S and of the time."""
    power_scale_s: float
    """The other fit: time = scale (T x S) ** exponent, least squares of the logarithms."""
    power_exponent: float
    """1 where time grows as T x S does."""
    power_exponent_interval: tuple[float, float]
    power_r_squared: float
    """Of the logarithms."""
    power_outliers: tuple[Outlier, ...]
    """Utterances whose time the power law does not explain, by its own residuals."""


@dataclass(frozen=True)
class Paired:
    """Two ways of running the same utterances."""

    metric: str
    n: int
    """Utterances both have."""
    ratio: float
    """Median over utterances of after / before; below 1 is faster."""
    low: float
    high: float
    cliffs_delta: float
    """From -1 to 1; negative means that after is shorter."""
    p: float
    """Wilcoxon's signed rank over utterances, two-sided."""
    same_output: int
    """Utterances whose fingerprints agree."""
    different: tuple[str, ...]
    """Those whose fingerprints do not."""
    missing: tuple[str, ...]
    """Utterances that only one side has."""


def scale(items: Iterable[Item], metric: str = "dp_time") -> Scaling:
    """Fit time = a T + b T S over utterances, and time = c (T S) ** e beside it.

    Outliers are called from ten utterances on. Raises ValueError with fewer than three utterances
    that have frames, states and this time, and when all have the same number of states.
    """
    usable = [
        item for item in items if metric in item.values and {"frames", "states"} <= set(item.facts)
    ]
    if len(usable) < FEWEST:
        raise ValueError(
            f"{metric}: a fit needs {FEWEST} utterances with frames and states, found {len(usable)}"
        )
    frames = np.array([float(item.facts["frames"]) for item in usable])
    states = np.array([float(item.facts["states"]) for item in usable])
    times = np.array([item.values[metric] for item in usable])
    fit = scaling.two_term(frames, states, times)
    law = scaling.power_law(frames * states, times)
    rank = scaling.correlation(frames * states, times)
    enough = len(usable) >= OUTLIERS_FROM
    rest = tuple(
        Outlier(item.item, float(residual))
        for item, residual in zip(usable, fit.residuals, strict=True)
    )
    return Scaling(
        metric=metric,
        n=len(usable),
        per_t_s=fit.a,
        per_t_interval=fit.a_interval,
        per_ts_s=fit.b,
        per_ts_interval=fit.b_interval,
        r_squared=fit.r_squared,
        pearson_ts=rank.pearson,
        residuals=rest,
        outliers=tuple(rest[position] for position in fit.outliers) if enough else (),
        spearman_ts=rank.spearman,
        power_scale_s=law.scale,
        power_exponent=law.exponent,
        power_exponent_interval=law.exponent_interval,
        power_r_squared=law.r_squared,
        power_outliers=tuple(
            Outlier(usable[position].item, float(law.residuals[position]))
            for position in law.outliers
        )
        if enough
        else (),
    )


def compare(before: Sequence[Item], after: Sequence[Item], metric: str = "total_time") -> Paired:
    """Compare two ways of running on the utterances both have, pair by pair.

    Raises ValueError when they have none in common.
    """
    old = {item.item: item for item in before if metric in item.values}
    new = {item.item: item for item in after if metric in item.values}
    common = sorted(set(old) & set(new))
    if not common:
        raise ValueError(f"{metric}: the two sides have no utterance in common")
    first = np.array([old[name].values[metric] for name in common])
    second = np.array([new[name].values[metric] for name in common])
    ratio = effect.paired_ratio(first, second)
    prints = {name: (old[name].fingerprint, new[name].fingerprint) for name in common}
    known = {name: pair for name, pair in prints.items() if all(pair)}
    return Paired(
        metric=metric,
        n=len(common),
        ratio=ratio.value,
        low=ratio.interval.low,
        high=ratio.interval.high,
        cliffs_delta=effect.cliffs_delta(first, second),
        p=effect.wilcoxon(first, second).p,
        same_output=sum(one == other for one, other in known.values()),
        different=tuple(name for name, (one, other) in known.items() if one != other),
        missing=tuple(sorted(set(old) ^ set(new))),
    )
