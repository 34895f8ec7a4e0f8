"""Generate benchmark histories whose true changes are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from history.detect.interface import Observations

Floats = NDArray[np.float64]

TUNING_SEEDS = (11, 12, 13)
"""Seeds rules may be tuned on."""
REPORTING_SEEDS = (9001, 9002, 9003)
"""Seeds of the published table; never look at single series of these."""

SMALLEST_STEP, LARGEST_STEP = 0.03, 0.60
SHORTEST_SERIES, LONGEST_SERIES = 60, 600


@dataclass(frozen=True)
class Truth:
    """One planted change; positions count all points, absences included."""

    index: int
    """First point of the new level; for a ramp its first moving point."""
    end: int
    """Last point of the ramp; equal to `index` for a step."""
    size: float
    """Relative change with its sign."""

    @property
    def is_ramp(self) -> bool:
        """True for a slow change."""
        return self.end > self.index


@dataclass(frozen=True, eq=False)
class Labelled:
    """A series and what was planted in it."""

    family: str
    name: str
    observations: Observations
    truths: tuple[Truth, ...] = field(default=())


Noise = Callable[[np.random.Generator, int], tuple[Floats, float]]
"""Makes n log-residuals and names the standard deviation a person would call the noise."""


Maker = Callable[[np.random.Generator], tuple[Floats, list[Truth]]]
"""Makes the logarithms of a series and says what was planted."""


def lognormal(rng: np.random.Generator, n: int) -> tuple[Floats, float]:
    """Independent normal noise of 0.5 to 8 %."""
    sigma = log_uniform(rng, 0.005, 0.08)
    return rng.normal(0, sigma, n), sigma


def heavy(rng: np.random.Generator, n: int) -> tuple[Floats, float]:
    """Student t with 2 to 4 degrees of freedom."""
    sigma = log_uniform(rng, 0.005, 0.05)
    return np.clip(sigma * rng.standard_t(rng.uniform(2, 4), n), -0.7, 1.5), 1.2 * sigma


def spiky(rng: np.random.Generator, n: int) -> tuple[Floats, float]:
    """Normal noise; 2 to 8 % of the points are 10 to 200 % too slow, some in pairs."""
    sigma = log_uniform(rng, 0.005, 0.04)
    noise = rng.normal(0, sigma, n)
    for i in np.flatnonzero(rng.random(n) < rng.uniform(0.02, 0.08)):
        noise[i : i + (2 if rng.random() < 0.2 else 1)] += np.log1p(log_uniform(rng, 0.1, 2.0))
    return noise, sigma


def two_state(rng: np.random.Generator, n: int) -> tuple[Floats, float]:
    """Two modes 3 to 15 % apart; each point draws its mode, or stays in it for a few points."""
    sigma = log_uniform(rng, 0.003, 0.015)
    gap = log_uniform(rng, 0.03, 0.15)
    share = rng.uniform(0.2, 0.5)
    stay = rng.choice([0.0, 0.0, 0.4, 0.6])
    state = np.zeros(n)
    state[0] = rng.random() < share
    for i in range(1, n):
        state[i] = state[i - 1] if rng.random() < stay else rng.random() < share
    spread = gap * np.sqrt(share * (1 - share))
    return rng.normal(0, sigma, n) + gap * state, float(np.hypot(sigma, spread))


def changing_variance(rng: np.random.Generator, n: int) -> tuple[Floats, float]:
    """Normal noise that is two to five times larger in some stretches."""
    sigma = log_uniform(rng, 0.005, 0.03)
    scale = np.full(n, sigma)
    for _ in range(rng.integers(1, 4)):
        a = int(rng.integers(0, n - 10))
        scale[a : a + int(rng.integers(n // 8, n // 2))] = sigma * rng.uniform(2, 5)
    return rng.normal(0, 1, n) * scale, float(scale.max())


def autocorrelated(rng: np.random.Generator, n: int) -> tuple[Floats, float]:
    """First-order autoregressive noise, rho 0.3 to 0.7."""
    sigma = log_uniform(rng, 0.005, 0.04)
    rho = rng.uniform(0.3, 0.7)
    shocks = rng.normal(0, sigma * np.sqrt(1 - rho**2), n)
    noise = np.empty(n)
    noise[0] = rng.normal(0, sigma)
    for i in range(1, n):
        noise[i] = rho * noise[i - 1] + shocks[i]
    return noise, sigma * float(np.sqrt((1 + rho) / (1 - rho)))


def quiet(rng: np.random.Generator, n: int) -> tuple[Floats, float]:
    """No noise at all: an exact counter."""
    del rng
    return np.zeros(n), 0.0


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """One draw, uniform in the logarithm."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def plant(
    rng: np.random.Generator,
    n: int,
    sigma: float,
    *,
    count: int,
    gap: int,
    least_sigma: float,
    sizes: tuple[float, float] = (SMALLEST_STEP, LARGEST_STEP),
) -> tuple[Floats, list[Truth]]:
    """Put up to `count` steps at random places, `gap` points apart and from both ends.

    Sizes are uniform in the logarithm, at least `least_sigma` times the noise.
    """
    level = np.zeros(n)
    truths: list[Truth] = []
    smallest = max(sizes[0], least_sigma * sigma)
    places: list[int] = []
    for _ in range(200):
        if len(places) == count or n - gap <= gap:
            break
        place = int(rng.integers(gap, n - gap + 1))
        if all(abs(place - other) >= gap for other in places):
            places.append(place)
    for place in sorted(places):
        size = log_uniform(rng, smallest, max(sizes[1], smallest * 1.2))
        shift = np.log1p(size) * (1 if rng.random() < 0.55 else -1)
        level[place:] += shift
        truths.append(Truth(place, place, float(np.expm1(shift))))
    return level, truths


