"""Find trades in a comparison: an improvement together with lost quality."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol, TypeVar

from history.compare.results import ComparisonVerdict
from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.judge.size import size
from history.judge.trade import Trade, without_parts
from history.words.metrics import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from history.words.key import SeriesKey

_Groups = defaultdict[tuple[str, ...], tuple[list[int], list[int]]]
"""(benchmark, variant, machine) -> indices of lines: other metrics, and quality metrics."""


class Compared(Protocol):
    """The fields common to a line of a comparison and of a duet."""

    @property
    def key(self) -> SeriesKey:
        """The series."""

    @property
    def kind(self) -> str:
        """``quality``, ``time`` and so on."""

    @property
    def direction(self) -> str:
        """lower, higher or none."""

    @property
    def before(self) -> float | None:
        """Value of the first side."""

    @property
    def after(self) -> float | None:
        """Value of the second side."""

    @property
    def verdict(self) -> ComparisonVerdict:
        """The verdict of the line."""


_Line = TypeVar("_Line", bound=Compared)


def _is_better(line: Compared) -> bool:
    return line.verdict is ComparisonVerdict.IMPROVEMENT


def of_lines(
    lines: Sequence[_Line], is_gain: Callable[[_Line], bool] = _is_better
) -> Mapping[int, tuple[Trade, ...]]:
    """Index of a line -> the lines it is traded for; lines without a trade are left out.

    A trade is between quality and another metric: one improved, the other became worse. For other
    metrics the verdict decides (or ``is_gain``). Quality counts as changed from 2 % on: an error
    rate is one value of a fixed set of items, so no test is needed.
    """
    better: _Groups = defaultdict(lambda: ([], []))
    worse: _Groups = defaultdict(lambda: ([], []))
    for place, line in enumerate(lines):
        work: tuple[str, ...] = (line.key.benchmark_id, line.key.variant, line.key.machine)
        is_quality = line.kind == Kind.QUALITY
        if _step(line) > 0 if is_quality else line.verdict is ComparisonVerdict.REGRESSION:
            worse[work][is_quality].append(place)
        elif _step(line) < 0 if is_quality else is_gain(line):
            better[work][is_quality].append(place)
    found: dict[int, tuple[Trade, ...]] = {}
    for work in better.keys() & worse.keys():
        for is_quality in (False, True):
            gains, losses = better[work][is_quality], worse[work][not is_quality]
            of_gains, of_losses = (
                without_parts([_trade(lines[place]) for place in places])
                for places in (gains, losses)
            )
            if gains and losses:
                found |= dict.fromkeys(gains, of_losses) | dict.fromkeys(losses, of_gains)
    return found


def is_worse(line: Compared) -> bool:
    """Whether the second value is the worse one, by however little."""
    if line.before is None or line.after is None:
        return False
    return line.after > line.before if line.direction == "lower" else line.after < line.before


def _step(line: Compared) -> float:
    """How much worse the second value is, below 0 for better; 0 for less than 2 % of the first."""
    if line.before is None or line.after is None or line.direction == "none":
        return 0.0
    step = line.after - line.before if line.direction == "lower" else line.before - line.after
    return step if abs(step) >= DEFAULT_MINIMUM_EFFECT * abs(line.before) else 0.0


def _trade(line: Compared) -> Trade:
    before, after = line.before or 0.0, line.after or 0.0
    return Trade(line.key.metric, size(line.key.metric, line.key.unit, before, after))
