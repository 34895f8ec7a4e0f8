"""Estimate how far two runs of the same code differ, which no test within the runs can show.

The layout of a process's memory, a neighbour, a migrated virtual machine: all samples of a run
share these effects. The estimate comes from the history of the series if it is long enough.
Otherwise it comes from the other benchmarks of the comparison, most of which a commit does not
affect. With too few of them, constants measured on a small shared machine are used.

The model: the logarithm of one run's value has the variance

    sampling + scale^2 * ((SHARED * scatter)^2 + apart^2) / 2

with the scatter of the samples inside the run. SHARED, APART and FREEDOM were fitted by maximum
likelihood to the 55 pairs of eleven runs of one commit (`docs/method/judgement.md`); `scale` is
found anew in each comparison. Memory has MEMORY_APART and ALLOCATED_B instead, which no scale
shrinks. Several runs of one commit have a variance of their own, which is weighted against this one
as in Smyth: Statistical Applications in Genetics and Molecular Biology 3 (2004), article 3.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import log, pi, sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from history.compare.pool import scatter
from history.stats.student import NORMAL_975, student_975, student_p, student_reach

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.compare.results import Measurement
    from history.detect import Detection

FREEDOM: Final = 4
"""Degrees of freedom of the distribution: some benchmarks are far noisier than others."""
SHARED: Final = 0.56
"""Part of the scatter inside a run that is common to all its samples."""
APART: Final = 0.022
"""Relative difference between two runs that their samples do not show."""
MEMORY_APART: Final = 0.01
"""The same for memory, and never scaled: most series agree to the page, but in a newly made
environment, whose files come into memory otherwise, they moved by 1 to 5 % from run to run."""
ALLOCATED_B: Final = 250e3
"""Bytes by which two runs may differ at any size, since allocators take memory in pieces."""
MOST_ALLOCATED: Final = 0.25
"""Upper limit of that difference, as a share of a small amount."""
ENOUGH_PAIRS: Final = 8
"""Number of pairs of one kind that is enough to judge a pair without samples."""
PRIOR_PAIRS: Final = 10
"""Weight of the prior scale of 1, in pairs."""
SCALES: Final = (0.2, 3.0)
"""Range of the scale: if everything differs by more, that is a finding and not noise."""
TAIL: Final = 0.25
"""The scale is estimated from this upper tail (a quarter) of the differences: fewer may be real
changes.
"""


@dataclass(frozen=True, slots=True)
class Between:
    """Distribution of ln(after / before) without a change: Student's t times a scale."""

    scale: float
    freedom: int
    is_known: bool
    """Whether it comes from the history of the series; else from the rest of the comparison."""

    @property
    def limit(self) -> float:
        """95 % of the differences lie within this on either side."""
        return student_975(self.freedom) * self.scale

    def p(self, distance: float) -> float:
        """Share of the differences that are larger."""
        return student_p(distance / self.scale, self.freedom)

    def reach(self, p: float) -> float:
        """The difference that is exceeded with probability p."""
        return self.scale * student_reach(p, self.freedom)


class Pair(NamedTuple):
    """Two runs of one series, and their difference."""

    before: Measurement
    after: Measurement
    ratio: float


class _Parts(NamedTuple):
    """The parts of the variance of one run's logarithm."""

    sampling: float
    apart: float
    """Variance between runs, before scaling."""
    fixed: float
    """Variance that is not scaled."""
    runs: float
    """1 / runs before + 1 / runs after."""


def known(detections: Mapping[str, Detection]) -> dict[str, float]:
    """Relative noise between runs by series id, of the series whose history is long enough."""
    return {series_id: one.sigma for series_id, one in detections.items() if one.enough_data}


