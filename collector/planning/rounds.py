"""Decide which benchmark of a duet gets the next round, and when rounds are enough.

Pure: takes the progress of each benchmark, returns the next one or the end. The decision never uses
the difference between the sides, only the noise of each side against itself. So the choice of when
to stop cannot bias the difference: the signs of the pairs stay independent of it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import ceil, log1p, log2, sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from history.compare.decide import FALSE_DISCOVERY_RATE
from history.compare.pair import LEAST_PAIRS
from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.words.records import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROUNDS: Final = 24
"""Without a budget: 48 pairs, with which 3 % was found in simulations of a load that comes and goes
(`tests/history/compare/test_duet.py`); 4.8 s for a program of 50 ms."""
NARROW: Final = log1p(DEFAULT_MINIMUM_EFFECT) / 2
"""Noise, as a difference of logarithms, below which further rounds change no verdict: half the
smallest difference that is reported.
"""


class Standing(NamedTuple):
    """The progress of one benchmark."""

    rounds: int = 0
    pairs: int = 0
    """Number of undisturbed pairs of head and base."""
    noise: float | None = None
    """Noise of the control (``history.compare.rounds``); None with too few pairs."""
    spent_s: float = 0.0
    """Time spent on its rounds."""
    over: bool = False
    """Whether one side can no longer be measured."""

    @property
    def round_s(self) -> float:
        """Expected duration of another round."""
        return self.spent_s / self.rounds if self.rounds else 0.0


@dataclass(frozen=True)
class Allowance:
    """The limits on time and rounds."""

    series: int
    """Series that will be tested, over all benchmarks."""
    own_s: float
    """Time for one benchmark; does not count below the least number of rounds."""
    budget_s: float | None = None
    """Time for all of them together, in place of ``own_s`` and of a number of rounds."""

    @property
    def least_pairs(self) -> int:
        """Pairs needed so that a single difference among all series can be significant.

        When all n pairs agree, Wilcoxon's p is 2 / 2^n, and that times the number of tests must be
        below the false discovery rate.
        """
        tests = max(1, self.series)
        return max(LEAST_PAIRS, ceil(1 + log2(tests / FALSE_DISCOVERY_RATE)))

    @property
    def least_rounds(self) -> int:
        """Rounds that give so many pairs."""
        return ceil(self.least_pairs / 2)


def is_enough(standing: Standing, allowance: Allowance) -> bool:
    """Whether a benchmark needs no further round."""
    if standing.over:
        return True
    if standing.rounds < allowance.least_rounds:
        return False
    is_narrow = standing.noise is not None and standing.noise <= NARROW
    if is_narrow and standing.pairs >= allowance.least_pairs:
        return True
    if allowance.budget_s is not None:
        return False
    return standing.rounds >= MOST_ROUNDS or standing.spent_s >= allowance.own_s


def next_one(
    standings: Sequence[Standing],
    order: Sequence[int],
    allowance: Allowance,
    elapsed_s: float = 0.0,
    last: int | None = None,
) -> int | None:
    """Position of the benchmark whose turn it is; None when nothing more is to be done.

    All get their rounds in turn, so that each is spread over the job. With a budget, whoever gains
    most certainty in a second is next once all have the least number; but not ``last``, the one
    just measured, while another is due. ``order`` holds all positions as they were drawn and
    decides between equals. No round is begun that would not end in the budget.
    """
    left_s = None if allowance.budget_s is None else allowance.budget_s - elapsed_s
    due = [
        place
        for place in order
        if not is_enough(standings[place], allowance)
        and (left_s is None or left_s > standings[place].round_s)
    ]
    begun = [place for place in due if standings[place].rounds < allowance.least_rounds]
    if begun or left_s is None:
        return min(begun or due, key=lambda place: standings[place].rounds, default=None)
    others = [place for place in due if place != last]
    return max(others or due, key=lambda place: _gain(standings[place]), default=None)


def _gain(standing: Standing) -> float:
    """Reduction of noise per second by another round: noise falls with the root of the rounds."""
    noise = 1.0 if standing.noise is None else standing.noise
    less = 1 - sqrt(standing.rounds / (standing.rounds + 1))
    return noise * less / max(standing.round_s, 1e-9)


def orders(seed: int, name: str, count: int) -> list[tuple[Side, Side, Side, Side]]:
    """The order of the sides in each round of one benchmark.

    B H H B or H B B H, so that a steady drift within a round cancels; which, is drawn for every
    two rounds, so that both occur equally often.
    """
    drawn = random.Random(f"{seed}/{name}")
    found: list[tuple[Side, Side, Side, Side]] = []
    while len(found) < count:
        one = (Side.BASE, Side.HEAD, Side.HEAD, Side.BASE)
        other = (Side.HEAD, Side.BASE, Side.BASE, Side.HEAD)
        found += [one, other] if drawn.random() < 0.5 else [other, one]
    return found[:count]


def shuffled(seed: int, count: int) -> list[int]:
    """The positions of so many benchmarks in a drawn order."""
    places = list(range(count))
    random.Random(f"{seed}/benchmarks").shuffle(places)
    return places
