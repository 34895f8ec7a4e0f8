"""Put together what was found: places, levels in the unit of the metric, interval, evidence."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from history.detect import confirmation, interval
from history.detect.interface import (
    CLEAR,
    DRIFT,
    NEWEST,
    STEP,
    Change,
    ChangeKind,
    ChangeStatus,
    Evidence,
)
from history.detect.noise import median
from history.detect.prune import LONGEST_SIDE, Contrast, contrast
from history.detect.transient_levels import Shift, shift_at

if TYPE_CHECKING:
    from history.detect.clear_steps import Newest
    from history.detect.drift import Ramp
    from history.detect.newest_points import Suspect
    from history.detect.preprocess import Signal


def steps(signal: Signal, rho: float, bounds: list[int], which: list[int]) -> list[Change]:
    """The steps at the boundaries of these numbers."""
    found = {bounds[each]: contrast(signal, rho, bounds, each) for each in which}
    moves = {place: one.median_difference for place, one in found.items()}
    return [
        _step(
            signal,
            rho,
            found[bounds[each]],
            confirmation.status(signal, bounds, each, found[bounds[each]].t),
            shift_at(signal, bounds, bounds[each], moves),
        )
        for each in which
    ]


def _step(
    signal: Signal, rho: float, found: Contrast, status: ChangeStatus, shift: Shift
) -> Change:
    place = shift.place
    return _change(
        signal,
        rho,
        found,
        places=(place - 1, place, place),
        sides=(place, place),
        ends=(shift.low, shift.high),
        status=status,
        evidence=Evidence(
            STEP,
            limit=float(found.needed),
            ignored=tuple(signal.relative(move) for move in shift.ignored),
        ),
    )


def drift(
    signal: Signal, rho: float, bounds: list[int], group: tuple[int, int], ramp: Ramp
) -> Change:
    """The drift that replaces boundaries group[0]..group[1]."""
    first, last = group
    start, end = bounds[first - 1], bounds[last + 1]
    # Levels outside the ramp; a ramp that fills its segments leaves three points at each end.
    old = max(ramp.start, start + 2)
    new = min(ramp.end, end - 3)
    found = _contrast_apart(signal, rho, (start, old + 1), (new, end))
    rise = ramp.after - ramp.before
    # First point of the fitted ramp that has left the old level by one sigma.
    left = int(np.ceil(ramp.start + (ramp.end - ramp.start) * min(signal.sigma / abs(rise), 0.5)))
    index = min(max(left, ramp.start + 1), ramp.end)
    return _change(
        signal,
        rho,
        found,
        places=(ramp.start, index, ramp.end),
        sides=(old + 1, new),
        status=confirmation.of_ramp(signal, bounds, last, ramp, found),
        evidence=Evidence(DRIFT, points=ramp.end - ramp.start, steps=last - first + 1),
    )


def suspected(signal: Signal, rho: float, newest: Suspect) -> Change:
    """The newest one or two points, far out but not yet a level."""
    return _newest(
        signal,
        rho,
        newest.place,
        newest.n_before,
        statistic=newest.distance_sigma,
        status=ChangeStatus.SUSPECT,
        evidence=Evidence(NEWEST, limit=newest.rule.distance_sigma, points=newest.rule.points),
    )


def clear(signal: Signal, rho: float, newest: Newest) -> Change:
    """The newest one or two points as a new level, clearly apart from the one before."""
    points = signal.n - newest.place
    return _newest(
        signal,
        rho,
        newest.place,
        newest.n_before,
        statistic=newest.ranges,
        status=ChangeStatus.CONFIRMED if points >= signal.clear.confirmed else ChangeStatus.SUSPECT,
        evidence=Evidence(CLEAR, limit=signal.clear.ranges, points=points),
    )


def _newest(
    signal: Signal,
    rho: float,
    place: int,
    n_before: int,
    *,
    statistic: float,
    status: ChangeStatus,
    evidence: Evidence,
) -> Change:
    n_after = signal.n - place
    difference = median(signal.y[place:]) - median(signal.y[place - n_before : place])
    found = Contrast(
        difference=difference,
        median_difference=difference,
        error=signal.sigma * sqrt(1 / n_before + 1 / n_after),
        t=statistic,
        needed=evidence.limit,
        n_before=n_before,
        n_after=n_after,
    )
    return _change(
        signal,
        rho,
        found,
        places=(place - 1, place, place),
        sides=(place, place),
        status=status,
        evidence=evidence,
    )


def _contrast_apart(
    signal: Signal, rho: float, old: tuple[int, int], new: tuple[int, int]
) -> Contrast:
    """Compare two stretches (start, end) that need not touch: the forty nearest points of each."""
    left = (max(old[0], old[1] - LONGEST_SIDE), old[1])
    right = (new[0], min(new[1], new[0] + LONGEST_SIDE))
    before, after = signal.clean[slice(*left)], signal.clean[slice(*right)]
    error = signal.sigma * sqrt((1 / before.size + 1 / after.size) * (1 + rho) / (1 - rho))
    difference = float(after.mean() - before.mean())
    return Contrast(
        difference=difference,
        median_difference=median(signal.y[slice(*right)]) - median(signal.y[slice(*left)]),
        error=error,
        t=difference / error,
        needed=0.0,
        n_before=before.size,
        n_after=after.size,
    )


def _change(
    signal: Signal,
    rho: float,
    found: Contrast,
    *,
    places: tuple[int, int, int],
    sides: tuple[int, int],
    evidence: Evidence,
    status: ChangeStatus,
    ends: tuple[float, float] | None = None,
) -> Change:
    """A drift if the last two `places` differ, else a step. `ends`: its interval, if known."""
    previous, index, end = places
    old = slice(sides[0] - found.n_before, sides[0])
    new = slice(sides[1], sides[1] + found.n_after)
    before, after = median(signal.values[old]), median(signal.values[new])
    low, high = (signal.relative(edge) for edge in ends or interval.between(signal, old, new))
    change = signal.relative(found.median_difference)
    if signal.is_log:
        change = after / before - 1
    elif before:
        unit = abs(before) / _size(signal)
        change, low, high = (x / unit for x in (change, low, high))
    # The median of an even number of values is not quite that of their logarithms.
    low, high = min(low, change), max(high, change)
    if low <= 0 <= high:
        # No change at all may be the truth: nothing that is to be acted on.
        status = ChangeStatus.SUSPECT
    positions = signal.positions
    return Change(
        index=int(positions[index]),
        previous_index=int(positions[previous]),
        end_index=int(positions[end]),
        kind=ChangeKind.STEP if index == end else ChangeKind.DRIFT,
        status=status,
        change=change,
        low=low,
        high=high,
        before=before,
        after=after,
        n_before=found.n_before,
        n_after=found.n_after,
        statistic=found.t,
        sigma=signal.relative(signal.sigma),
        rho=rho,
        evidence=evidence,
    )


def _size(signal: Signal) -> float:
    """Values per unit of `y` where the scale is linear."""
    largest = int(np.abs(signal.y).argmax())
    return abs(float(signal.values[largest] / signal.y[largest])) if signal.y[largest] else 1.0
