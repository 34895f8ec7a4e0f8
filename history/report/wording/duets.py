"""Words for a duet: one line of verdict, and a reason for each series."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from history.compare import exact
from history.compare.duet import Why
from history.compare.results import ComparisonVerdict
from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.report.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.compare.duet import Duet, Line, Noise

_COUNTED: Final = (
    (ComparisonVerdict.FAILED, "failed", "failed"),
    (ComparisonVerdict.MISSING, "missing", "missing"),
    (ComparisonVerdict.REGRESSION, "regression", "regressions"),
    (ComparisonVerdict.NOT_COMPARABLE, "not comparable", "not comparable"),
    (ComparisonVerdict.SUSPECT, "suspect", "suspect"),
    (ComparisonVerdict.IMPROVEMENT, "improvement", "improvements"),
    (ComparisonVerdict.UP, "up", "up"),
    (ComparisonVerdict.DOWN, "down", "down"),
    (ComparisonVerdict.NEW, "new", "new"),
    (ComparisonVerdict.NO_DIFFERENCE, "without a difference shown", "without a difference shown"),
    (ComparisonVerdict.NOT_ENOUGH_DATA, "with too few rounds", "with too few rounds"),
    (ComparisonVerdict.IDENTICAL, "identical program", "identical programs"),
    (ComparisonVerdict.SKIPPED, "skipped", "skipped"),
)
"""Verdicts in order of gravity, each with its singular and plural."""
_QUIET: Final = frozenset(
    {
        ComparisonVerdict.NO_DIFFERENCE,
        ComparisonVerdict.NOT_ENOUGH_DATA,
        ComparisonVerdict.IDENTICAL,
    }
)


def verdict(found: Duet) -> str:
    """``1 regression, 9 without a difference shown; noise of this job: ±1.2 %``: all in one line.

    Series with a difference are counted, else benchmarks.
    """
    counts = Counter(line.verdict for line in shown(found.lines))
    parts = [
        numbers.counted(counts[verdict], one, many)
        for verdict, one, many in _COUNTED
        if counts[verdict]
    ]
    told = ", ".join(parts) or "nothing was compared"
    return f"{told}; {noise(found.noise)}" if found.noise else told


def noise(found: Noise) -> str:
    """``noise of this job: ±1.2 %, up to ±3.1 %``: the noise of the control."""
    text = f"noise of this job: ±{numbers.share(found.typical)}"
    if found.largest <= found.typical:
        return text
    return f"{text}, up to ±{numbers.share(found.largest)}"


def shown(lines: Sequence[Line]) -> list[Line]:
    """The first metric of every benchmark, and any other that shows something; gravest first."""
    order = [verdict for verdict, _, _ in _COUNTED]
    # What is done once on each side, such as a build, has a single pair.
    kept = [
        line
        for line in lines
        if (line.is_headline and line.pairs != 1) or line.verdict not in _QUIET
    ]
    return sorted(kept, key=lambda line: order.index(line.verdict))


def unshown(lines: Sequence[Line]) -> str:
    """A note on what was left out of the table; may be empty."""
    count = len(lines) - len(shown(lines))
    if not count:
        return ""
    further = numbers.counted(count, "further metric")
    return f"{further} without anything to show; `soundmark history show --format json` has all."


def change(line: Line) -> str:
    """``+5.1 %``; empty without a ratio."""
    return "" if line.ratio is None else numbers.signed(line.ratio - 1)


def interval(line: Line) -> str:
    """``+4.2 % to +6.0 %``."""
    if line.low is None or line.high is None:
        return ""
    return f"{numbers.signed(line.low - 1)} to {numbers.signed(line.high - 1)}"


def why(line: Line) -> str:
    """The reason of a verdict in one sentence."""
    told = _why(line)
    if line.left_out:
        told += f"; {numbers.counted(line.left_out, 'disturbed pair')} left out"
    return told


def _why(line: Line) -> str:
    tested = numbers.counted(line.pairs, "pair")
    if line.q is not None:
        tested += f", {numbers.chance(line.q)}"
    few = numbers.counted(line.pairs, "pair is", "pairs are")
    sentences = {
        Why.NOTHING: tested,
        Why.FEW: f"{few} too few for a test: allow more time",
        Why.NO_RATIO: "a ratio needs values above zero on both sides",
        Why.EXACT: _exactly(line),
        Why.TOO_SMALL: "both too small to mean anything",
        Why.CONTROL: f"{tested}, but the same code differed from itself as much",
        Why.CHANCE: f"{tested}, which chance may do once among so many: measure again",
        Why.BELOW: f"{tested}, but below {numbers.allowed(DEFAULT_MINIMUM_EFFECT)}",
        Why.OUTPUT: f"{tested}; better, but its output changed",
        Why.BASE: f"base: {line.absence}",
        Why.HEAD: f"head: {line.absence}",
        Why.BOTH: line.absence,
    }
    return sentences[line.why]


def _exactly(line: Line) -> str:
    told = "counted, and the same in every repeat"
    if line.verdict is ComparisonVerdict.NO_DIFFERENCE and line.before != line.after:
        told += f"; below {numbers.allowed(exact.LEAST_EFFECT)}"
    return told
