"""Find steps and drifts in one series: the detector soundmark uses unless told otherwise."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from history.detect import assemble, clear_steps
from history.detect.drift import ramp_groups
from history.detect.interface import DEFAULT_MINIMUM_EFFECT, Detection
from history.detect.localise import relocate
from history.detect.newest_points import TRUSTED_WEIGHT, holds, suspect
from history.detect.power import smallest_step
from history.detect.preprocess import measured, prepare
from history.detect.prune import prune
from history.detect.segment import levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from history.detect.interface import Change, Observations
    from history.detect.preprocess import Signal

LEAST_POINTS = 8
"""Fewer measured points give no verdict, other than of a clear step."""
FURTHER_POINTS = 10
"""Points after a change for which the minimum detectable change is stated."""


class StepDetector:
    """Cuts a series into levels and tests each boundary, with rules of its own for the newest."""

    name = "steps"
    version = "9"
    """Raised whenever any answer may change: answers of another version are asked for again."""

    def detect(
        self, observations: Observations, minimum_effect: float = DEFAULT_MINIMUM_EFFECT
    ) -> Detection:
        """Find every change of at least `minimum_effect` in one series; see `Observations`."""
        positions = measured(observations)
        if positions.size < LEAST_POINTS:
            return Detection(
                changes=_of_few(observations, positions, minimum_effect),
                n=int(positions.size),
                enough_data=False,
                n_needed=LEAST_POINTS,
                n_further=FURTHER_POINTS,
                sigma=nan,
                rho=nan,
                minimum_detectable_change=nan,
            )
        signal = prepare(observations, positions, minimum_effect)
        bounds, rho = _boundaries(signal, minimum_effect)
        changes = _changes(signal, rho, bounds)
        clear = clear_steps.newest(signal.y, bounds[-2], signal.clear, signal.sigma)
        newest = suspect(signal, bounds, minimum_effect)
        if clear is not None:
            changes.append(assemble.clear(signal, rho, clear))
        elif newest is not None:
            changes.append(assemble.suspected(signal, rho, newest))
        detectable = signal.relative(
            smallest_step(
                signal.sigma, rho, bounds[-1] - bounds[-2], FURTHER_POINTS, minimum_effect
            )
        )
        return Detection(
            changes=tuple(changes),
            n=signal.n,
            enough_data=True,
            n_needed=LEAST_POINTS,
            n_further=FURTHER_POINTS,
            sigma=signal.relative(signal.sigma),
            rho=rho,
            minimum_detectable_change=detectable,
            clipped=_indices(signal.positions, np.abs(signal.clean - signal.y) > 1e-12),
            downweighted=_indices(signal.positions, signal.weights < TRUSTED_WEIGHT),
        )


def _of_few(
    observations: Observations, positions: NDArray[np.int64], minimum_effect: float
) -> tuple[Change, ...]:
    """The answer for too few points for a verdict: whether the newest are a clear step."""
    if not positions.size:
        return ()
    signal = prepare(observations, positions, minimum_effect)
    clear = clear_steps.newest(signal.y, 0, signal.clear, signal.sigma)
    return () if clear is None else (assemble.clear(signal, 0.0, clear),)


def _changes(signal: Signal, rho: float, bounds: list[int]) -> list[Change]:
    """The changes at the boundaries, in order: drifts, and steps that are not part of a drift."""
    drifts: list[Change] = []
    steps: list[int] = []
    for first, last, ramp in ramp_groups(signal, rho, bounds):
        if ramp is None:
            steps.extend(range(first, last + 1))
        else:
            drifts.append(assemble.drift(signal, rho, bounds, (first, last), ramp))
    changes = [*drifts, *assemble.steps(signal, rho, bounds, steps)]
    return sorted(changes, key=lambda change: change.index)


def _boundaries(signal: Signal, minimum_effect: float) -> tuple[list[int], float]:
    """Boundaries 0, b1, .., n that pass every test at their final place, and rho."""
    bounds, rho = levels(signal)
    bounds = relocate(signal, rho, _tested(signal, rho, bounds, minimum_effect))
    return _tested(signal, rho, bounds, minimum_effect), rho


def _tested(signal: Signal, rho: float, bounds: list[int], minimum_effect: float) -> list[int]:
    """Drop boundaries until all pass the test and the newest level holds."""
    bounds = prune(signal, rho, bounds, minimum_effect)
    while not holds(signal, bounds):
        del bounds[-2]
        bounds = prune(signal, rho, bounds, minimum_effect)
    return bounds


def _indices(positions: NDArray[np.int64], chosen: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(i) for i in positions[chosen])
