"""Work out what the pages of runs and commits say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from history import addresses
from history.read.item_quantiles import Which
from history.read.series import MEASURED, STATUSES
from history.report.wording import events as wording
from history.report.wording import item_quantiles, moments, names, numbers
from history.report.wording import verdicts as verdict_words
from site_gen.pages import events, failing, health, word_errors
from site_gen.pages.interface import Known, Page, said
from site_gen.pages.series_row import interval_at, row_of, since_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from history.items.quantiles import OverItems
    from history.judge.changes import ChangeRow
    from history.read.item_quantiles import OfRun
    from history.read.runs import Run
    from history.read.series import Series
    from history.words.records import Commit
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context
    from site_gen.pages.events import EventPart
    from site_gen.pages.series_row import SeriesRow

FULL_RUNS = 60
"""At most so many newest runs are shown with every number; older pages keep address and facts."""
MOST_NUMBERS = 15_000
"""Numbers on all run pages together, about 3 MB: with many series fewer runs are shown in full."""
_ORDER: Final = {
    word: place
    for place, word in enumerate(
        ("failed", "fail", "invalid", "missing", "regression", "suspect", "drift", "warn")
    )
}
"""Verdicts that stand before all others, in this order."""


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """One point of a run."""

    benchmark: Benchmark
    series: Series
    value: str
    interval: str
    beside: str
    """What an error rate consists of."""
    items: str
    """How a time spreads over utterances or files."""
    change: str
    """Against the baseline for the newest point of a series, else since the point before."""
    change_tone: str
    status: str
    verdict: str
    """Of the series where this is its newest point; else what begins here, else the status."""
    why: str
    """Of the verdict of a series; may be empty."""
    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class Brief:
    """An event in words that no later night changes."""

    address: str
    words: str


@dataclass(frozen=True, eq=False)
class RunReport:
    """Everything on a run's page."""

    run: Run
    counts: tuple[tuple[str, int], ...]
    points: tuple[tuple[Benchmark, Series, int], ...]
    """Those that are shown, as places in their series; none of runs that are older than the newest
    FULL_RUNS."""
    rows: Mapping[str, SeriesRow]
    """By series, what is known of those whose newest point is in this run."""
    begins: tuple[tuple[str, str], ...]
    """Series that change here, each with a word for it."""
    total: int
    """Points, shown or not."""
    changes: tuple[EventPart, ...]
    """What begins here, with sizes, which every night estimates anew; empty for older runs."""
    brief: tuple[Brief, ...]
    """The same for older runs."""
    calibration: health.Calibration | None
    news: tuple[str, ...]
    """What is new in its environment."""
    facts: tuple[tuple[str, str], ...]
    """The environment without what is shown elsewhere on the page."""
    quantiles: Mapping[Which, OverItems]
    """How its times spread over items."""

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The points in words, what asks for somebody first."""
        begins = dict(self.begins)
        found = [
            _number(
                one,
                self.quantiles,
                self.rows.get(one[1].series_id),
                begins.get(one[1].series_id, ""),
            )
            for one in self.points
        ]
        return tuple(sorted(found, key=lambda one: _ORDER.get(one.verdict, len(_ORDER))))

    @property
    def verdicts(self) -> tuple[tuple[str, int], ...]:
        """What a list says of the run: what failed and what begins here, else that it is ok."""
        absent = [(word, number) for word, number in self.counts if word in {"failed", "invalid"}]
        begun = Counter(word for _, word in self.begins)
        said = (*absent, *sorted(begun.items(), key=lambda one: _ORDER.get(one[0], len(_ORDER))))
        return tuple(said) or (("ok", 0),)

    @cached_property
    def warned(self) -> tuple[health.Warned, ...]:
        """Warnings of sampling."""
        return health.warned(self.points)

    @property
    def plain(self) -> object:
        """All that the page is made of as plain data, or None: then it tells if the page is new."""
        if self.changes or self.rows:
            return None
        known = (self.counts, self.total, self.brief, self.calibration, self.news, self.facts)
        spread = tuple(sorted(self.quantiles.items()))
        return self.run, *known, spread, tuple(_plain(*one) for one in self.points)

    @property
    def words(self) -> tuple[str, ...]:
        """The statuses that points of it have."""
        return tuple(word for word, _ in self.counts)


@dataclass(frozen=True, slots=True, eq=False)
class CommitReport:
    """Everything on a commit's page."""

    commit: Commit
    runs: tuple[Run, ...]
    failing: failing.Failures
    """What was not measured here though it was before, or failed at once."""
    changes: tuple[EventPart, ...]
    """What begins here, with sizes, which every night estimates anew; empty for older commits."""
    brief: tuple[Brief, ...]
    """The same for older commits."""
    before: Commit | None
    after: Commit | None
    verdicts: Mapping[str, tuple[tuple[str, int], ...]]
    """By id of a run, what a list says of it; empty for older commits."""

    @property
    def plain(self) -> object:
        """All that the page is made of as plain data, or None: then it tells if the page is new."""
        if self.failing or self.changes:
            return None
        verdicts = tuple(self.verdicts.items())
        return self.commit, self.runs, self.brief, self.before, self.after, verdicts


