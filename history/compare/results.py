"""The records of a comparison: measurements, rows, means and verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from history.judge.detectable import HasDetectable
from history.judge.size import UNKNOWN, Amount, may_divide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.items.quantiles import OverItems
    from history.judge.trade import Trade
    from history.words.key import SeriesKey


class ComparisonVerdict(StrEnum):
    """The verdict of a comparison."""

    REGRESSION = "regression"
    IMPROVEMENT = "improvement"
    UP = "up"
    DOWN = "down"
    """UP and DOWN: a difference in a metric without a better direction."""
    SUSPECT = "suspect"
    """Larger than the usual difference between runs, but among so many series chance alone would
    show one like it: measure again.
    """
    NO_DIFFERENCE = "no difference shown"
    NOT_ENOUGH_DATA = "not enough data"
    MISSING = "missing"
    """Measured on the first side only."""
    NEW = "new"
    """Measured on the second side only."""
    FAILED = "failed"
    """The second side could not be measured, the first could."""
    NOT_COMPARABLE = "not comparable"
    """The first side could not be measured."""
    IDENTICAL = "identical program"
    """Both sides would have run the same program on the same input; nothing was measured."""
    SKIPPED = "skipped"
    """Something that both sides need is missing here.

    FAILED, NOT_COMPARABLE, IDENTICAL and SKIPPED are verdicts of duets and of reviews.
    """


def named(ratio: float, direction: str) -> ComparisonVerdict:
    """The verdict of a difference by the metric's direction: lower, higher or none."""
    if direction == "none":
        return ComparisonVerdict.UP if ratio > 1 else ComparisonVerdict.DOWN
    worse = ratio > 1 if direction == "lower" else ratio < 1
    return ComparisonVerdict.REGRESSION if worse else ComparisonVerdict.IMPROVEMENT


@dataclass(frozen=True)
class Measurement:
    """One benchmark, variant and metric, measured by one side."""

    key: SeriesKey
    direction: str
    """lower, higher or none."""
    kind: str
    commit: str
    run_id: str
    value: float | None
    """The aggregate, of several runs the geometric mean of theirs; None if it was not measured."""
    reason: str = ""
    """Why it was not measured."""
    n: int = 0
    samples: tuple[float, ...] = ()
    rounds: tuple[int, ...] = ()
    """Round of each sample, when variants were interleaved."""
    processes: tuple[int, ...] = ()
    """Process of each sample, where several were started one after the other."""
    items: Mapping[str, float] = field(default_factory=dict)
    """Value of each utterance or file."""
    noise: float | None = None
    """Relative noise between runs, from the history of the series."""
    runs: tuple[float, ...] = ()
    """Values of the pooled runs, oldest first; empty for a single run."""
    inside: float | None = None
    """Spread of the logarithms of the samples inside a run; None: computed from the samples."""
    waited: float | None = None
    """Share of the run in which something waited for a processor."""


Key = tuple[str, ...]
"""The part of the identity that a measurement shares with its partner on the other side."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A series that was not compared, since another one of its side has the same key."""

    side: str
    """Label of the side."""
    key: SeriesKey
    taken: SeriesKey
    """The one that was compared."""


class KindOfTest(StrEnum):
    """The source of a p."""

    NONE = ""
    MANN_WHITNEY = "mann-whitney"
    WILCOXON = "wilcoxon"
    """Wilcoxon's signed ranks, over pairs."""
    SERIES = "noise of the series"
    COMPARISON = "noise of the comparison"
    """SERIES and COMPARISON are used where samples are too few for a test."""


class UsedTest(NamedTuple):
    """The test behind a p."""

    kind: KindOfTest
    pairs: int = 0
    paired_by: str = ""
    """items, rounds or processes."""


NO_TEST: Final = UsedTest(KindOfTest.NONE)


class Ground(StrEnum):
    """The ground of a row's verdict."""

    TEST = "test"
    """Its test."""
    ONE_SIDE = "one side"
    """It was measured on one side only."""
    BOTH_SMALL = "both small"
    """Both values are almost zero."""
    NO_RATIO = "no ratio"
    """A value is not above zero."""
    FEW = "few"
    """Too few samples for a test."""
    EXACT = "exact"
    """It is an exact count: every repeat gave the same."""
    BELOW = "below"
    """The difference is significant and smaller than the minimum effect."""
    CROWDED = "crowded"
    """One of the runs waited for a processor much more than the other."""
    CHANCE = "chance"
    """Among so many series, chance alone would show one like it."""
    USUAL = "usual"
    """Two runs of the same code differ by as much."""


class Crowded(NamedTuple):
    """A run in which something waited for a processor."""

    commit: str
    run_id: str
    """Empty when several runs at the commit were pooled."""
    waited: float
    """Share of the time."""


@dataclass(frozen=True, slots=True)
class ComparisonRow(HasDetectable):
    """One line of a comparison."""

    key: SeriesKey
    before: float | None
    after: float | None
    ratio: float | None
    """Median after / median before; the median of the ratios where items or rounds pair."""
    ratio_low: float | None
    ratio_high: float | None
    """95 % interval of the ratio. Between two runs it includes the noise between runs."""
    speedup: float | None
    """Factor of improvement: above 1 is better whatever the metric's direction."""
    cliffs_delta: float | None
    """P(after > before) - P(after < before), within the pairs where values pair."""
    p: float | None
    """Of the test; between two runs not below that of a difference as large between equal ones."""
    q: float | None
    """p corrected for the number of comparisons (Benjamini-Hochberg)."""
    test: UsedTest
    n_before: int
    n_after: int
    verdict: ComparisonVerdict
    base_commit: str
    head_commit: str
    ground: Ground
    absence: str = ""
    """Why the other side has no value, from its run."""
    usual: Amount = UNKNOWN
    """Usual difference between two runs of the same code; None where it does not apply."""
    crowded: Crowded | None = None
    """The run that waited, if that is the ground."""
    is_same_series: bool = True
    """Whether both sides have the same machine and variant."""
    detectable: Amount = UNKNOWN
    """The smallest difference that would have been reported here; None without an interval."""
    direction: str = "none"
    kind: str = ""
    trades: tuple[Trade, ...] = ()
    """For an improvement the quality metrics that became worse, and vice versa; see ``trades``."""
    items_before: OverItems | None = None
    items_after: OverItems | None = None
    """Distribution of a time over the utterances or files of each side; None without items."""

    @property
    def tells_ratio(self) -> bool:
        """Whether the ratio is shown to people; programs always get it."""
        sides = (self.before, self.after)
        return None not in sides and may_divide(self.key.metric, *(one or 0.0 for one in sides))


@dataclass(frozen=True, slots=True)
class Mean:
    """Geometric mean of the speedups of one suite and kind of metric."""

    suite: str
    kind: str
    """time, memory, throughput and so on; ratios of different kinds are not averaged."""
    count: int
    speedup: float
    low: float | None
    high: float | None
    """95 % interval from those of the benchmarks; None where one of them has none."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides compared."""

    rows: tuple[ComparisonRow, ...]
    """In the order of tables; missing and new ones last."""
    means: tuple[Mean, ...]