def finish(
    rng: np.random.Generator,
    log_values: Floats,
    truths: list[Truth],
    family: str,
    number: int,
    **extra: NDArray[np.float64] | NDArray[np.int64],
) -> Labelled:
    """Give a log series a random unit and a name."""
    values = log_uniform(rng, 1e-4, 1e5) * np.exp(log_values)
    observations = Observations(values, **extra)  # type: ignore[arg-type]
    return Labelled(family, f"{family}-{number}", observations, tuple(truths))


def length(rng: np.random.Generator) -> int:
    """Points of a series, 60 to 600, short ones more often."""
    return round(log_uniform(rng, SHORTEST_SERIES, LONGEST_SERIES))


def steps_in(noise: Noise, least_sigma: float = 1.5) -> Maker:
    """Steps in one kind of noise; about one series in four has none."""

    def make(rng: np.random.Generator) -> tuple[Floats, list[Truth]]:
        n = length(rng)
        residual, sigma = noise(rng, n)
        count = int(rng.integers(0, 4)) if n < 200 else int(rng.integers(0, 6))
        level, truths = plant(rng, n, sigma, count=count, gap=15, least_sigma=least_sigma)
        return level + residual, truths

    return make


def _short_plateaus(rng: np.random.Generator) -> tuple[Floats, list[Truth]]:
    n = length(rng)
    sigma = log_uniform(rng, 0.005, 0.03)
    level = np.zeros(n)
    truths: list[Truth] = []
    place = int(rng.integers(15, 30))
    while place < n - 20 and len(truths) < 6:
        width = int(rng.integers(5, 13))
        size = log_uniform(rng, max(0.05, 5 * sigma), LARGEST_STEP)
        shift = np.log1p(size) * rng.choice([-1, 1])
        level[place : place + width] += shift
        truths.append(Truth(place, place, float(np.expm1(shift))))
        truths.append(Truth(place + width, place + width, float(np.expm1(-shift))))
        place += width + int(rng.integers(20, 80))
    return level + rng.normal(0, sigma, n), truths


