"""How far do two runs of the same code differ? What no test inside the two runs can know.

A process has its memory where it happens to lie, a neighbour comes and goes, a virtual machine is
moved: all samples of a run share that. Where the history of a series knows it, the history is
asked. Where it is too short, the other benchmarks of the comparison are: most of what a commit
leaves alone differs by chance only. Until they are many enough, numbers measured on a small shared
machine stand for them.

The model: the logarithm of one run's value has the variance

    sampling + scale^2 * ((SHARED * scatter)^2 + apart^2) / 2

with the scatter of the samples inside the run. SHARED, APART and FREEDOM were fitted by maximum
likelihood to the 55 pairs of eleven runs of one commit (`docs/method/judgement.md`); `scale` is
found anew in each comparison. Memory has MEMORY_APART and ALLOCATED_B instead, which no scale
shrinks. Runs of one commit that were taken together bring a variance of their own, which is
weighed against this one as Smyth does: Statistical Applications in Genetics and Molecular Biology
3 (2004), article 3.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import log, pi, sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from history.compare.pool import scatter
from history.stats.effect import NORMAL_975
from history.stats.student import student_975, student_p, student_reach

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.compare.results import Measurement

FREEDOM: Final = 4
"""Degrees of freedom of the law of differences: some benchmarks are far noisier than others."""
SHARED: Final = 0.56
"""Of the scatter inside a run, so much is common to all its samples."""
APART: Final = 0.022
"""Relative distance of two runs that no sample shows."""
MEMORY_APART: Final = 0.01
"""The same for memory, and never scaled: most series agree to the page, but in a newly made
environment, whose files come into memory otherwise, they moved by 1 to 5 % from run to run."""
ALLOCATED_B: Final = 250e3
"""Allocators take memory in pieces: so many bytes two runs differ whatever they hold."""
MOST_ALLOCATED: Final = 0.25
"""Of a small amount the pieces are at most so large a part."""
ENOUGH_PAIRS: Final = 8
"""Pairs of one kind that can speak for one without samples."""
PRIOR_PAIRS: Final = 10
"""Pairs that a scale of 1 is worth."""
SCALES: Final = (0.2, 3.0)
"""Where everything differs by much, that is a finding and not noise."""
TAIL: Final = 0.25
"""The scale is read off the quarter of the largest differences: fewer may be real ones."""


@dataclass(frozen=True, slots=True)
class Between:
    """The law of ln(after / before) where nothing changed: Student's t times a scale."""

    scale: float
    freedom: int
    is_known: bool
    """Whether the history of the series showed it; else the rest of the comparison did."""

    @property
    def limit(self) -> float:
        """95 % of the differences lie within this on either side."""
        return student_975(self.freedom) * self.scale

    def p(self, distance: float) -> float:
        """Share of the differences that are larger."""
        return student_p(distance / self.scale, self.freedom)

    def reach(self, p: float) -> float:
        """The difference that only a share p exceeds."""
        return self.scale * student_reach(p, self.freedom)


class Pair(NamedTuple):
    """Two runs of one series, and how far they lie apart."""

    before: Measurement
    after: Measurement
    ratio: float


class _Parts(NamedTuple):
    """What the variance of one run's logarithm consists of."""

    sampling: float
    apart: float
    """Before it is scaled."""
    fixed: float
    """What is not scaled."""
    runs: float
    """1 / runs before + 1 / runs after."""


def of_pairs(pairs: Sequence[Pair | None]) -> list[Between | None]:
    """For each pair the law of its differences; None where nothing can be said, and for None."""
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
    """Laws of pairs of one kind, by their place."""
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
        known = one.after.noise or one.before.noise
        if known:
            # 1.96 of the history's noise are exceeded as often as the t of this law.
            variance = (known * NORMAL_975 / student_975(FREEDOM)) ** 2
        elif scatters[place] is None and len(members) < ENOUGH_PAIRS:
            continue
        else:
            of_run = parts[place]
            variance = of_run.sampling + scale**2 * of_run.apart + of_run.fixed
        found[place] = _law(one, variance, parts[place].runs, is_known=bool(known))
    return found


def _scatter(pair: Pair) -> float | None:
    """Spread of the logarithms inside a run, of both sides together."""
    sides = (pair.before, pair.after)
    found = (scatter(one.samples) if one.inside is None else one.inside for one in sides)
    known = [one for one in found if one is not None]
    return sqrt(sum(one**2 for one in known) / len(known)) if known else None


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
    """How much further apart than usual the pairs of this comparison lie, or less far."""
    far = [
        abs(distance) / sqrt((of_run.sampling + of_run.apart + of_run.fixed) * of_run.runs)
        for distance, of_run in seen
    ]
    found = float(np.quantile(far, 1 - TAIL)) / student_reach(TAIL, FREEDOM)
    found = min(max(found, SCALES[0]), SCALES[1])
    return sqrt((PRIOR_PAIRS + len(far) * found**2) / (PRIOR_PAIRS + len(far)))


def _law(pair: Pair, variance: float, runs: float, *, is_known: bool) -> Between:
    """The law of one pair, after its own runs had their say about the variance."""
    freedom, squares = 0, 0.0
    for side in (pair.before, pair.after):
        if len(side.runs) > 1 and min(side.runs) > 0:
            logs = np.log(side.runs)
            freedom += logs.size - 1
            squares += float(((logs - logs.mean()) ** 2).sum())
    weighed = (FREEDOM * variance + squares) / (FREEDOM + freedom)
    return Between(sqrt(weighed * runs), FREEDOM + freedom, is_known)
