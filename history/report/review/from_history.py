"""Make a review of stored runs: the head against an earlier run on the same machine.

This is weaker than a duet, which the review states: the machine may have changed between the runs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from history import addresses
from history.compare import decide, noise_between_runs, select
from history.compare.results import ComparisonVerdict
from history.judge import gate
from history.judge.confounders import NOT_A_CAUSE
from history.read import environments
from history.read.series import FAILED, INVALID, MEASURED
from history.report.review import draft, events
from history.report.review import targets as limits
from history.report.review.draft import About, Line
from history.report.review.result import Commit, How, Noise, Setting
from history.report.review.targets import Sides
from history.report.wording import comparisons, review_notes
from history.vcs import revisions
from history.words import calibration
from history.words.commit_names import called
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from history.compare.results import ComparisonRow, Key, Measurement
    from history.judge.judge import Judgement
    from history.project.config import LoadedConfig
    from history.read.environments import Difference
    from history.read.runs import Run
    from history.read.series import Series
    from history.read.view import View
    from history.report.review.result import Event, Review
    from history.report.review.tidy import Tidy
    from history.words.key import SeriesKey

_SHOWN: Final = frozenset({ComparisonVerdict.REGRESSION, ComparisonVerdict.IMPROVEMENT})


@dataclass(frozen=True, slots=True)
class Sided:
    """The runs of the two commits."""

    head: tuple[Run, ...]
    base: tuple[Run, ...] = ()
    """Empty when nothing was measured before the head on its machines."""
    asked: str = ""
    steps_back: int = 0

    @property
    def machines(self) -> tuple[str, ...]:
        """Labels of the machines that both have; those of the head if none is shared."""
        own = {run.machine.label for run in self.head}
        return tuple(sorted(own & {run.machine.label for run in self.base} or own))


def sides(view: View, head: str, base: str, root: Path) -> Sided:
    """The runs at the head, and those at the base.

    Without a name for the base it is the newest commit behind the head that was measured on one of
    its machines; with one, that commit or its nearest measured ancestor. Raises UsageError when
    a name leads nowhere, or both to one commit.
    """
    own = tuple(run for run in view.counting if run.commit.sha == head)
    if not own:
        raise UsageError(
            f"nothing was measured at {called(head)} that counts.",
            hint="Measure it with `soundmark collect`, or with `--against REV` as a duet.",
        )
    if base:
        found = revisions.nearest(view.counting, base, root)
        if found.commit == head:
            raise UsageError(
                f'"{base}" leads to {called(head)}, the head itself: nothing older was measured.',
                hint="Name an older commit with --base, or measure the base first.",
            )
        at_base = tuple(run for run in view.counting if run.commit.sha == found.commit)
        return Sided(own, at_base, base, found.steps)
    machines = {run.machine for run in own}
    is_before = view.ancestry.presumed(own[-1].position)
    earlier = [
        run
        for run in view.counting
        if run.commit.sha != head
        and run.machine in machines
        and is_before[run.position]
        and not run.abandoned
    ]
    if not earlier:
        return Sided(own)
    sha = earlier[-1].commit.sha
    return Sided(own, tuple(run for run in earlier if run.commit.sha == sha))


def review(
    connection: duckdb.DuckDBPyConnection,
    judged: Judgement,
    loaded: LoadedConfig,
    sided: Sided,
    tidy: Tidy,
    notes: Sequence[str] = (),
) -> Review:
    """The review of the head of a history that was judged as of it."""
    rows, left = _compared(connection, judged, sided)
    is_there = any(row.verdict is not ComparisonVerdict.NEW for row in rows)
    head = sided.head[-1]
    base = sided.base[-1] if sided.base and is_there else None
    lines = [
        _line(row, judged.history, sided, is_headline=first) for row, first in _headlines(rows)
    ]
    lines = [*(lines if is_there else []), *_failing(judged.history, sided, rows)]
    at_head = [Sides(row.key, row.direction, row.before, row.after) for row in rows]
    return draft.review(
        lines,
        About(
            head=_commit(head, tidy),
            base=_commit(base, tidy) if base else None,
            setting=Setting(
                how=How.HISTORY if base else How.NOTHING,
                machines=tuple(map(tidy.name, sided.machines)),
                age_s=abs((head.started_at - base.started_at).total_seconds()) if base else None,
                asked=tidy.name(sided.asked),
                steps_back=sided.steps_back,
                simulated=head.origin == "simulated",
            ),
            noise=_noise(rows, judged) if base else None,
            project=tidy.name(loaded.values.project or head.project),
            tool=tidy.name(head.tool_version),
            held=limits.held(loaded.targets, at_head, tidy),
            events=_events(judged, rows, sided, base, tidy),
            environment=_environment(judged.history, head, base),
            notes=(*notes, *left, *_remarks(judged, sided)),
        ),
        tidy,
    )


def _events(
    judged: Judgement,
    rows: Sequence[ComparisonRow],
    sided: Sided,
    base: Run | None,
    tidy: Tidy,
) -> tuple[Event, ...]:
    """The detector's events after the base, and events of the head alone."""
    if base is None:
        return ()
    head = sided.head[-1]
    since = {run.commit.sha for run in judged.history.runs if base.place < run.place <= head.place}
    found = events.at_head(judged.events, since, sided.machines, tidy)
    told = {one.machine for one in found}
    fresh = events.of_rows(rows, base.commit.sha, head.commit.sha, tidy)
    return (*found, *(one for one in fresh if one.machine not in told))


