"""Say what noise looks like whose truth is known, for intervals to be held against."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Noise = Callable[[np.random.Generator, int], Floats]
"""A generator and a number of points to as many values, with a scatter of about 1."""


def normal(rng: np.random.Generator, n: int) -> Floats:
    """The textbook's."""
    return rng.normal(0, 1, n)


def heavy(degrees: float, rng: np.random.Generator, n: int) -> Floats:
    """Student's t."""
    return rng.standard_t(degrees, n)


def peaked(rng: np.random.Generator, n: int) -> Floats:
    """Laplace's law: most points near the middle, some far out."""
    return rng.laplace(size=n)


def even(rng: np.random.Generator, n: int) -> Floats:
    """Every value between two ends, none beyond."""
    return rng.uniform(-1.7, 1.7, n)


def spiky(rng: np.random.Generator, n: int) -> Floats:
    """One point in 25 lies 5 to 40 higher."""
    return rng.normal(0, 1, n) + (rng.random(n) < 0.04) * rng.uniform(5, 40, n)


def regressive(rho: float, rng: np.random.Generator, n: int) -> Floats:
    """Each point keeps rho of the one before."""
    noise = np.zeros(n + 60)
    shocks = rng.normal(0, np.sqrt(1 - rho**2), n + 60)
    for i in range(1, n + 60):
        noise[i] = rho * noise[i - 1] + shocks[i]
    return noise[60:]


def two_states(share: float, stay: float) -> Noise:
    """Share of the slow state, and mean number of points in the rarer one; 0: each point draws."""

    def noise(rng: np.random.Generator, n: int) -> Floats:
        slow = rng.random(n) < share
        if stay:
            leave_slow, leave_fast = 1 / stay, share / (1 - share) / stay
            for i in range(1, n):
                moved = rng.random() < (leave_slow if slow[i - 1] else leave_fast)
                slow[i] = slow[i - 1] ^ moved
        return rng.normal(0, 0.3, n) + 2 * slow

    return noise


NOISES: dict[str, Noise] = {
    "normal": normal,
    "heavy": partial(heavy, 3),
    "peaked": peaked,
    "spiky": spiky,
    "weakly correlated": partial(regressive, 0.3),
    "strongly correlated": partial(regressive, 0.6),
    "two states, half and half": two_states(0.5, 0),
    "two states, 60 and 40 %": two_states(0.4, 0),
    "two states, 80 and 20 %": two_states(0.2, 0),
    "half and half, for three points": two_states(0.5, 3),
    "80 and 20 %, for three points": two_states(0.2, 3),
    "60 and 40 %, for five points": two_states(0.4, 5),
    "half and half, for ten points": two_states(0.5, 10),
    "80 and 20 %, for ten points": two_states(0.2, 10),
}
OTHERS: dict[str, Noise] = {
    "uniform": even,
    "heavier": partial(heavy, 2),
    "correlated by 0.45": partial(regressive, 0.45),
    "correlated by 0.8": partial(regressive, 0.8),
    "two states, 90 and 10 %": two_states(0.1, 0),
    "70 and 30 %, for four points": two_states(0.3, 4),
    "half and half, for five points": two_states(0.5, 5),
    "80 and 20 %, for five points": two_states(0.2, 5),
    "90 and 10 %, for five points": two_states(0.1, 5),
    "60 and 40 %, for seven points": two_states(0.4, 7),
    "70 and 30 %, for ten points": two_states(0.3, 10),
    "half and half, for fifteen points": two_states(0.5, 15),
}
"""Nothing of the detector may be chosen on these."""
