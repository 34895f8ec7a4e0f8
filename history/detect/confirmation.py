"""Decide whether a step that was found is confirmed, or still a suspect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from history.detect.clear_steps import is_clear
from history.detect.drift import SHORTEST_RAMP
from history.detect.interface import ChangeStatus
from history.detect.newest_points import LEVEL_FACTOR, YOUNG, holds, residuals
from history.detect.prune import LONGEST_SIDE, side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from history.detect.drift import Ramp
    from history.detect.preprocess import Signal
    from history.detect.prune import Contrast

    Floats = NDArray[np.float64]

T_CONFIRMED = 7.5
"""|t| from which a level is believed, however many points it has; three points need about as much
anyway. Weaker steps are often put on a neighbouring commit at first; as a suspect they cost a
rerun, not a failed build."""
T_SETTLED = 6.5
"""The same once `LONGEST_SIDE` points follow and both levels are old: |t| grows no more then."""
T_RAMP = 10.0
"""The same for a ramp: two steps and some spikes can look like one. Ramps that are drifts for
certain lie far above."""
LONG_RAMP = 20
"""A ramp over fewer points must also lie between two levels of `SHORTEST_RAMP` points: a short one
without an end may yet become a step."""
SHORT_RECORD = 20
"""After an older level of fewer points, twice that |t| is needed: it may itself be an excursion."""
SHORT_START = 40
"""The same while the whole record before a step has fewer points: noise that stays in one of two
states for a while has not shown both yet."""
SHORT_RECORD_FACTOR = 2.0
LARGEST_CHANCE = 2.5e-4
"""Chance at which a run of far points is no longer put down to noise: one false belief in 4,000
points. Three points pass after forty without a single far one."""
UNSEEN = 0.1
"""Far points added to those on record: a short record has not shown everything."""
USUAL_STAY = 0.3
"""How often a far point is followed by another, where the record does not say."""
USUAL_STAY_WEIGHT = 4.0
"""Far points on record that say as much about that as `USUAL_STAY` does."""


def status(signal: Signal, bounds: list[int], which: int, t: float) -> ChangeStatus:
    """Whether boundary number `which`, with this |t|, can be believed by now."""
    before, place, end = bounds[which - 1 : which + 2]
    if is_clear(signal.y, before, place, signal.clear.confirmed, signal.clear):
        return ChangeStatus.CONFIRMED
    points = signal.n - place
    newest, young, recent = end == signal.n, points < YOUNG, points < LONGEST_SIDE
    settled = not recent and min(place - before, end - place) >= YOUNG
    needed = T_SETTLED if settled else T_CONFIRMED
    if (recent and place < SHORT_START) or (young and place - before < SHORT_RECORD):
        needed *= SHORT_RECORD_FACTOR
    believed = abs(t) >= needed
    if believed and young and newest:
        believed = holds(signal, bounds, LEVEL_FACTOR) and beyond_record(signal, bounds)
    return ChangeStatus.CONFIRMED if believed else ChangeStatus.SUSPECT


def of_ramp(
    signal: Signal, bounds: list[int], last: int, ramp: Ramp, found: Contrast
) -> ChangeStatus:
    """The same for a ramp whose last boundary is number `last`; `found` compares its ends."""
    short = ramp.end - ramp.start < LONG_RAMP
    if abs(found.t) < T_RAMP or (short and min(found.n_before, found.n_after) < SHORTEST_RAMP):
        return ChangeStatus.SUSPECT
    return status(signal, bounds, last, found.t)


def beyond_record(signal: Signal, bounds: list[int]) -> bool:
    """Whether noise, as it was so far, would hardly ever look like the newest level."""
    place = bounds[-2]
    level, _ = side(signal, max(bounds[-3], place - LONGEST_SIDE), place)
    new, _ = side(signal, place, signal.n)
    record = residuals(signal.y[:place], bounds)
    return chance(record, new - level, signal.n - place) <= LARGEST_CHANCE


def chance(record: Floats, away: float, points: int) -> float:
    """Chance that noise puts so many points in a row at least half as far out; record: (m,).

    Far points of the record are counted, and how many of them were followed by another: a run of
    k points is one far point that was followed k - 1 times. Spikes that come in pairs and noise
    that stays in one of two states require longer runs, in proportion to how often that happened.
    """
    far = np.sign(away) * record >= abs(away) / 2
    count = int(far.sum())
    again = int((far[1:] & far[:-1]).sum())
    share = (count + UNSEEN) / (far.size + 1)
    stay = (again + USUAL_STAY * USUAL_STAY_WEIGHT) / (count + USUAL_STAY_WEIGHT)
    return float(share * max(stay, share) ** (points - 1))
