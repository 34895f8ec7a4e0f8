"""Words for a comparison: reasons, sizes and the summary."""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING, Final

from history.compare import exact
from history.compare.results import ComparisonVerdict, Ground, KindOfTest
from history.compare.trades import is_worse
from history.compare.unnamed import MOST_LISTED
from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.report.wording import confounders, item_quantiles, numbers, sizes, trades
from history.words.commit_names import called

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.compare.results import ComparisonRow, Crowded, Mean, UsedTest
    from history.compare.two_sides import ComparedSides
    from history.compare.unnamed import Differing
    from history.words.key import SeriesKey

OF_WAYS: Final = {ComparisonVerdict.REGRESSION: "worse", ComparisonVerdict.IMPROVEMENT: "better"}
"""Words for two machines or variants, of which neither comes first."""
_COUNTED: Final = (
    (ComparisonVerdict.REGRESSION, "regression", "regressions"),
    (ComparisonVerdict.IMPROVEMENT, "improvement", "improvements"),
    (ComparisonVerdict.UP, "up", "up"),
    (ComparisonVerdict.DOWN, "down", "down"),
    (ComparisonVerdict.SUSPECT, "suspect", "suspect"),
    (ComparisonVerdict.NO_DIFFERENCE, "without a difference shown", "without a difference shown"),
    (ComparisonVerdict.NOT_ENOUGH_DATA, "with too little data", "with too little data"),
    (ComparisonVerdict.MISSING, "missing", "missing"),
    (ComparisonVerdict.NEW, "new", "new"),
)


def summary(rows: Sequence[ComparisonRow], of_ways: Mapping[ComparisonVerdict, str]) -> str:
    """``2 regressions, 1 improvement, 14 without a difference shown``; ``2 worse`` of two ways."""
    counts = Counter(row.verdict for row in rows)
    parts = [
        numbers.counted(counts[verdict], of_ways.get(verdict, one), of_ways.get(verdict, many))
        for verdict, one, many in _COUNTED
        if counts[verdict]
    ]
    return ", ".join(parts) or "nothing to compare"


def unnamed(fields: Differing) -> str:
    """Further differing fields with their values; empty without any."""
    if not fields:
        return ""
    told = ", ".join(
        f"{one.name} ({one.first or 'none'}, {one.second or 'none'})" for one in fields
    )
    return f"The sides differ in {told} as well, which was not named."


def other_items(found: ComparedSides) -> tuple[str, ...]:
    """Benchmarks that were measured on other items on the second side; empty without any."""
    if not found.other_items:
        return ()
    count = numbers.counted(len(found.other_items), "benchmark was", "benchmarks were")
    named = [
        f"  {key.benchmark_id} {_way(key)}: {confounders.items(differing)}"
        for key, differing in found.other_items
    ]
    return (f"{count} measured on other items, so totals differ by more than code:", *_first(named))


def set_aside(found: ComparedSides) -> tuple[str, ...]:
    """The series that were not compared, then commands that compare them; empty without any."""
    aside = found.set_aside
    if not aside:
        return ()
    named = [
        f"  {one.key.benchmark_id} {one.key.metric} {_way(one.key)}, in place of which "
        f"{_way(one.taken)} was taken"
        for one in aside
    ]
    count = numbers.counted(len(aside), "series was", "series were")
    return (
        f"{count} not compared, since a side has several series of the same benchmark and metric:",
        *_first(named),
        "Name one series on either side; these are the choices:",
        *_first([f"  {command}" for command in found.choices]),
    )


def _way(key: SeriesKey) -> str:
    """``runtime=torch on laptop``."""
    return f"{key.variant or 'default'} on {key.machine}"


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_LISTED
    return [*lines[:MOST_LISTED], *[f"  and {more} more"] * (more > 0)]


def test(found: UsedTest) -> str:
    """``mann-whitney``, ``wilcoxon over 12 items``, ``noise of the series``, or nothing."""
    if found.kind is KindOfTest.WILCOXON:
        return f"{found.kind} over {found.pairs} {found.paired_by}"
    return str(found.kind)


def reason(row: ComparisonRow) -> str:
    """The reason of a line's verdict in one sentence; may be empty."""
    match row.ground:
        case Ground.ONE_SIDE:
            return row.absence
        case Ground.BOTH_SMALL:
            return "both too small to mean anything"
        case Ground.NO_RATIO:
            return "a ratio needs values above zero on both sides"
        case Ground.EXACT:
            told = "counted, and the same in every repeat"
            is_below = row.verdict is ComparisonVerdict.NO_DIFFERENCE and row.before != row.after
            below = f"; below {numbers.allowed(exact.LEAST_EFFECT)}" if is_below else ""
            return f"{told}{below}"
        case Ground.FEW:
            return f"n = {row.n_before} and {row.n_after}: too few samples for a test"
        case _:
            tested = f"{test(row.test)}, {numbers.chance(row.q or 0.0)}"
            return f"{tested}{_doubt(row)}{_but(row)}"


