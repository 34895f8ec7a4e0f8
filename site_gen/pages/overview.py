"""Build the front page: news, counts and suites."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from history.judge.verdict import SEVERITY, Word
from history.report.wording import morning as wording
from history.words.metrics import headline
from site_gen.pages import events, failing
from site_gen.pages.interface import Known, Page, reported
from site_gen.pages.morning import Morning, morning, recent
from site_gen.pages.series_row import SeriesRow, row_of
from site_gen.pages.tally import Tally, tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from history.read.runs import Run
    from history.read.series import Series
    from site_gen.catalogue import Benchmark, Suite
    from site_gen.pages.context import Context
    from site_gen.pages.events import EventPart

SPARKS = 4
"""Most rows of a suite's card, each with its trend."""
MOST_NEWS = 8
"""Most events on the front page."""


@dataclass(frozen=True, slots=True)
class NeverRun:
    """Series that were skipped in every run, for the same reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class SuiteCard:
    """One suite on the front page."""

    suite: Suite
    counts: tuple[tuple[Word, int], ...]
    series_rows: tuple[SeriesRow, ...]
    """The most important rows, changed ones first."""
    series: int
    never_run: tuple[NeverRun, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OverviewReport:
    """Everything on the front page."""

    newest: Run | None
    """The run that was started last."""
    counts: tuple[tuple[Word, int], ...]
    never_run: tuple[NeverRun, ...]
    """Series that never ran; not counted as missing."""
    morning: Morning
    """News, a line each; shown first."""
    failing: failing.Failures
    """Failures of the newest runs."""
    news: tuple[EventPart, ...]
    older_news: int
    """Events of the newest commits that are not among the news."""
    cards: tuple[SuiteCard, ...]
    tally: Tally
    young: int
    """Points needed for a verdict if most series have fewer; else 0."""
    span: str
    """The commits whose changes are news, in words."""
    origins: tuple[str, ...]
    commits: int
    points: int


def pages(known: Known) -> Iterator[Page]:
    """The front page."""
    context = known.context
    make = reported(build, context)
    yield Page("", context.site.title, "overview.html", make, navigation="Overview")


def headlines(context: Context, benchmark: Benchmark) -> list[SeriesRow]:
    """One row per variant and machine at the metric that introduces the benchmark."""
    metric = headline({series.key.metric for series in benchmark.series})
    rows = [series for series in benchmark.series if series.key.metric == metric]
    return [row_of(context, benchmark, series) for series in rows]


def urgency(found: SeriesRow) -> tuple[int, float]:
    """Sort key: the worst verdict first, then the largest change."""
    size = abs(found.change) if isfinite(found.change) else 0.0
    return SEVERITY.index(found.verdict.word), -size


def counts(words: Iterable[Word]) -> tuple[tuple[Word, int], ...]:
    """Verdicts with how often each was given, the worst first."""
    found = Counter(words)
    return tuple((word, found[word]) for word in SEVERITY if word in found)


def standing(
    context: Context, rows: Iterable[Series]
) -> tuple[tuple[tuple[Word, int], ...], tuple[NeverRun, ...]]:
    """Counts of series by verdict, and the series that never ran."""
    words: list[Word] = []
    reasons = Counter[str]()
    for series in rows:
        verdict = context.verdict(series)
        if verdict.never_run:
            reasons[series.remark(series.size - 1)] += 1
        else:
            words.append(verdict.word)
    order = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    return counts(words), tuple(NeverRun(reason, count) for reason, count in order)


def card(context: Context, suite: Suite) -> SuiteCard:
    """The card of a suite: counts of all its series, and its most important rows."""
    series = [one for benchmark in suite.benchmarks for one in benchmark.series]
    series_rows = [row for benchmark in suite.benchmarks for row in headlines(context, benchmark)]
    shown: dict[str, SeriesRow] = {}
    for row in sorted(series_rows, key=lambda one: (one.series.last < 0, urgency(one))):
        shown.setdefault(row.benchmark.path, row)
    given, never_run = standing(context, series)
    return SuiteCard(
        suite=suite,
        counts=given,
        never_run=never_run,
        series_rows=tuple(shown.values())[:SPARKS],
        series=len(series),
    )


def build(context: Context) -> OverviewReport:
    """The report; also for an empty history."""
    runs = context.view.counting
    newest = recent(context)
    news = [
        change
        for change in context.judgement.regressions
        if change.commit in newest
        and change.series_id in context.by_series
        and change.has_direction
    ]
    told = events.of_changes(context, news)
    given, never_run = standing(context, (series for _, series in context.by_series.values()))
    failures = failing.now(context)
    return OverviewReport(
        newest=max(runs, key=lambda run: run.started_at, default=None),
        counts=given,
        never_run=never_run,
        morning=morning(context, failures),
        failing=failures,
        news=told[:MOST_NEWS],
        older_news=len(told[MOST_NEWS:]),
        cards=tuple(card(context, suite) for suite in context.catalogue.suites),
        tally=tally(context),
        young=_needed(context),
        span=wording.span(len(newest)),
        origins=tuple(sorted({run.origin for run in runs})),
        commits=len(context.commits),
        points=sum(series.size for _, series in context.by_series.values()),
    )


def _needed(context: Context) -> int:
    """Points that a series needs for a verdict on its trend if most have fewer; else 0."""
    every = [one for one in context.judgement.verdicts.values() if not one.never_run]
    young = [one.detectable.points_needed for one in every if one.detectable.points_needed]
    return max(young) if len(young) * 2 > len(every) else 0
