"""Count what a detector found, missed and made up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from benchmarks.detection.series import Labelled, Truth
from history.detect.alarms import carry_over
from history.detect.interface import ChangeKind, ChangeStatus, Observations

TOLERANCE = 2
"""A flag this many points from the truth, with the right sign, is a hit."""
NEARLY = 6
"""A false alarm this near is a real change put on the wrong commit."""
ONLINE_FROM = 20
"""First commit that is judged in online mode."""


class Flag(NamedTuple):
    """What any detector answers: where, which way, and how sure."""

    place: int
    sign: int
    confirmed: bool = True
    is_drift: bool = False


Judge = Callable[[Observations], Sequence[Flag]]


@dataclass
class Score:
    """Running totals; the properties are the measures of the table."""

    hits: int = 0
    flags: int = 0
    truths: int = 0
    false: int = 0
    false_confirmed: int = 0
    misplaced: int = 0
    """False alarms of the right sign that lie three to six points from a planted step."""
    unchanged: int = 0
    points: int = 0
    cpu_s: float = 0.0
    distances: list[int] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)
    unjudged: int = 0
    """Planted steps older than the first judged commit: nobody was asked about them in time."""
    ramps: int = 0
    ramps_found: int = 0
    ramps_named: int = 0
    ramp_flags: int = 0

    @property
    def precision(self) -> float:
        """Share of the flags that are right."""
        return self.hits / self.flags if self.flags else 1.0

    @property
    def recall(self) -> float:
        """Share of the planted steps that were found."""
        return self.hits / self.truths if self.truths else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def false_per_1000(self) -> float:
        """False alarms per 1,000 points at which nothing changed."""
        return 1000 * self.false / self.unchanged if self.unchanged else 0.0

    @property
    def false_confirmed_per_1000(self) -> float:
        """The same, counting only confirmed alarms; known in online mode only."""
        return 1000 * self.false_confirmed / self.unchanged if self.unchanged else 0.0

    def false_confirmed_interval(self) -> tuple[float, float]:
        """95 % interval of that rate, the alarms being a Poisson count (Byar's approximation)."""
        low, high = poisson_interval(self.false_confirmed)
        return (1000 * low / self.unchanged, 1000 * high / self.unchanged)

    @property
    def localisation(self) -> float:
        """Mean distance of the hits from the truth, in points."""
        return float(np.mean(self.distances)) if self.distances else 0.0

    @property
    def median_delay(self) -> float:
        """Measured commits from a change to its alarm (0: at once); misses not counted."""
        return float(np.median(self.delays)) if self.delays else float("inf")

    def caught_within(self, commits: int) -> float:
        """Share of the planted steps that raised an alarm within so many measured commits."""
        judged = self.truths - self.unjudged
        return sum(d <= commits for d in self.delays) / judged if judged else 0.0

    @property
    def ms_per_1000(self) -> float:
        """CPU milliseconds per 1,000 points."""
        return 1e6 * self.cpu_s / self.points if self.points else 0.0


def poisson_interval(count: int) -> tuple[float, float]:
    """95 % interval of the expected number when `count` were seen (Byar's approximation)."""

    def end(seen: int, z: float) -> float:
        return float(seen * (1 - 1 / (9 * seen) + z / (3 * seen**0.5)) ** 3) if seen else 0.0

    return end(count, -1.96), end(count + 1, 1.96)


def score_retrospective(judge: Judge, labelled: Labelled, score: Score) -> None:
    """Judge the whole history at once and add to the score."""
    start = time.process_time()
    flags = list(judge(labelled.observations))
    score.cpu_s += time.process_time() - start
    score.points += labelled.observations.values.size
    _count(flags, labelled, score)


def _count(flags: Sequence[Flag], labelled: Labelled, score: Score) -> list[tuple[Flag, Truth]]:
    steps = [t for t in labelled.truths if not t.is_ramp]
    ramps = [t for t in labelled.truths if t.is_ramp]
    flags = _take_ramps(flags, ramps, score)
    pairs = _match(flags, steps)
    covered = sum(t.end - t.index + 1 for t in labelled.truths)
    score.truths += len(steps)
    score.flags += len(flags)
    score.hits += len(pairs)
    score.false += len(flags) - len(pairs)
    matched = {id(f) for f, _ in pairs}
    score.misplaced += sum(
        any(
            TOLERANCE < abs(f.place - t.index) <= NEARLY and f.sign == (1 if t.size > 0 else -1)
            for t in steps
        )
        for f in flags
        if id(f) not in matched
    )
    score.unchanged += int(np.isfinite(labelled.observations.values).sum()) - covered
    score.distances += [abs(f.place - t.index) for f, t in pairs]
    return pairs


def _take_ramps(flags: Sequence[Flag], ramps: list[Truth], score: Score) -> list[Flag]:
    rest = list(flags)
    for ramp in ramps:
        sign = 1 if ramp.size > 0 else -1
        mine = [
            f
            for f in rest
            if f.sign == sign and ramp.index - TOLERANCE <= f.place <= ramp.end + TOLERANCE
        ]
        rest = [f for f in rest if f not in mine]
        score.ramps += 1
        score.ramps_found += bool(mine)
        score.ramps_named += any(f.is_drift for f in mine)
        score.ramp_flags += len(mine)
    return rest


def _match(flags: Sequence[Flag], steps: Sequence[Truth]) -> list[tuple[Flag, Truth]]:
    """Nearest pairs first; each flag and each truth once."""
    near = sorted(
        (abs(f.place - t.index), t.index, i, j)
        for i, f in enumerate(flags)
        for j, t in enumerate(steps)
        if abs(f.place - t.index) <= TOLERANCE and f.sign == (1 if t.size > 0 else -1)
    )
    used_flags: set[int] = set()
    used_steps: set[int] = set()
    pairs = []
    for _, _, i, j in near:
        if i not in used_flags and j not in used_steps:
            used_flags.add(i)
            used_steps.add(j)
            pairs.append((flags[i], steps[j]))
    return pairs


class Ledger:
    """Alarms of one series as commits arrive; one that is raised stays, and stays where it was."""

    def __init__(self) -> None:
        self.alarms: list[Flag] = []
        self.raised: list[int] = []

    def add(self, flags: Sequence[Flag], now: int) -> None:
        """Take what is flagged at commit `now`: known alarms or new ones."""
        same = carry_over(
            [(f.place, f.sign) for f in flags], [(a.place, a.sign) for a in self.alarms]
        )
        for flag, alarm in zip(flags, same, strict=True):
            if alarm is None:
                self.alarms.append(flag)
                self.raised.append(now)
            elif flag.is_drift:
                self.alarms[alarm] = self.alarms[alarm]._replace(is_drift=True)


def score_online(judge: Judge, labelled: Labelled, score: Score, first: int = ONLINE_FROM) -> None:
    """Judge every commit from the `first` on with what was known then.

    Alarms of any status are one ledger; confirmed ones are another, so that a suspect counts as
    confirmed where and when it first is.
    """
    everything, confirmed = Ledger(), Ledger()
    values = labelled.observations.values
    for now in range(first, values.size + 1):
        if not np.isfinite(values[now - 1]):
            continue
        start = time.process_time()
        flags = judge(prefix(labelled.observations, now))
        score.cpu_s += time.process_time() - start
        score.points += now
        everything.add(flags, now - 1)
        confirmed.add([f for f in flags if f.confirmed], now - 1)
    commits = {id(flag): at for flag, at in zip(everything.alarms, everything.raised, strict=True)}
    measured = np.cumsum(np.isfinite(values))
    early = {t for t in labelled.truths if not t.is_ramp and t.index < first - 1}
    score.unjudged += len(early)
    for flag, truth in _count(everything.alarms, labelled, score):
        if truth not in early:
            score.delays.append(max(int(measured[commits[id(flag)]] - measured[truth.index]), 0))
    only_confirmed = Score()
    _count(confirmed.alarms, labelled, only_confirmed)
    score.false_confirmed += only_confirmed.false


def prefix(observations: Observations, end: int) -> Observations:
    """The first `end` points."""
    spread, counts = observations.spread, observations.counts
    return Observations(
        observations.values[:end],
        None if spread is None else spread[:end],
        None if counts is None else counts[:end],
    )


def flags_of(detector: object) -> Judge:
    """Adapt one of our detectors."""

    def judge(observations: Observations) -> list[Flag]:
        found = detector.detect(observations).changes  # type: ignore[attr-defined]
        return [
            Flag(
                c.index,
                1 if c.change > 0 else -1,
                c.status is ChangeStatus.CONFIRMED,
                c.kind is ChangeKind.DRIFT,
            )
            for c in found
        ]

    return judge
