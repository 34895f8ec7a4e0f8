"""Pair the processes of a duet: base with head, and each side with itself as the control.

A round of a duet holds two processes of each side, in an order that was drawn: B H H B or H B B H.
So a round has two pairs of base and head, each close together in time, and two pairs of processes
that ran the same code. Without a change, the draw alone decided which of a pair is the base. So the
signs of the differences are random whatever the machine did, which is all that the signed-rank test
requires.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history.compare.pair import LEAST_PAIRS
from history.stats import effect
from history.stats.summary import middle_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Sampled:
    """The n samples of one side of a duet for one series, in order of time."""

    samples: Sequence[float] = ()
    rounds: Sequence[int] = ()
    """(n,) round of each sample."""
    processes: Sequence[int] = ()
    """(n,) process of each sample; both sides are counted together, in order of their start."""
    preempted: Sequence[int] = ()
    """Positions of samples during which the scheduler took the processor away."""


class Couple(NamedTuple):
    """Two processes that are compared."""

    first: float
    second: float
    disturbed: bool
    """Whether one of them had no undisturbed sample."""


class Paired(NamedTuple):
    """The counted pairs of one kind."""

    couples: tuple[Couple, ...]
    left_out: int
    """Number of disturbed pairs that do not count because enough others remain."""
    ratio: effect.Ratio | None
    """second / first; None where there is no pair, or a value that is not positive."""


class Evidence(NamedTuple):
    """The evidence of a duet about one series, without a verdict."""

    change: Paired
    """Head against base."""
    control: Paired
    """Each side against itself: as many pairs, of the same code."""
    p: float | None
    """Of Wilcoxon's signed ranks over the pairs of head and base; None below six pairs."""
    effect: float | None
    """Share of the pairs in which head is larger, less the share in which it is smaller."""

    @property
    def pairs(self) -> int:
        """Pairs of head and base that count."""
        return len(self.change.couples)

    @property
    def noise(self) -> float | None:
        """The noise of the control, as a difference of logarithms.

        The farther end of the 95 % interval of its ratio: one commit alone could show a difference
        of this size. None below six pairs.
        """
        if self.control.ratio is None or len(self.control.couples) < LEAST_PAIRS:
            return None
        ends = self.control.ratio.interval
        return max(abs(log(ends.low)), abs(log(ends.high)))


def evidence(base: Sampled, head: Sampled) -> Evidence:
    """Compare the two sides, and each side with itself."""
    before, after = _processes(base), _processes(head)
    change = _paired(_between(before, after))
    control = _paired([*_within(before, turned=0), *_within(after, turned=1)])
    p = delta = None
    if len(change.couples) >= LEAST_PAIRS:
        first, second = _columns(change.couples)
        p = effect.wilcoxon(first, second).p
        # Within the pairs (Cliff 1993), as where items pair.
        delta = float(np.sign(np.subtract(second, first)).mean())
    return Evidence(change, control, p, delta)


class _Process(NamedTuple):
    number: int
    value: float
    disturbed: bool


def _processes(side: Sampled) -> dict[int, list[_Process]]:
    """Round -> its processes in order of time, each with the median of its samples.

    The median uses undisturbed samples if a process has any.
    """
    disturbed = set(side.preempted)
    found: dict[tuple[int, int], tuple[list[float], list[float]]] = {}
    places = zip(side.rounds, side.processes, side.samples, strict=True)
    for position, (round_, process, sample) in enumerate(places):
        clean, other = found.setdefault((round_, process), ([], []))
        (other if position in disturbed else clean).append(sample)
    rounds: dict[int, list[_Process]] = {}
    for (round_, process), (clean, other) in sorted(found.items()):
        value = middle_of(sorted(clean or other))
        rounds.setdefault(round_, []).append(_Process(process, value, disturbed=not clean))
    return rounds


def _between(
    before: Mapping[int, list[_Process]], after: Mapping[int, list[_Process]]
) -> Iterable[tuple[_Process, _Process]]:
    """The first of both sides in a round, the second of both, and so on."""
    for round_ in sorted(before.keys() & after.keys()):
        yield from zip(before[round_], after[round_], strict=False)


def _within(
    side: Mapping[int, list[_Process]], *, turned: int
) -> Iterable[tuple[_Process, _Process]]:
    """Pairs of one side in a round; their order alternates every two rounds.

    So a machine that becomes slower does not bias the control. Every two rounds, because of two
    rounds one begins with the base and the other with the head.
    """
    for round_, processes in sorted(side.items()):
        for one, other in list(pairwise(processes))[::2]:
            yield (other, one) if (round_ // 2 + turned) % 2 else (one, other)


def _paired(processes: Iterable[tuple[_Process, _Process]]) -> Paired:
    every = [
        Couple(one.value, other.value, disturbed=one.disturbed or other.disturbed)
        for one, other in processes
    ]
    clean = [couple for couple in every if not couple.disturbed]
    chosen = clean if len(clean) >= LEAST_PAIRS else every
    first, second = _columns(chosen)
    is_positive = bool(chosen) and min(*first, *second) > 0
    with np.errstate(over="ignore"):  # two pairs that differ enclose nothing: up to infinity
        ratio = effect.paired_ratio(first, second) if is_positive else None
    return Paired(tuple(chosen), len(every) - len(chosen), ratio)


def _columns(couples: Sequence[Couple]) -> tuple[list[float], list[float]]:
    return [one.first for one in couples], [one.second for one in couples]
