"""Find in a comparison what was gained with lost quality: four times as fast, twice the errors."""

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

_Work = tuple[str, ...]


class Compared(Protocol):
    """What a line of a comparison and one of a duet have in common."""

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
        """What the line shows."""


_Line = TypeVar("_Line", bound=Compared)


def _is_better(line: Compared) -> bool:
    return line.verdict is ComparisonVerdict.IMPROVEMENT


def of_lines(
    lines: Sequence[_Line], is_gain: Callable[[_Line], bool] = _is_better
) -> Mapping[int, tuple[Trade, ...]]:
    """Place of a line to what stands against it; lines without anything are left out.

    A gain is what the comparison calls an improvement, unless ``is_gain`` says more. Quality is
    lost where its value is worse by 2 % or more: an error rate is one value of a fixed set of
    items, and that it rose needs no test.
    """
    gains: defaultdict[_Work, list[int]] = defaultdict(list)
    losses: defaultdict[_Work, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        work: _Work = (line.key.benchmark_id, line.key.variant, line.key.machine)
        if line.kind == Kind.QUALITY:
            if _is_worse(line):
                losses[work].append(place)
        elif is_gain(line):
            gains[work].append(place)
    found: dict[int, tuple[Trade, ...]] = {}
    for work in gains.keys() & losses.keys():
        of_gains, of_losses = (
            without_parts([_trade(lines[place]) for place in places[work]])
            for places in (gains, losses)
        )
        found |= dict.fromkeys(gains[work], of_losses) | dict.fromkeys(losses[work], of_gains)
    return found


def _is_worse(line: Compared) -> bool:
    if line.before is None or line.after is None or line.direction == "none":
        return False
    step = line.after - line.before if line.direction == "lower" else line.before - line.after
    return step > 0 and step >= DEFAULT_MINIMUM_EFFECT * abs(line.before)


def _trade(line: Compared) -> Trade:
    before, after = line.before or 0.0, line.after or 0.0
    return Trade(line.key.metric, size(line.key.metric, line.key.unit, before, after))