def _doubt(row: ComparisonRow) -> str:
    match row.ground:
        case Ground.BELOW:
            return f", but below {numbers.allowed(DEFAULT_MINIMUM_EFFECT)}"
        case Ground.CROWDED if row.crowded is not None:
            return _crowded(row.crowded)
        case Ground.CHANCE:
            return ", which chance may do once among so many: measure both sides again"
        case Ground.USUAL:
            return f"; two runs of the same code differ by up to {sizes.amount(row.usual)} here"
        case _:
            return ""


def _crowded(run: Crowded) -> str:
    where = f"run {run.run_id[:8]}" if run.run_id else f"a run at {called(run.commit)}"
    waits = f"{numbers.share(run.waited, 0)} of the time"
    return f", but in {where} something waited for a processor {waits}: measure again"


def _but(row: ComparisonRow) -> str:
    told = ""
    if row.base_commit != row.head_commit and not row.is_same_series:
        base, head = called(row.base_commit), called(row.head_commit)
        told = f"; at different commits, {base} and {head}"
    if not row.tells_ratio:
        told += "; a ratio says nothing where one side is almost zero"
    return told


def traded(row: ComparisonRow) -> str:
    """``bought with wer 8.2 % to 16.4 % (+100.0 %)``; of what became worse what it bought."""
    return trades.told(row.trades, is_loss=is_worse(row))


def over_items(row: ComparisonRow) -> str:
    """``items p50 233 ms to 240 ms, largest 410 ms to 415 ms``; empty where a side has none."""
    return item_quantiles.between(row.items_before, row.items_after, row.key.shown_in)


def speedup(row: ComparisonRow) -> str:
    """The speedup, or the ratio of a metric without a better side; empty near zero."""
    if not row.tells_ratio:
        return ""
    return numbers.times(row.speedup if row.speedup is not None else row.ratio)


def interval(row: ComparisonRow) -> str:
    """Ends of the interval of what is told as the speedup."""
    if row.ratio_low is None or row.ratio_high is None or not row.tells_ratio:
        return ""
    ends = (row.ratio_low, row.ratio_high)
    if row.direction == "lower":
        ends = (1 / row.ratio_high, 1 / row.ratio_low)
    return numbers.times_between(*ends)


def ratio(row: ComparisonRow) -> str:
    """The ratio of second to first; a dash near zero and without one."""
    return (numbers.times(row.ratio) if row.tells_ratio else "") or numbers.MISSING


def ratio_interval(row: ComparisonRow) -> str:
    """Ends of the interval of the ratio."""
    if not row.tells_ratio or row.ratio is None:
        return ""
    return numbers.times_between(row.ratio_low, row.ratio_high)


def faster(times: float | None, kind: str) -> str:
    """``1.38× faster``, ``1.10× slower``; ``better`` and ``worse`` for what is no time."""
    if times is None or not isfinite(times) or times <= 0:
        return ""
    better, worse = ("faster", "slower") if kind == "time" else ("better", "worse")
    if numbers.times(max(times, 1 / times)) == numbers.times(1.0):
        return "the same"
    if times > 1:
        return f"{numbers.times(times)} {better}"
    return f"{numbers.times(1 / times)} {worse}"


def mean(found: Mean) -> str:
    """A geometric mean of speedups: ``1.38× faster``, or why there is none."""
    if found.low is None or found.high is None:
        return f"{numbers.times(found.speedup)}, untested"
    if found.low <= 1 <= found.high:
        return "no difference shown"
    return faster(found.speedup, found.kind)


def can_show(row: ComparisonRow) -> str:
    """``can show 2.6 %``: the smallest difference that this line would have reported."""
    seen = sizes.amount(row.detectable)
    return f"can show {seen}" if seen else ""


def effect(row: ComparisonRow) -> str:
    """Cliff's delta with its sign; empty where there is none."""
    return "" if row.cliffs_delta is None else delta(row.cliffs_delta)


def delta(found: float) -> str:
    """An effect size from −1 to 1, with its sign."""
    return numbers.fixed(found, 2, signed=True)


def of_mean(mean: Mean) -> str:
    """Ends of the interval of a geometric mean; empty where it has none."""
    return numbers.times_between(mean.low, mean.high)