def of_pairs(pairs: Sequence[Pair | None]) -> list[Between | None]:
    """The distribution for each pair; None where it cannot be estimated, and for None."""
    families: defaultdict[tuple[str, bool], dict[int, Pair]] = defaultdict(dict)
    for place, one in enumerate(pairs):
        if one:
            families[one.after.kind, one.after.key.unit == "B"][place] = one
    found: list[Between | None] = [None] * len(pairs)
    for members in families.values():
        for place, law in _family(members).items():
            found[place] = law
    return found


def _family(members: Mapping[int, Pair]) -> dict[int, Between]:
    """Distributions of pairs of one kind, by index."""
    scatters = {place: _scatter(one) for place, one in members.items()}
    own = [scatter for scatter in scatters.values() if scatter is not None]
    typical = float(np.median(own)) if own else 0.0
    parts = {}
    for place, one in members.items():
        scatter = scatters[place]
        parts[place] = _parts(one, typical if scatter is None else scatter)
    scale = _scale([(log(one.ratio), parts[place]) for place, one in members.items()])
    found = {}
    for place, one in members.items():
        noise = one.after.noise or one.before.noise
        if noise:
            # 1.96 sigma of the history's noise are exceeded as often as the t of this distribution.
            variance = (noise * NORMAL_975 / student_975(FREEDOM)) ** 2
        elif scatters[place] is None and len(members) < ENOUGH_PAIRS:
            continue
        else:
            of_run = parts[place]
            variance = of_run.sampling + scale**2 * of_run.apart + of_run.fixed
        found[place] = _law(one, variance, parts[place].runs, is_known=bool(noise))
    return found


def _scatter(pair: Pair) -> float | None:
    """Spread of the logarithms inside a run, of both sides together."""
    sides = (pair.before, pair.after)
    found = (scatter(one.samples) if one.inside is None else one.inside for one in sides)
    own = [one for one in found if one is not None]
    return sqrt(sum(one**2 for one in own) / len(own)) if own else None


def _parts(pair: Pair, scatter: float) -> _Parts:
    counts = [(max(side.n, 1), max(len(side.runs), 1)) for side in (pair.before, pair.after)]
    # Standard error of a median of many, of a mean where two samples leave no choice.
    sampling = [scatter**2 * runs / n * (pi / 2 if n > 2 * runs else 1) for n, runs in counts]
    apart, fixed = (SHARED * scatter) ** 2, 0.0
    if pair.after.key.unit == "B":
        level = max(abs(pair.before.value or 0.0), abs(pair.after.value or 0.0))
        fixed = MEMORY_APART**2 + min(ALLOCATED_B / level, MOST_ALLOCATED) ** 2
    else:
        apart += APART**2
    return _Parts(
        sampling=sum(sampling) / 2,
        apart=apart / 2,
        fixed=fixed / 2,
        runs=sum(1 / runs for _, runs in counts),
    )


def _scale(seen: Sequence[tuple[float, _Parts]]) -> float:
    """Ratio of this comparison's differences to the usual ones."""
    far = [
        abs(distance) / sqrt((of_run.sampling + of_run.apart + of_run.fixed) * of_run.runs)
        for distance, of_run in seen
    ]
    found = float(np.quantile(far, 1 - TAIL)) / student_reach(TAIL, FREEDOM)
    found = min(max(found, SCALES[0]), SCALES[1])
    return sqrt((PRIOR_PAIRS + len(far) * found**2) / (PRIOR_PAIRS + len(far)))


def _law(pair: Pair, variance: float, runs: float, *, is_known: bool) -> Between:
    """The distribution of one pair, with the variance of its own runs taken into account."""
    freedom, squares = 0, 0.0
    for side in (pair.before, pair.after):
        if len(side.runs) > 1 and min(side.runs) > 0:
            logs = np.log(side.runs)
            freedom += logs.size - 1
            squares += float(((logs - logs.mean()) ** 2).sum())
    weighed = (FREEDOM * variance + squares) / (FREEDOM + freedom)
    return Between(sqrt(weighed * runs), FREEDOM + freedom, is_known)
