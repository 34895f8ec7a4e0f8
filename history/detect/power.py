"""Say how small a change a series could have shown."""

from __future__ import annotations

from math import expm1, log1p, sqrt

from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.detect.prune import LONGEST_SIDE, needed_t

LARGEST_LOG = 700.0
"""exp overflows soon after; such a change is beyond all doubt anyway."""


def minimum_detectable_change(
    sigma: float,
    rho: float,
    n_before: int,
    n_after: int,
    minimum_effect: float = DEFAULT_MINIMUM_EFFECT,
) -> float:
    """Smallest relative step that would be confirmed with this noise and these many points.

    sigma: noise of one point in ln units; both counts at least 3 for the result to mean a
    confirmed step. Follows from the test: the needed |t| times the standard error.
    """
    return expm1(min(smallest_step(sigma, rho, n_before, n_after, minimum_effect), LARGEST_LOG))


def smallest_step(
    sigma: float, rho: float, n_before: int, n_after: int, minimum_effect: float
) -> float:
    """The same in units of `sigma`, on whichever scale the series was judged."""
    before, after = min(n_before, LONGEST_SIDE), min(n_after, LONGEST_SIDE)
    error = sigma * sqrt((1 / before + 1 / after) * (1 + rho) / (1 - rho))
    return max(log1p(minimum_effect), needed_t(min(before, after)) * error)
