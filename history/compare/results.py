"""What a comparison consists of: two measurements, a line about them, a mean, a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from history.judge import detectable
from history.judge.detectable import HasDetectable
from history.judge.size import UNKNOWN, Amount, may_divide
from history.words.key import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.words.key import SeriesKey


class Verdict(StrEnum):
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
class Compared(HasDetectable):
    """One line of a comparison."""

    key: SeriesKey
    before: float | None
    after: float | None
    ratio: float | None
    """Median after / median before; the median of the ratios where items or rounds pair."""
    ratio_low: float | None
    ratio_high: float | None
    """95 % interval of the ratio; between two runs it knows how far those differ by chance."""
    speedup: float | None
    """How many times better: above 1 is better whatever the metric's direction."""
    cliffs_delta: float | None
    """P(after > before) - P(after < before), within the pairs where values pair."""
    p: float | None
    """Of the test; between two runs not below that of a difference as large between equal ones."""
    q: float | None
    """p corrected for the number of comparisons (Benjamini-Hochberg)."""
    test: str
    """``mann-whitney``, ``wilcoxon over 12 items``, ``wilcoxon over 20 rounds``, ``… processes``,
    ``noise of the series`` or ``noise of the comparison`` (too few samples for a test), or
    empty."""
    n_before: int
    n_after: int
    verdict: Verdict
    base_commit: str
    head_commit: str
    reason: str
    detectable: Amount = UNKNOWN
    """The smallest difference that would have been called one here; empty without an interval."""
    direction: str = "none"
    kind: str = ""

    @property
    def tells_ratio(self) -> bool:
        """Whether people are shown the ratio; programs always get it."""
        sides = (self.before, self.after)
        return None not in sides and may_divide(self.key.metric, *(one or 0.0 for one in sides))


_NAMES = tuple(one.name for one in fields(Compared) if one.name != "key")
MEAN_COLUMNS: Final = ("mean_speedup", "mean_low", "mean_high", "mean_count")
"""The geometric mean over the suite and kind of a line."""
COLUMNS: Final = (
    *FIELDS,
    *_NAMES[: _NAMES.index("reason") + 1],
    *detectable.COLUMNS,
    *("direction", "kind"),
    *MEAN_COLUMNS,
)
"""The columns of ``soundmark compare --format csv``."""


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

    rows: tuple[Compared, ...]
    """In the order of tables; missing and new ones last."""
    means: tuple[Mean, ...]