def pages(known: Known) -> Iterator[Page]:
    """The list of runs, then a page for each run and each commit."""
    context = known.context
    listed = tuple(reversed(context.view.counting))
    runs, commits = build(context, known.details.quantiles)
    verdicts = {one.run.run_id: one.verdicts for one in runs}
    yield Page(
        addresses.RUNS,
        "Runs",
        "runs.html",
        lambda: {"report": listed, "verdicts": verdicts, "failures": failing.now(context)},
        navigation="Runs",
    )
    for run in runs:
        plain = run.plain
        title = f"Run of {moments.day(run.run.started_at)} on {run.run.machine.label}"
        words = known.details.words.get(run.run.run_id)
        profiled = known.details.profiles.get(run.run.run_id, ())
        yield Page(
            addresses.run(run.run.run_id),
            title,
            "run.html",
            said(run, words=words, profiled=profiled),
            settled=None if plain is None else (plain, words, profiled),
        )
    for commit in commits:
        yield Page(
            addresses.commit(commit.commit.sha),
            f"Commit {names.short(commit.commit.sha)}",
            "commit.html",
            said(commit),
            settled=commit.plain,
        )


def shown_in_full(runs: Sequence[Run]) -> list[str]:
    """Ids of the runs that may be shown with every number, in order of commits."""
    return [run.run_id for run in runs[-FULL_RUNS:]]


def build(
    context: Context, quantiles: Mapping[str, OfRun] | None = None
) -> tuple[tuple[RunReport, ...], tuple[CommitReport, ...]]:
    """Reports of all runs and commits, in one pass over the points."""
    runs = context.view.counting
    every = context.view.runs
    points: dict[int, list[tuple[Benchmark, Series, int]]] = {}
    tally = np.zeros((len(every), len(STATUSES)), dtype=np.int64)
    for _, series in context.by_series.values():
        np.add.at(tally, (series.runs, series.status), 1)
    full_from = _full_from(tally.sum(axis=1))
    for benchmark, series in context.by_series.values():
        for place in range(int(np.searchsorted(series.runs, full_from)), series.size):
            points.setdefault(int(series.runs[place]), []).append((benchmark, series, place))
    changes: dict[str, list[ChangeRow]] = {}
    for change in context.judgement.regressions:
        if change.series_id in context.by_series:
            changes.setdefault(change.commit, []).append(change)
    newest = _newest_points(context)
    at: dict[tuple[str, str], list[ChangeRow]] = {}
    for sha, rows in changes.items():
        for one in rows:
            at.setdefault((sha, one.key.machine), []).append(one)
    run_reports = tuple(
        RunReport(
            run=run,
            counts=tuple(
                (word, int(tally[run.position, code]))
                for code, word in enumerate(STATUSES)
                if tally[run.position, code]
            ),
            points=tuple(points.get(run.position, ())),
            total=int(tally[run.position].sum()),
            rows=newest.get(run.position, {}) if run.position >= full_from else {},
            begins=tuple(
                (one.series_id, _word(one))
                for one in at.get((run.commit.sha, run.machine.label), ())
            ),
            **_begun(
                context,
                at.get((run.commit.sha, run.machine.label), ()),
                is_full=run.position >= full_from,
            ),
            calibration=health.calibration(context.calibration(run)),
            news=context.changed.get(run.position, ()),
            facts=tuple(context.environment(run).items()),
            quantiles=(quantiles or {}).get(run.run_id, {}),
        )
        for run in runs
    )
    verdicts = {one.run.run_id: one.verdicts for one in run_reports}
    return run_reports, tuple(_commits(context, runs, changes, verdicts, full_from))


