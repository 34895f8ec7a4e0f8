"""A second generator, made apart from `series.py`: are the rules right, or only right for that one?

It differs in what could matter. Sizes of steps do not depend on the noise; a step is left out when
it is below 1.8 long-run deviations of one point, since nobody could call it missed. Every series
may combine a kind of noise with gaps, a coarse clock and raw samples. No rule is tuned on
`SECOND_SEEDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.series import Labelled, Truth
from history.detect.interface import Observations

Floats = NDArray[np.float64]
Noise = Callable[[np.random.Generator, int, float], tuple[Floats, float]]
"""n log-residuals of scale s, and the deviation by which steps are judged fair."""

SECOND_SEEDS = (9101, 9102, 9103)
LEAST_SIZE = 1.8
"""Smallest fair step in deviations."""
EDGE = 12
"""Points before the first step, after the last, and between two."""
STEPS_PER_POINT = 1 / 90


def student(rng: np.random.Generator, n: int, s: float) -> tuple[Floats, float]:
    """Student t with three degrees of freedom."""
    return s * rng.standard_t(3, n), 1.3 * s


def skewed(rng: np.random.Generator, n: int, s: float) -> tuple[Floats, float]:
    """Gamma noise: a floor that is never undercut, and a tail of slow runs."""
    shape = rng.uniform(1.0, 4.0)
    return s * (rng.gamma(shape, size=n) - shape) / np.sqrt(shape), s


def regressive(rng: np.random.Generator, n: int, s: float) -> tuple[Floats, float]:
    """First-order autoregression, 0.3 to 0.7."""
    rho = rng.uniform(0.3, 0.7)
    noise = np.zeros(n)
    for i, shock in enumerate(rng.normal(0, s * np.sqrt(1 - rho**2), n)):
        noise[i] = shock + (rho * noise[i - 1] if i else 0.0)
    return noise, s * float(np.sqrt((1 + rho) / (1 - rho)))


def hosts(rng: np.random.Generator, n: int, s: float) -> tuple[Floats, float]:
    """Two machines, 4 to 20 % apart, each kept for 1 to 4 nights on average."""
    apart = rng.uniform(0.04, 0.20)
    dwell = rng.uniform(1.0, 4.0, 2)
    state = np.empty(n)
    now = rng.integers(2)
    for i in range(n):
        state[i] = now
        now = 1 - now if rng.random() < 1 / dwell[now] else now
    share = dwell[1] / dwell.sum()
    stay = max(1 - 1 / dwell[0] - 1 / dwell[1], 0.0)
    states = apart * np.sqrt(share * (1 - share) * (1 + stay) / (1 - stay))
    s = min(s, apart / 4)
    return apart * state + rng.normal(0, s, n), float(np.hypot(states, s))


def disturbed(rng: np.random.Generator, n: int, s: float) -> tuple[Floats, float]:
    """Episodes of one to three slow nights, 5 to 80 %, in 1 to 5 % of the nights."""
    noise = rng.normal(0, s, n)
    for start in np.flatnonzero(rng.random(n) < rng.uniform(0.01, 0.05)):
        width = rng.choice([1, 2, 3], p=[0.75, 0.2, 0.05])
        noise[start : start + width] += rng.uniform(0.05, 0.6)
    return noise, s


def regimes(rng: np.random.Generator, n: int, s: float) -> tuple[Floats, float]:
    """Two to four regimes, each with its own deviation from a third of s to s."""
    ends = np.sort(rng.integers(0, n, rng.integers(1, 4)))
    scale = s * rng.uniform(1 / 3, 1, ends.size + 1)
    return rng.normal(0, 1, n) * scale[np.searchsorted(ends, np.arange(n), side="right")], s


def calm(rng: np.random.Generator, n: int, s: float) -> tuple[Floats, float]:
    """Normal noise and nothing else."""
    return rng.normal(0, s, n), s


KINDS: dict[str, Noise] = {
    "calm": calm,
    "student": student,
    "skewed": skewed,
    "regressive": regressive,
    "hosts": hosts,
    "disturbed": disturbed,
    "regimes": regimes,
}


def steps(rng: np.random.Generator, n: int, deviation: float) -> tuple[Floats, list[Truth]]:
    """Steps as a Poisson process, 3 to 60 %, uniform in the logarithm, both ways."""
    level = np.zeros(n)
    truths: list[Truth] = []
    place = EDGE + int(rng.exponential(1 / STEPS_PER_POINT))
    while place <= n - EDGE:
        shift = float(np.log1p(np.exp(rng.uniform(np.log(0.03), np.log(0.60)))))
        shift *= rng.choice([-1.0, 1.0])
        if abs(shift) >= LEAST_SIZE * deviation:
            level[place:] += shift
            truths.append(Truth(place, place, float(np.expm1(shift))))
        place += EDGE + int(rng.exponential(1 / STEPS_PER_POINT))
    return level, truths


def one(kind: str, number: int, seed: int) -> Labelled:
    """Series `number` of a kind under a seed; always the same."""
    rng = np.random.default_rng([2, seed, list(KINDS).index(kind), number])
    n = int(rng.integers(60, 601)) if rng.random() < 0.5 else int(rng.integers(60, 201))
    noise, deviation = KINDS[kind](rng, n, float(rng.beta(1.2, 3.0)) * 0.06 + 0.003)
    level, truths = steps(rng, n, deviation)
    values = rng.uniform(1, 1000) * np.exp(level + noise)
    spread = counts = None
    if rng.random() < 0.3:
        values, spread, counts = _sampled(rng, values)
    if rng.random() < 0.3:
        tick = float(np.median(values)) * rng.uniform(0.002, 0.02)
        values = np.maximum(np.round(values / tick), 1) * tick
    if rng.random() < 0.5:
        absent = rng.random(n) < rng.uniform(0.01, 0.10)
        absent[[t.index for t in truths]] = False
        values[absent] = np.nan
    return Labelled(kind, f"{kind}-{number}", Observations(values, spread, counts), tuple(truths))


def _sampled(rng: np.random.Generator, centre: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Medians, interquartile ranges and numbers of 3 to 40 samples around each centre."""
    k = int(rng.integers(3, 41))
    width = rng.uniform(0.002, 0.02)
    samples = centre[:, None] * np.exp(width * rng.normal(0, 1, (centre.size, k)))
    low, median, high = np.quantile(samples, [0.25, 0.5, 0.75], axis=1)
    return median, high - low, np.full(centre.size, k, dtype=np.int64)


def held_out(seed: int, per_kind: int) -> Iterator[Labelled]:
    """`per_kind` series of every kind of noise."""
    for kind in KINDS:
        for number in range(per_kind):
            yield one(kind, number, seed)
