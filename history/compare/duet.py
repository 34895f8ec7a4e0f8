"""Judge a duet: the differences between two commits measured in turn, in one job.

The difference between the sides is compared with the control: as many pairs of processes of the
same code, measured in the same job. A difference within the control is not reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import exp, inf, isfinite, log, log1p
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from history.compare import exact, rounds
from history.compare.decide import FALSE_DISCOVERY_RATE, SUSPECT_BELOW
from history.compare.pair import is_nothing
from history.compare.results import ComparisonVerdict, named
from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.stats import effect
from history.words.records import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.words.key import SeriesKey

IDENTICAL: Final = "identical program"
"""Reason of a point that was skipped because both sides would run the same program."""
UNTOUCHED: Final = "no changed file is among its paths"
"""Reason of a point that was skipped because no changed file is among the suite's ``paths``."""


@dataclass(frozen=True, slots=True)
class OneSide:
    """One series, measured by one side of a duet."""

    key: SeriesKey
    direction: str
    """lower, higher or none."""
    kind: str
    status: Status
    value: float | None
    """The aggregate; None where it was not measured."""
    reason: str = ""
    """Why it was not measured."""
    sampled: rounds.Sampled = field(default_factory=rounds.Sampled)
    fingerprint: str = ""
    """Hash of the output; empty where none was taken."""


class Why(StrEnum):
    """Why a line is no change, or is not compared at all."""

    NOTHING = ""
    """No such reason: the verdict follows from the test."""
    FEW = "few"
    """Fewer pairs than a test needs."""
    NO_RATIO = "no ratio"
    """A value is not above zero."""
    TOO_SMALL = "too small"
    """Both sides are so near to zero that a ratio is meaningless."""
    CONTROL = "control"
    """The control differed by as much."""
    EXACT = "exact"
    """It is an exact count: every repeat gave the same."""
    CHANCE = "chance"
    """Among so many series, chance alone would show one like it."""
    BELOW = "below"
    """The difference is significant and smaller than the minimum effect."""
    OUTPUT = "output"
    """It improved and its output changed: it may do less work."""
    BASE = "base"
    """The base did not run the benchmark."""
    HEAD = "head"
    """The head did not run the benchmark."""
    BOTH = "both"
    """Neither side ran the benchmark."""


class Line(NamedTuple):
    """One series of a duet."""

    key: SeriesKey
    direction: str
    kind: str
    is_headline: bool
    """Whether it is the first metric of its benchmark and variant."""
    before: float | None
    after: float | None
    ratio: float | None = None
    """Median over the pairs of head / base, so above 1 means that head is larger."""
    low: float | None = None
    high: float | None = None
    """95 % interval of the ratio."""
    effect: float | None = None
    """Share of the pairs in which head is larger, less the share in which it is smaller."""
    p: float | None = None
    q: float | None = None
    """p corrected for the number of series in this duet (Benjamini-Hochberg)."""
    noise: float | None = None
    """Share by which the same code could have differed from itself in this job."""
    pairs: int = 0
    left_out: int = 0
    """Number of disturbed pairs, which do not count."""
    detectable: float | None = None
    """The smallest relative change that would have been reported."""
    verdict: ComparisonVerdict = ComparisonVerdict.NOT_ENOUGH_DATA
    why: Why = Why.NOTHING
    absence: str = ""
    """The absence reported by the side that did not run it."""


class Noise(NamedTuple):
    """The noise of the control in this job, as shares."""

    typical: float
    """Noise of the median benchmark."""
    largest: float


FINDINGS: Final = frozenset(
    {
        ComparisonVerdict.REGRESSION,
        ComparisonVerdict.FAILED,
        ComparisonVerdict.MISSING,
        ComparisonVerdict.NOT_COMPARABLE,
    }
)
"""Verdicts that a person should act on."""