def _newest_points(context: Context) -> dict[int, dict[str, SeriesRow]]:
    """Position of a run to the rows of the series that it speaks for, by series id."""
    found: dict[int, dict[str, SeriesRow]] = {}
    for benchmark, series in context.by_series.values():
        row = row_of(context, benchmark, series)
        found.setdefault(row.run.position, {})[series.series_id] = row
    return found


def _word(change: ChangeRow) -> str:
    """What begins, in the word that pages count it by."""
    return str(change.direction if change.status == "confirmed" else change.status)


def _begun(context: Context, changes: Sequence[ChangeRow], *, is_full: bool) -> dict[str, Any]:
    """What begins at a commit: as rows, or in words that hold whatever later nights find."""
    if is_full:
        return {"changes": events.of_changes(context, changes), "brief": ()}
    known = context.every_event
    brief = tuple(
        Brief(addresses.event(one), wording.briefly(known[one]))
        for one in sorted(known.keys() & {change.event for change in changes})
    )
    return {"changes": (), "brief": brief}


def _full_from(sizes: NDArray[np.int64]) -> int:
    """Position of the first run that is shown in full; the newest one always is."""
    newest_first = np.cumsum(sizes[::-1][:FULL_RUNS])
    fitting = int(np.searchsorted(newest_first, MOST_NUMBERS, side="right"))
    return max(len(sizes) - max(fitting, 1), 0)


def _commits(
    context: Context,
    runs: tuple[Run, ...],
    changes: dict[str, list[ChangeRow]],
    verdicts: Mapping[str, tuple[tuple[str, int], ...]],
    full_from: int,
) -> list[CommitReport]:
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(run.commit.sha, []).append(run)
    absent = failing.at_commits(context)
    order = [group[0].commit for group in groups.values()]
    return [
        CommitReport(
            commit=commit,
            runs=tuple(groups[commit.sha]),
            failing=absent.get(commit.sha, failing.Failures()),
            **_begun(
                context,
                changes.get(commit.sha, ()),
                is_full=any(run.position >= full_from for run in groups[commit.sha]),
            ),
            before=order[place - 1] if place else None,
            after=order[place + 1] if place + 1 < len(order) else None,
            verdicts={
                run.run_id: verdicts[run.run_id]
                for run in groups[commit.sha]
                if run.position >= full_from
            },
        )
        for place, commit in enumerate(order)
    ]


def _plain(benchmark: Benchmark, series: Series, place: int) -> object:
    """What decides the words about a point; those of an error rate are of other points here."""
    before = series.measured_before(place)
    ends = (series.low[place], series.high[place], place in series.ranges)
    known = (series.status[place], series.qualifier[place], series.n[place], series.remark(place))
    was = "" if before < 0 else float(series.values[before])
    return benchmark.path, series.series_id, float(series.values[place]), was, *ends, *known


def _number(
    point: tuple[Benchmark, Series, int],
    quantiles: Mapping[Which, OverItems],
    row: SeriesRow | None,
    begins: str,
) -> Number:
    benchmark, series, place = point
    key = series.key
    which = Which(key.suite, key.benchmark, key.params, key.variant, key.metric)
    value = float(series.values[place])
    measured = series.status[place] == MEASURED
    status = series.status_of(place)
    verdict = begins or status
    if row is not None:
        verdict = "skipped" if row.verdict.never_run else str(row.verdict.word)
    return Number(
        benchmark=benchmark,
        series=series,
        value=numbers.value(value, series.key.shown_in, series.qualifier_of(place)),
        interval=interval_at(series, place) if measured else "",
        beside=word_errors.beside(benchmark, series, place) if measured else "",
        items=item_quantiles.over_items(quantiles.get(which), key.shown_in) if measured else "",
        change="" if not measured else row.change_text if row else since_before(series, place),
        change_tone=row.change_tone if row else "calm",
        status=status,
        verdict=verdict,
        why=verdict_words.briefly(row.verdict) if row else "",
        reason=series.remark(place),
        n=int(series.n[place]),
    )
