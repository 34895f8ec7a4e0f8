"""The input and the output of a detector of changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST_LOG = 700.0
"""exp overflows soon after; such a change is beyond all doubt anyway."""
STEP, DRIFT, NEWEST, CLEAR = RULES = ("step", "drift", "suspect", "clear step")
"""Names of the built-in rules: two levels that differ, a ramp, newest points far out, and newest
points so far from a narrow level that no long record is needed."""
DEFAULT_MINIMUM_EFFECT = 0.02
"""Smallest relative change worth a flag, unless a metric asks for another (Perfherder's floor)."""


class ChangeKind(StrEnum):
    """The shape of a change."""

    STEP = "step"
    """The level moved between two measured points."""
    DRIFT = "drift"
    """The level moved little by little over many points; no single commit is to blame."""


class ChangeStatus(StrEnum):
    """How much a change can be trusted on the evidence so far."""

    SUSPECT = "suspect"
    """Stands on one or two points, or on more that noise as it was here could still explain: ask
    for a rerun, never fail a build on it."""
    CONFIRMED = "confirmed"
    """Stands on three points or more (of an exact metric: two), on evidence that noise as it was
    here does not reach."""


@dataclass(frozen=True, eq=False)
class Observations:
    """One series as a detector sees it. All arrays have the same length n, in commit order."""

    values: NDArray[np.float64]
    """(n,) aggregate of each point in the unit of the metric; NaN or infinity is an absence."""
    spread: NDArray[np.float64] | None = None
    """(n,) interquartile range of the raw samples of each point, same unit; NaN if unknown."""
    counts: NDArray[np.int64] | None = None
    """(n,) number of raw samples behind each point; 0 if unknown."""
    exact: bool = False
    """Whether all repeats at one commit are equal, as those of error rates, counts and sizes: only
    another commit gives another value."""


@dataclass(frozen=True)
class Evidence:
    """Which rule found a change, and the numbers by which it was met."""

    rule: str
    """One of ``RULES``, or a name that the detector of another package gives to a rule of its
    own."""
    limit: float = 0.0
    """What the size of the change's `statistic` had to reach; 0 where it had no limit of its
    own."""
    points: int = 0
    """Points of a ramp; newest points of a suspect."""
    steps: int = 0
    """Steps that a ramp takes the place of."""
    ignored: tuple[float, ...] = ()
    """Small moves near a step that its interval takes for noise, relative."""


@dataclass(frozen=True)
class Change:
    """One detected shift. Indices count all points given, absences included, from 0."""

    index: int
    """First point of the new level; for a drift the first point of the ramp that has left the
    old level by more than the noise of one point."""
    previous_index: int
    """Last measured point of the old level. The cause lies after it, up to `index`."""
    end_index: int
    """Last point of the ramp for a drift; equal to `index` for a step."""
    kind: ChangeKind
    status: ChangeStatus
    change: float
    """Relative change, after / before - 1."""
    low: float
    """Lower end of the 95 % interval of `change`."""
    high: float
    """Upper end of the 95 % interval of `change`."""
    before: float
    """Median of the `n_before` points before the change, in the unit of the values."""
    after: float
    """Median of the `n_after` points after the change, in the unit of the values."""
    n_before: int
    """Measured points of the old level that were compared (at most 40, the nearest)."""
    n_after: int
    """Measured points of the new level that were compared (at most 40, the nearest)."""
    statistic: float
    """Moderated t of the difference; for a suspect its distance in sigma; for a clear step the gap
    between its levels in ranges of the wider one."""
    sigma: float
    """Noise of one point, relative (0.01 is 1 %)."""
    rho: float
    """Lag-1 autocorrelation of the noise, 0 .. 0.9."""
    evidence: Evidence
    """The rule, its limit and what else it looked at."""


@dataclass(frozen=True)
class Detection:
    """The answer about one series."""

    changes: tuple[Change, ...]
    """In order of `index`."""
    n: int
    """Measured points, absences not counted."""
    enough_data: bool
    """False: too few points for any verdict; "no change" must then not be read as "equal"."""
    n_needed: int
    """Measured points from which on there is enough data."""
    n_further: int
    """Points after a change for which `minimum_detectable_change` is stated."""
    sigma: float
    """Noise of one point, relative; NaN without enough data."""
    rho: float
    """Lag-1 autocorrelation of the noise; NaN without enough data."""
    minimum_detectable_change: float
    """Relative step that `n_further` points would have confirmed; NaN without enough data."""
    clipped: tuple[int, ...] = ()
    """Points whose excursion was cut back before segmenting (spikes)."""
    downweighted: tuple[int, ...] = ()
    """Points that counted for less than half because their raw samples scattered."""


@runtime_checkable
class Detector(Protocol):
    """Finds changes in one series; pure, deterministic and blind to the metric's direction."""

    name: str
    """Name used in configuration and stored with every verdict: no blanks, and that of the entry
    point which brings it."""
    version: str
    """Declared version of the rules, raised whenever any answer may change: answers kept under
    another version are asked for again, and what a new one changed is made visible."""

    def detect(
        self, observations: Observations, minimum_effect: float = DEFAULT_MINIMUM_EFFECT
    ) -> Detection:
        """Find every change of at least `minimum_effect` (relative) in one series."""
        ...
