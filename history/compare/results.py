"""What a comparison consists of: two measurements, a line about them, a mean, a verdict."""

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
    """What a comparison shows."""

    REGRESSION = "regression"
    IMPROVEMENT = "improvement"
    UP = "up"
    DOWN = "down"
    """Up and down: a difference in a metric without a better side."""
    SUSPECT = "suspect"
    """More than two runs of the same code usually differ, but chance would show one like it among
    so many: measure again."""
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
    """Something that both sides need is missing here. These four only a duet has."""


def named(ratio: float, direction: str) -> ComparisonVerdict:
    """What a difference is called by the metric's direction: lower, higher or none."""
    if direction == "none":
        return ComparisonVerdict.UP if ratio > 1 else ComparisonVerdict.DOWN
    worse = ratio > 1 if direction == "lower" else ratio < 1
    return ComparisonVerdict.REGRESSION if worse else ComparisonVerdict.IMPROVEMENT


@dataclass(frozen=True)
class Measurement:
    """One benchmark, variant and metric as one side measured it."""

    key: SeriesKey
    direction: str
    """lower, higher or none."""
    kind: str
    commit: str
    run_id: str
    value: float | None
    """Median, or the mean of the medians of several runs; None where it was not measured."""
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
    """Noise from run to run, relative, as the history of the series shows it."""
    runs: tuple[float, ...] = ()
    """Values of the runs that were taken together, oldest first; empty for a single one."""
    inside: float | None = None
    """Spread of the logarithms of the samples inside a run; None to read it off the samples."""
    waited: float | None = None
    """Share of the run in which something waited for a processor."""


Key = tuple[str, ...]
"""What a measurement has in common with its partner on the other side."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A series that was not compared, since another of its side does the same work."""

    side: str
    """What a heading calls the side."""
    key: SeriesKey
    taken: SeriesKey
    """The one that was compared."""


class KindOfTest(StrEnum):
    """Where a p comes from."""

    NONE = ""
    MANN_WHITNEY = "mann-whitney"
    WILCOXON = "wilcoxon"
    """Wilcoxon's signed ranks, over pairs."""
    SERIES = "noise of the series"
    COMPARISON = "noise of the comparison"
    """Both where the samples are too few for a test of their own."""


class UsedTest(NamedTuple):
    """The test behind a p."""

    kind: KindOfTest
    pairs: int = 0
    paired_by: str = ""
    """items, rounds or processes."""


NO_TEST: Final = UsedTest(KindOfTest.NONE)


class Ground(StrEnum):
    """What the verdict of a line rests on, beside its test."""

    TEST = "test"
    """On its test alone."""
    ONE_SIDE = "one side"
    """It was measured on one side only."""
    BOTH_SMALL = "both small"
    """Both values are almost nothing."""
    NO_RATIO = "no ratio"
    """A value is not above zero."""
    FEW = "few"
    """Too few samples for a test."""
    EXACT = "exact"
    """It was counted, and every repeat gave the same."""
    BELOW = "below"
    """The difference is real, and smaller than what is called one."""
    CROWDED = "crowded"
    """One of the runs waited for a processor much more than the other."""
    CHANCE = "chance"
    """Chance would show one like it among so many."""
    USUAL = "usual"
    """Two runs of the same code differ by as much."""


class Crowded(NamedTuple):
    """A run in which something waited for a processor."""

    commit: str
    run_id: str
    """Empty where several runs at the commit were taken together."""
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
    """95 % interval of the ratio. Between two runs it includes how far runs differ by chance."""
    speedup: float | None
    """How many times as good: above 1 is better whatever the metric's direction."""
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
    """Why the other side has no value, as its run tells it."""
    usual: Amount = UNKNOWN
    """By how much two runs of the same code differ here; nothing where that is not asked."""
    crowded: Crowded | None = None
    """The run that waited, where that is the ground."""
    is_same_series: bool = True
    """Whether both sides are of one machine and variant."""
    detectable: Amount = UNKNOWN
    """The smallest difference that would have been called one here; empty without an interval."""
    direction: str = "none"
    kind: str = ""
    trades: tuple[Trade, ...] = ()
    """Of an improvement what quality is worse, of worse quality what improved; see ``trades``."""
    items_before: OverItems | None = None
    items_after: OverItems | None = None
    """How a time spreads over the utterances or files of each side; None where it has none."""

    @property
    def tells_ratio(self) -> bool:
        """Whether people are shown the ratio; programs always get it."""
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
