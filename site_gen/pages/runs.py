"""List runs, and the pages of each run and each commit, in one pass over the points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from history import addresses
from history.judge import baseline, kept_limits
from history.read.series import STATUSES
from history.report.wording import events as wording
from history.report.wording import moments, names
from site_gen.pages import events, failing, health, marks
from site_gen.pages.commit import CommitReport
from site_gen.pages.interface import Known, Page, said
from site_gen.pages.run import Brief, RunReport
from site_gen.pages.series_row import row_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from history.judge.changes import ChangeRow
    from history.read.item_quantiles import OfRun
    from history.read.runs import Run
    from site_gen.pages.context import Context
    from site_gen.pages.run_points import Point
    from site_gen.pages.series_row import SeriesRow

FULL_RUNS = 60
"""Most runs shown with every number; pages of older runs keep address and facts."""
MOST_NUMBERS = 13_000
"""Most numbers on all run pages together, about 7 MB: with many series fewer runs are shown in
full. Pages of commits repeat each of them.
"""


@dataclass(frozen=True, slots=True, eq=False)
class _Index:
    """Data shared by pages of runs and commits."""

    full_from: int
    """Position of the first run that is shown in full."""
    tally: NDArray[np.int64]
    """(runs, statuses) points."""
    points: Mapping[int, list[Point]]
    """Position of a run that is shown in full -> its points."""
    rows: Mapping[int, dict[str, SeriesRow]]
    """Position of a run -> rows of the series whose newest point it has, by series id."""
    changes: Mapping[str, list[ChangeRow]]
    """By commit, the changes that begin there."""


def pages(known: Known) -> Iterator[Page]:
    """The list of runs, then a page for each run and each commit."""
    context = known.context
    listed = _newest_first(context)
    runs, commits = build(context, known.details.quantiles)
    verdicts = {one.run.run_id: one.verdicts for one in runs}
    yield Page(
        addresses.RUNS,
        "Runs",
        "runs.html",
        lambda: {
            "report": listed,
            "verdicts": verdicts,
            "failures": failing.now(context),
            "branches": context.branches,
        },
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


def _newest_first(context: Context) -> tuple[Run, ...]:
    """Every run; those of one commit and one minute are sorted by machine."""
    runs = sorted(context.view.counting, key=lambda one: one.machine.label)
    place = context.order
    return tuple(
        sorted(
            runs,
            key=lambda one: (place[one.commit.sha], moments.minute(one.started_at)),
            reverse=True,
        )
    )


def shown_in_full(runs: Sequence[Run]) -> list[str]:
    """Ids of the runs that may be shown with every number, in order of commits."""
    return [run.run_id for run in runs[-FULL_RUNS:]]


def build(
    context: Context, quantiles: Mapping[str, OfRun] | None = None
) -> tuple[tuple[RunReport, ...], tuple[CommitReport, ...]]:
    """Reports of all runs and commits."""
    index = _index(context)
    reports = tuple(
        _run(context, index, run, (quantiles or {}).get(run.run_id, {}))
        for run in context.view.counting
    )
    return reports, tuple(_commits(context, index, reports))


def _index(context: Context) -> _Index:
    tally = np.zeros((len(context.view.runs), len(STATUSES)), dtype=np.int64)
    for _, series in context.by_series.values():
        np.add.at(tally, (series.runs, series.status), 1)
    full_from = _full_from(tally.sum(axis=1))
    points: dict[int, list[Point]] = {}
    rows: dict[int, dict[str, SeriesRow]] = {}
    for benchmark, series in context.by_series.values():
        for place in range(int(np.searchsorted(series.runs, full_from)), series.size):
            points.setdefault(int(series.runs[place]), []).append((benchmark, series, place))
        row = row_of(context, benchmark, series)
        rows.setdefault(row.run.position, {})[series.series_id] = row
    changes: dict[str, list[ChangeRow]] = {}
    for change in context.judgement.regressions:
        if change.series_id in context.by_series:
            changes.setdefault(change.commit, []).append(change)
    return _Index(full_from, tally, points, rows, changes)


def _full_from(sizes: NDArray[np.int64]) -> int:
    """Position of the first run that is shown in full; the newest one always is."""
    newest_first = np.cumsum(sizes[::-1][:FULL_RUNS])
    fitting = int(np.searchsorted(newest_first, MOST_NUMBERS, side="right"))
    return max(len(sizes) - max(fitting, 1), 0)


def _run(context: Context, index: _Index, run: Run, quantiles: OfRun) -> RunReport:
    begin = [
        one for one in index.changes.get(run.commit.sha, ()) if one.key.machine == run.machine.label
    ]
    points = tuple(index.points.get(run.position, ()))
    is_full = run.position >= index.full_from
    facts, limits = _facts(context, run)
    counted = zip(STATUSES, map(int, index.tally[run.position]), strict=True)
    return RunReport(
        run=run,
        counts=tuple((word, number) for word, number in counted if number),
        points=points,
        baselines=baseline.medians(
            context.view, run.position, ((series, place) for _, series, place in points)
        ),
        total=int(index.tally[run.position].sum()),
        rows=index.rows.get(run.position, {}) if is_full else {},
        begins=tuple((one.series_id, marks.word(one)) for one in begin),
        **_begun(context, begin, is_full=is_full),
        calibration=health.calibration(context.calibration(run)),
        news=context.changed.get(run.position, ()),
        facts=tuple(facts.items()),
        limits=tuple(limits.items()),
        quantiles=quantiles,
    )


def _facts(context: Context, run: Run) -> tuple[dict[str, str], dict[str, str]]:
    """The environment of a run, and the limits of that day, which are stored with it."""
    facts = context.environment(run)
    kept = f"{kept_limits.GROUP}."
    limits = {
        name.removeprefix(kept): text for name, text in facts.items() if name.startswith(kept)
    }
    return {name: text for name, text in facts.items() if not name.startswith(kept)}, limits


def _begun(context: Context, changes: Sequence[ChangeRow], *, is_full: bool) -> dict[str, Any]:
    """Changes that begin at a commit: as rows, or in words that later runs do not change."""
    if is_full:
        return {"changes": events.of_changes(context, changes), "brief": ()}
    known = context.every_event
    brief = tuple(
        Brief(addresses.event(one), wording.briefly(known[one]))
        for one in sorted(known.keys() & {change.event for change in changes})
    )
    return {"changes": (), "brief": brief}


def _commits(
    context: Context, index: _Index, reports: Sequence[RunReport]
) -> Iterator[CommitReport]:
    groups: dict[str, list[RunReport]] = {}
    for report in reports:
        groups.setdefault(report.run.commit.sha, []).append(report)
    absent = failing.at_commits(context)
    order = [group[0].run.commit for group in groups.values()]
    for place, commit in enumerate(order):
        group = groups[commit.sha]
        listed = tuple(one for one in group if one.run.position >= index.full_from)
        yield CommitReport(
            commit=commit,
            runs=tuple(one.run for one in group),
            listed=listed,
            failing=absent.get(commit.sha, failing.Failures()),
            **_begun(context, index.changes.get(commit.sha, ()), is_full=bool(listed)),
            before=order[place - 1] if place else None,
            after=order[place + 1] if place + 1 < len(order) else None,
        )