@dataclass(frozen=True, slots=True)
class Duet:
    """Two commits compared."""

    lines: tuple[Line, ...]
    """In the order in which they were measured."""

    def of(self, *verdicts: ComparisonVerdict) -> tuple[Line, ...]:
        """The lines with one of these verdicts."""
        return tuple(line for line in self.lines if line.verdict in verdicts)

    @property
    def findings(self) -> tuple[Line, ...]:
        """What a person should act on."""
        return self.of(*FINDINGS)

    @property
    def is_fine(self) -> bool:
        """Whether something was compared, or known to be equal, without a finding."""
        answered = [
            one for one in self.lines if one.pairs or one.verdict is ComparisonVerdict.IDENTICAL
        ]
        return bool(answered) and not self.findings

    @property
    def noise(self) -> Noise | None:
        """Noise of the headline metrics; None without a control."""
        found = [line.noise for line in self.lines if line.is_headline and line.noise is not None]
        return Noise(median(found), max(found)) if found else None


def judge(base: Mapping[SeriesKey, OneSide], head: Mapping[SeriesKey, OneSide]) -> Duet:
    """Compare two sides, series by series; both in the order in which they were measured.

    A difference is a change when its p, corrected over all series, is below 0.05, its interval
    excludes 1, it is at least 2 %, and it lies beyond the 95 % interval of the control. A
    difference beyond the control with only a small uncorrected p is a suspect.
    """
    keys = tuple(dict.fromkeys((*head, *base)))
    lines: list[Line] = []
    found: list[rounds.Evidence | None] = []
    headlines: set[tuple[str, ...]] = set()
    for key in keys:
        name = (key.suite, key.benchmark, key.params, key.variant)
        line, evidence = _line(base.get(key), head.get(key), is_headline=name not in headlines)
        headlines.add(name)
        lines.append(line)
        found.append(evidence)
    tests = [np.nan if one is None or one.p is None else one.p for one in found]
    adjusted = effect.benjamini_hochberg(tests)
    return Duet(
        tuple(
            line if evidence is None else _decided(line, evidence, float(q), base[key], head[key])
            for key, line, evidence, q in zip(keys, lines, found, adjusted, strict=True)
        )
    )


def _line(
    before: OneSide | None, after: OneSide | None, *, is_headline: bool
) -> tuple[Line, rounds.Evidence | None]:
    """The line and its evidence; the line has a verdict only if nothing was compared."""
    side = after or before
    assert side is not None  # noqa: S101 - the keys are those of the sides
    line = Line(
        key=side.key,
        direction=side.direction,
        kind=side.kind,
        is_headline=is_headline,
        before=before.value if before else None,
        after=after.value if after else None,
    )
    if before is None or after is None:
        return line._replace(
            verdict=ComparisonVerdict.NEW if after else ComparisonVerdict.MISSING
        ), None
    if before.status is Status.MEASURED and after.status is Status.MEASURED:
        return line, rounds.evidence(before.sampled, after.sampled)
    return _absent(line, before, after), None


def _absent(line: Line, before: OneSide, after: OneSide) -> Line:
    """The line of a series that one side at least did not measure."""
    sides = (before, after)
    if all(side.reason in {IDENTICAL, UNTOUCHED} for side in sides):
        return line._replace(verdict=ComparisonVerdict.IDENTICAL)
    if all(side.status is Status.SKIPPED for side in sides):
        return line._replace(verdict=ComparisonVerdict.SKIPPED, why=Why.BOTH, absence=after.reason)
    if before.status is Status.MEASURED:
        return line._replace(verdict=ComparisonVerdict.FAILED, why=Why.HEAD, absence=after.reason)
    both = after.status is not Status.MEASURED
    return line._replace(
        verdict=ComparisonVerdict.NOT_COMPARABLE,
        why=Why.BOTH if both else Why.BASE,
        absence=before.reason,
    )