def _small_steps(rng: np.random.Generator) -> tuple[Floats, list[Truth]]:
    n = max(length(rng), 100)
    sigma = log_uniform(rng, 0.01, 0.03)
    level, truths = plant(
        rng, n, sigma, count=int(rng.integers(1, 4)), gap=30, least_sigma=1.2, sizes=(0.03, 0.06)
    )
    return level + rng.normal(0, sigma, n), truths


def _drifting(rng: np.random.Generator) -> tuple[Floats, list[Truth]]:
    n = max(length(rng), 120)
    sigma = log_uniform(rng, 0.005, 0.03)
    width = int(rng.integers(30, min(n - 40, 200)))
    start = int(rng.integers(20, n - width - 15))
    size = log_uniform(rng, max(0.08, 5 * sigma), 0.5) * (1 if rng.random() < 0.6 else -0.6)
    level = np.interp(np.arange(n), [start - 1, start + width - 1], [0.0, np.log1p(size)])
    return level + rng.normal(0, sigma, n), [Truth(start, start + width - 1, float(size))]


def _quantised(rng: np.random.Generator) -> tuple[Floats, list[Truth]]:
    residual, truths = steps_in(lognormal)(rng)
    grid = log_uniform(rng, 0.005, 0.03)
    values = np.maximum(np.round(np.exp(residual) / grid), 1) * grid
    return np.log(values), truths


def one(family: str, number: int, seed: int) -> Labelled:
    """Series `number` of a family under a seed; always the same."""
    rng = np.random.default_rng([seed, FAMILIES.index(family), number])
    if family == "samples":
        return _with_samples(rng, number)
    log_values, truths = MAKERS[family](rng)
    labelled = finish(rng, log_values, truths, family, number)
    if family == "gappy":
        absent = rng.random(log_values.size) < rng.uniform(0.05, 0.3)
        absent[[t.index for t in truths]] = False
        labelled.observations.values[absent] = np.nan
    return labelled


def _with_samples(rng: np.random.Generator, number: int) -> Labelled:
    """Points with raw samples; some runs are disturbed, scatter widely and sit too high."""
    n = length(rng)
    between, within = log_uniform(rng, 0.005, 0.03), log_uniform(rng, 0.005, 0.05)
    k = int(rng.integers(5, 31))
    level, truths = plant(rng, n, between, count=int(rng.integers(0, 4)), gap=15, least_sigma=1.5)
    disturbed = rng.random(n) < rng.uniform(0.0, 0.1)
    centre = level + rng.normal(0, between, n) + disturbed * rng.exponential(0.2, n)
    width = within * np.where(disturbed, rng.uniform(4, 10, n), 1.0)
    unit = log_uniform(rng, 1e-4, 1e5)
    samples = unit * np.exp(centre[:, None] + width[:, None] * rng.normal(0, 1, (n, k)))
    low, middle, high = np.quantile(samples, [0.25, 0.5, 0.75], axis=1)
    observations = Observations(middle, high - low, np.full(n, k))
    return Labelled("samples", f"samples-{number}", observations, tuple(truths))


MAKERS: dict[str, Maker] = {
    "lognormal": steps_in(lognormal),
    "heavy": steps_in(heavy),
    "spiky": steps_in(spiky),
    "two-state": steps_in(two_state),
    "variance": steps_in(changing_variance),
    "autocorrelated": steps_in(autocorrelated),
    "drifting": _drifting,
    "gappy": steps_in(lognormal),
    "quantised": _quantised,
    "constant": steps_in(quiet),
    "short": _short_plateaus,
    "small": _small_steps,
}
FAMILIES = (*MAKERS, "samples")


def labelled_set(seed: int, per_family: int) -> Iterator[Labelled]:
    """`per_family` series of every family."""
    for family in FAMILIES:
        for number in range(per_family):
            yield one(family, number, seed)