def _compared(
    connection: duckdb.DuckDBPyConnection, judged: Judgement, sided: Sided
) -> tuple[list[ComparisonRow], list[str]]:
    """The rows on the machines of both sides, and notes on what is left out.

    Series of a suite that was not run at the head are left out and counted. A change of the
    calibration concerns the machine, not the commit: it gets a note.
    """
    noise = noise_between_runs.known(judged.detections)
    before, after = (
        _measured(connection, runs, sided.machines, noise) for runs in (sided.base, sided.head)
    )
    ran = {(one.key.suite, one.key.machine) for one in after.values()}
    rows, left, moved = [], Counter[str](), []
    for row in decide.compare(before, after).rows:
        suite = row.key.suite
        if suite == calibration.GROUP:
            if row.verdict in _SHOWN and row.ratio is not None:
                moved.append(review_notes.machine_moved(row.key.metric, row.ratio - 1))
        elif row.verdict is ComparisonVerdict.MISSING and (suite, row.key.machine) not in ran:
            left[suite] += 1
        else:
            rows.append(row)
    absent = [review_notes.suite_not_run(suite, count) for suite, count in sorted(left.items())]
    return rows, [*absent, *moved]


def _measured(
    connection: duckdb.DuckDBPyConnection,
    runs: Sequence[Run],
    machines: Sequence[str],
    noise: Mapping[str, float],
) -> dict[Key, Measurement]:
    if not runs:
        return {}
    side = select.Side(label="", runs=tuple(run.run_id for run in runs))
    found = select.measurements(
        connection, side, select.Filter(), left_out=frozenset(), noise=noise
    )
    return {key: one for key, one in found.by_key.items() if one.key.machine in machines}