def _decided(
    line: Line,
    evidence: rounds.Evidence,
    q: float,
    base: OneSide,
    head: OneSide,
) -> Line:
    line = _with_evidence(line, evidence, q)
    if exact.is_exact(line.key.metric, _counted(base), _counted(head)):
        return _decided_exactly(line, base, head)
    if is_nothing(line.key.metric, line.before, line.after):
        return line._replace(verdict=ComparisonVerdict.NO_DIFFERENCE, why=Why.TOO_SMALL)
    if evidence.pairs and evidence.change.ratio is None:
        return line._replace(why=Why.NO_RATIO)
    if line.q is None or line.noise is None:
        return line._replace(why=Why.FEW)
    verdict, why = _called(line)
    if _is_traded(verdict, base, head):
        verdict, why = ComparisonVerdict.SUSPECT, Why.OUTPUT
    return line._replace(verdict=verdict, why=why)


def _counted(side: OneSide) -> tuple[float, ...]:
    return tuple(side.sampled.samples) or ((side.value,) if side.value is not None else ())


def _decided_exactly(line: Line, base: OneSide, head: OneSide) -> Line:
    before, after = line.before or 0.0, line.after or 0.0
    verdict, why = exact.called(before, after, line.direction), Why.EXACT
    if _is_traded(verdict, base, head):
        verdict, why = ComparisonVerdict.SUSPECT, Why.OUTPUT
    ratio = exact.ratio_of(before, after)
    known = ratio if 0 < ratio < inf else None
    return line._replace(
        ratio=known, low=known, high=known, detectable=exact.LEAST_EFFECT, verdict=verdict, why=why
    )


def _is_traded(verdict: ComparisonVerdict, base: OneSide, head: OneSide) -> bool:
    """Whether it improved while its output changed."""
    prints = (base.fingerprint, head.fingerprint)
    return verdict is ComparisonVerdict.IMPROVEMENT and all(prints) and prints[0] != prints[1]


def _called(line: Line) -> tuple[ComparisonVerdict, Why]:
    """The verdict about a line that has a ratio, a test and a control."""
    ratio, q, p = line.ratio or 1.0, line.q or 0.0, line.p or 0.0
    distance = abs(log(ratio))
    is_large = distance >= log1p(DEFAULT_MINIMUM_EFFECT)
    is_beyond = distance > log1p(line.noise or 0.0)
    encloses_1 = (line.low or 0.0) <= 1 <= (line.high or inf)
    if q < FALSE_DISCOVERY_RATE and not encloses_1:
        if is_large and is_beyond:
            return named(ratio, line.direction), Why.NOTHING
        return ComparisonVerdict.NO_DIFFERENCE, Why.CONTROL if is_large else Why.BELOW
    if is_large and is_beyond and p < SUSPECT_BELOW:
        return ComparisonVerdict.SUSPECT, Why.CHANCE
    return ComparisonVerdict.NO_DIFFERENCE, Why.NOTHING


def _with_evidence(line: Line, evidence: rounds.Evidence, q: float) -> Line:
    """The line with what was measured."""
    ratio, noise = evidence.change.ratio, evidence.noise
    ends = (ratio.interval.low, ratio.interval.high) if ratio else (np.nan, np.nan)
    known = all(map(isfinite, ends))
    share = None if noise is None else exp(noise) - 1
    detectable = None
    if known and share is not None and evidence.p is not None:
        # An interval of this width must exclude 1, and the change must lie beyond the control.
        half = (ends[1] / ends[0]) ** 0.5 - 1
        detectable = max(DEFAULT_MINIMUM_EFFECT, half, share)
    return line._replace(
        ratio=ratio.value if ratio else None,
        low=ends[0] if known else None,
        high=ends[1] if known else None,
        effect=evidence.effect,
        p=evidence.p,
        q=q if isfinite(q) else None,
        noise=share,
        pairs=evidence.pairs,
        left_out=evidence.change.left_out,
        detectable=detectable,
    )
