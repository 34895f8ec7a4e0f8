"""Find the commit at which a series changed, by halving. Pure: answers in, the next commit out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from history.compare.results import ComparisonVerdict

if TYPE_CHECKING:
    from history.compare.duet import Line

CHANGES = frozenset(
    {
        ComparisonVerdict.REGRESSION,
        ComparisonVerdict.IMPROVEMENT,
        ComparisonVerdict.UP,
        ComparisonVerdict.DOWN,
    }
)
"""Verdicts that say that two commits differ."""


class Answer(StrEnum):
    """The side of the change on which a commit lies."""

    BEFORE = "before"
    AFTER = "after"
    UNKNOWN = "cannot be measured"


class Located(NamedTuple):
    """Where a commit lies, by a duet of the good end and that commit."""

    answer: Answer
    is_sure: bool
    """Whether the whole interval lies on one side of half the change."""


def locate(line: Line | None, change: float) -> Located:
    """The side of the change of a commit; ``change`` is the ratio of the two ends.

    Nearer to the good end than half of the change, in logarithms, is before it. A commit that runs
    the good end's program is before it without a measurement.
    """
    if line is not None and line.verdict is ComparisonVerdict.IDENTICAL:
        return Located(Answer.BEFORE, is_sure=True)
    if line is None or line.ratio is None or line.low is None or line.high is None:
        return Located(Answer.UNKNOWN, is_sure=True)
    half = exp(log(change) / 2)
    is_after = (line.ratio > half) == (change > 1)
    sure = not line.low <= half <= line.high
    return Located(Answer.AFTER if is_after else Answer.BEFORE, sure)


@dataclass
class Bisection:
    """The commits after the good end up to the bad one, and the answers so far."""

    count: int
    """Number of commits; the last one is the bad end."""
    answers: dict[int, Answer] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """Position of the first commit that may hold the change."""
        return 1 + max((at for at, one in self.answers.items() if one is Answer.BEFORE), default=-1)

    @property
    def last(self) -> int:
        """Position of the last commit that may hold it."""
        after = (at for at, one in self.answers.items() if one is Answer.AFTER)
        return min(after, default=self.count - 1)

    @property
    def left(self) -> int:
        """Number of measurements still needed, if none fails."""
        return (self.last - self.first).bit_length()

    def next_one(self) -> int | None:
        """The commit to measure; None when no further one would tell more.

        The middle of those that may hold the change, or the nearest to it that could be measured.
        The last one is known to be behind the change.
        """
        open_ = [at for at in range(self.first, self.last) if at not in self.answers]
        middle = (self.first + self.last - 1) / 2
        return min(open_, key=lambda at: abs(at - middle), default=None)

    def tell(self, at: int, answer: Answer) -> None:
        """Store the answer for a commit."""
        self.answers[at] = answer