def _headlines(rows: Sequence[ComparisonRow]) -> list[tuple[ComparisonRow, bool]]:
    """Each row with whether it is the first metric of its benchmark and variant."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for row in rows:
        work = draft.work_of(row.key)
        found.append((row, work not in seen))
        seen.add(work)
    return found


def _line(row: ComparisonRow, history: View, sided: Sided, *, is_headline: bool) -> Line:
    verdict, absence = row.verdict, row.absence
    if verdict is ComparisonVerdict.MISSING:
        verdict, absence = _lost(history, row.key, sided)
    told, could = row.tells_ratio, row.detectable
    return Line(
        key=row.key,
        verdict=verdict,
        is_headline=is_headline,
        before=row.before,
        after=row.after,
        change=row.ratio - 1 if told and row.ratio is not None else None,
        low=row.ratio_low - 1 if told and row.ratio_low is not None else None,
        high=row.ratio_high - 1 if told and row.ratio_high is not None else None,
        detectable=could.share if could.is_share else None,
        detectable_step=None if could.is_share else could.step,
        why=comparisons.reason(row),
        trade=comparisons.traded(row),
        absence=absence,
    )


def _lost(history: View, key: SeriesKey, sided: Sided) -> tuple[ComparisonVerdict, str]:
    """The state at the head of a series that the base has."""
    series = next((one for one in history.series if one.key == key), None)
    place = None if series is None else _place(series, sided.head)
    if series is None or place is None:
        return ComparisonVerdict.MISSING, ""
    reason = series.reasons.get(place, "")
    failed = int(series.status[place]) in {FAILED, INVALID}
    return ComparisonVerdict.FAILED if failed else ComparisonVerdict.MISSING, reason


def _place(series: Series, runs: Sequence[Run]) -> int | None:
    """Index of the newest point of a series in one of these runs."""
    positions = {run.position for run in runs}
    places = [at for at, position in enumerate(series.runs.tolist()) if position in positions]
    return places[-1] if places else None


def _failing(history: View, sided: Sided, rows: Sequence[ComparisonRow]) -> list[Line]:
    """Failures at the head without a row, because the base did not measure them either."""
    told = {row.key for row in rows}
    found = []
    for series in history.series:
        place = _place(series, sided.head)
        if series.key in told or place is None:
            continue
        if int(series.status[place]) not in {FAILED, INVALID}:
            continue
        at_base = _place(series, sided.base)
        fails_on = ComparisonVerdict.FAILED
        if at_base is not None and int(series.status[at_base]) != MEASURED:
            fails_on = ComparisonVerdict.NOT_COMPARABLE
        absence = series.reasons.get(place, "")
        found.append(Line(key=series.key, verdict=fails_on, is_headline=False, absence=absence))
    return found


def _commit(run: Run, tidy: Tidy) -> Commit:
    return Commit(
        sha=tidy.name(run.commit.sha),
        subject=tidy.name(run.commit.subject),
        branch=tidy.name(run.commit.branch),
        tag=tidy.name(run.commit.tag),
        dirty=run.commit.dirty,
        measured_at=f"{run.started_at:%Y-%m-%dT%H:%M:%SZ}",
        page=addresses.commit(run.commit.sha),
    )


def _noise(rows: Sequence[ComparisonRow], judged: Judgement) -> Noise | None:
    """Noise of the headline metrics in the history; None when unknown."""
    first = {row.key: row for row, is_first in _headlines(rows) if is_first}
    known = [
        judged.detections[series.series_id].sigma
        for series in judged.history.series
        if series.key in first and judged.detections[series.series_id].enough_data
    ]
    if not known:
        return None
    seen = [
        row.detectable.share
        for row in first.values()
        if row.detectable.is_share and row.detectable.share is not None
    ]
    return Noise(
        typical=median(known),
        largest=max(known),
        smallest_seen=median(seen) if seen else None,
    )


def _environment(history: View, head: Run, base: Run | None) -> tuple[Difference, ...]:
    """Differing fields of the groups that both sides have."""
    if base is None:
        return ()
    then, now = (history.environments.get(run.environment_key, {}) for run in (base, head))
    without = NOT_A_CAUSE | (then.keys() ^ now.keys())
    return environments.differences(
        environments.flat(then, without), environments.flat(now, without)
    )


def _remarks(judged: Judgement, sided: Sided) -> list[str]:
    """Further notes."""
    beyond = sum(
        row.reason.source == "threshold" and row.fails and row.commit == sided.head[-1].commit.sha
        for row in gate.rows(judged)
    )
    elsewhere = sorted({run.machine.label for run in sided.head} - {*sided.machines})
    told = [review_notes.beyond_thresholds(beyond), review_notes.measured_elsewhere(elsewhere)]
    return [one for one in (*told, *sided.head[-1].warnings) if one]
