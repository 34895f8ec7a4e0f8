"""Build the page that compares implementations, runtimes and precisions."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from history.compare import decide
from history.compare.results import ComparisonVerdict
from history.judge.trade import PARTS
from history.report.wording import comparisons, item_quantiles, numbers
from history.words.metrics import Kind, find, headline
from site_gen.pages import variant_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.compare import results as compared
    from history.compare.results import ComparisonRow, Key, Measurement
    from history.read.runs import Run
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context
    from site_gen.pages.variant_pairs import VariantPair

_WORDS = {
    ComparisonVerdict.IMPROVEMENT: "better",
    ComparisonVerdict.REGRESSION: "worse",
}
"""Verdicts for two variants, of which neither comes first."""
_BESIDE = ("first_token_time", "first_audio_time", "peak_rss")
"""Kinds that are compared too if a benchmark has them, to show trades: faster but larger, or faster
but less accurate.
"""

MOST_LARGEST = 2
"""Most lines that are named before the table of all."""

Group = tuple[tuple[str, str, str], ...]
Pairs = dict[Group, tuple[dict["Key", "Measurement"], dict["Key", "Measurement"]]]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One benchmark and metric in two variants."""

    benchmark: Benchmark
    metric: str
    variant: str
    """``runtime=torch;threads=2``, of the head."""
    hidden: frozenset[tuple[str, str]]
    """Pairs of it that a line does not print: those in which the two variants differ."""
    machine: str
    base: str
    head: str
    ratio: str
    interval: str
    faster: str
    """Factor of improvement in words; empty without a difference."""
    verdict: str
    reason: str
    trade: str
    """The trade of an improvement or of lost quality; mostly empty."""
    number: float
    base_items: str = ""
    head_items: str = ""
    """Quantiles of a time over the items of each side; empty for other metrics."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Geometric mean over the benchmarks of one suite."""

    suite: str
    kind: str
    """time, memory, throughput and so on."""
    machine: str
    """Empty where it is over several."""
    count: int
    speedup: str
    interval: str


@dataclass(frozen=True, slots=True, eq=False)
class Duel:
    """Two variants, over all benchmarks that have both."""

    base: str
    head: str
    means: tuple[Mean, ...]
    lines: tuple[Line, ...]
    counts: tuple[tuple[str, int], ...]
    more: int = 0
    """Lines that are not shown."""
    other_items: tuple[str, ...] = ()
    """A note on benchmarks with other items on the second side; mostly empty."""

    @property
    def words(self) -> tuple[str, ...]:
        """The verdicts of the lines that are shown."""
        return tuple(dict.fromkeys(one.verdict for one in self.lines))

    @property
    def largest(self) -> tuple[Line, ...]:
        """The largest differences, whichever way, at most MOST_LARGEST."""
        decided = [one for one in self.lines if one.faster and one.number > 0]
        return tuple(sorted(decided, key=lambda one: -abs(math.log(one.number)))[:MOST_LARGEST])

    @property
    def shown(self) -> frozenset[str]:
        """Verdicts of which every line is shown."""
        found = Counter(one.verdict for one in self.lines)
        return frozenset(word for word, count in self.counts if found[word] == count)


@dataclass(frozen=True, slots=True, eq=False)
class CompareReport:
    """Everything on the page."""

    duels: tuple[Duel, ...]
    runs: tuple[Run, ...]


def build(
    context: Context, measured: Mapping[tuple[str, str, str], Mapping[str, Measurement]]
) -> CompareReport | None:
    """The report, or None when no run measured two variants."""
    benchmarks = context.by_path
    headlines = {
        path: headline({series.key.metric for series in one.series})
        for path, one in benchmarks.items()
    }
    pairs: Pairs = {}
    for (path, metric, _), variants in measured.items():
        if path not in benchmarks:
            continue
        if metric not in (headlines[path], *_BESIDE) and not _is_price(metric):
            continue
        for pair in variant_pairs.pairs(variants):
            _add(pairs, path, pair, variants)
    duels = [_duel(group, *two, benchmarks) for group, two in sorted(pairs.items())]
    if not duels:
        return None
    used = {one.run_id for _, two in pairs.items() for one in two[1].values()}
    return CompareReport(
        tuple(duels), tuple(run for run in context.view.counting if run.run_id in used)
    )


