"""Say how small a change a series could have shown."""

from __future__ import annotations

from math import expm1, log1p, sqrt

from history.detect.interface import DEFAULT_MINIMUM_EFFECT, LARGEST_LOG
from history.detect.prune import LONGEST_SIDE, T_LONG, T_SHORT, needed_t

RESERVE = 1.0
"""Standard errors between what the test asks for and the smallest step that is promised."""


def minimum_detectable_change(
    sigma: float,
    rho: float,
    n_before: int,
    n_after: int,
    minimum_effect: float = DEFAULT_MINIMUM_EFFECT,
) -> float:
    """Smallest relative step that would be found with this noise and these many points.

    sigma: noise of one point in ln units; both counts at least 3, since fewer points are never
    more than a suspect. Follows from the test: |t| with a reserve, times the standard error.
    """
    return expm1(min(smallest_step(sigma, rho, n_before, n_after, minimum_effect), LARGEST_LOG))


def smallest_step(
    sigma: float, rho: float, n_before: int, n_after: int, minimum_effect: float
) -> float:
    """The same in units of `sigma`, on whichever scale the series was judged."""
    before, after = min(n_before, LONGEST_SIDE), min(n_after, LONGEST_SIDE)
    error = sigma * sqrt((1 / before + 1 / after) * (1 + rho) / (1 - rho))
    return max(log1p(minimum_effect), stated_t(min(before, after)) * error)


def stated_t(shorter: int) -> float:
    """|t| with which the statement is made, for so many points of the shorter level.

    Between long levels it is one more than the test asks for: a step whose expected |t| is just
    what is needed would be missed every other time, with one standard error more it is found five
    times in six. The reserve shrinks to none at three points, as the test itself has more there.
    """
    share = (needed_t(shorter) - T_LONG) / (T_SHORT - T_LONG)
    return needed_t(shorter) + RESERVE * (1.0 - share)