def _is_price(metric: str) -> bool:
    """Whether a metric may be the cost of an improvement: quality, without parts of a rate."""
    parts = {part for one in PARTS.values() for part in one}
    return find(metric).kind is Kind.QUALITY and metric not in parts


def _add(pairs: Pairs, path: str, pair: VariantPair, variants: Mapping[str, Measurement]) -> None:
    """Add a pair if one run measured both."""
    before, after = variants[pair.base], variants[pair.head]
    if before.run_id != after.run_id:
        return
    key = (path, after.key.metric, after.key.machine, pair.head)
    base, head = pairs.setdefault(pair.differs, ({}, {}))
    base[key], head[key] = before, after


def _duel(
    group: Group,
    base: dict[Key, Measurement],
    head: dict[Key, Measurement],
    benchmarks: Mapping[str, Benchmark],
) -> Duel:
    found = decide.compare(base, head)
    hidden = frozenset((key, value) for key, _, value in group)
    # The rows of a comparison keep the order of the keys; all were measured on both sides.
    lines = sorted(
        (
            line(row, benchmarks[key[0]], hidden, _WORDS)
            for key, row in zip(base, found.rows, strict=True)
        ),
        key=lambda one: (one.benchmark.suite, one.benchmark.benchmark_id, one.metric, one.machine),
    )
    words = [one.verdict for one in lines]
    return Duel(
        base=variant_pairs.title(value for _, value, _ in group),
        head=variant_pairs.title(value for _, _, value in group),
        means=_means(base, head),
        lines=tuple(lines),
        counts=tuple((word, words.count(word)) for word in dict.fromkeys(words)),
    )


def _means(base: dict[Key, Measurement], head: dict[Key, Measurement]) -> tuple[Mean, ...]:
    """Over the metrics that introduce the benchmarks, machine by machine.

    Further metrics of a benchmark would count it more than once.
    """
    means = []
    for machine in dict.fromkeys(key[2] for key in base):
        kept = [
            key
            for key, one in base.items()
            if key[2] == machine and key[1] not in _BESIDE and one.kind != Kind.QUALITY
        ]
        kept = kept or [key for key in base if key[2] == machine]
        found = decide.compare({key: base[key] for key in kept}, {key: head[key] for key in kept})
        means += [mean(one, machine) for one in found.means]
    return tuple(sorted(means, key=lambda one: (one.suite, one.machine)))


def mean(found: compared.Mean, machine: str) -> Mean:
    """A geometric mean in words."""
    return Mean(
        suite=found.suite,
        kind=found.kind,
        machine=machine,
        count=found.count,
        speedup=comparisons.mean(found),
        interval=comparisons.of_mean(found),
    )


def line(
    row: ComparisonRow,
    benchmark: Benchmark,
    hidden: frozenset[tuple[str, str]] = frozenset(),
    words: Mapping[ComparisonVerdict, str] | None = None,
) -> Line:
    """One line in words; `hidden` pairs of the variant are not told."""
    told = row.ratio if row.tells_ratio and row.ratio is not None else math.nan
    decided = row.verdict in _WORDS and math.isfinite(told)
    return Line(
        benchmark=benchmark,
        metric=row.key.metric,
        variant=row.key.variant,
        hidden=hidden,
        machine=row.key.machine,
        base=numbers.value(row.before, row.key.shown_in),
        head=numbers.value(row.after, row.key.shown_in),
        ratio=comparisons.ratio(row),
        interval=comparisons.ratio_interval(row),
        faster=comparisons.faster(row.speedup, row.kind) if decided else "",
        verdict=(words or {}).get(row.verdict, str(row.verdict)),
        trade=comparisons.traded(row),
        reason="; ".join(
            part for part in (comparisons.reason(row), comparisons.can_show(row)) if part
        ),
        number=told,
        base_items=item_quantiles.over_items(row.items_before, row.key.shown_in),
        head_items=item_quantiles.over_items(row.items_after, row.key.shown_in),
    )
