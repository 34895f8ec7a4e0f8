"""Build the rows of all changes, which commands, pages and feeds print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from history.detect.interface import Change, ChangeStatus
from history.judge import confounders, decided, detectable, event_names
from history.judge.confounders import Confounder
from history.judge.detectable import HasDetectable
from history.judge.episodes import OPEN, ChangeDirection, Life, State, ids_of, known_ids, lives
from history.judge.size import UNKNOWN, Amount, Size, size
from history.project import triage
from history.words import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from history.detect.interface import Detection
    from history.judge.episodes import Alarm
    from history.judge.event_names import Named
    from history.judge.trade import Trade
    from history.project.triage import Decision
    from history.read.item_sets import ItemSets, Reader
    from history.read.series import Series
    from history.read.view import View
    from history.words.key import SeriesKey


@dataclass(frozen=True, slots=True)
class ChangeRow(HasDetectable):
    """One change, with the decision about it and its confounders."""

    series_id: str
    key: SeriesKey
    index: int
    """First point of the new level, counted from 0 over all points of the series."""
    commit: str
    """Commit of that point."""
    previous_commit: str
    """Commit of the last measured point of the old level: the cause lies after it."""
    commit_time: datetime
    direction: ChangeDirection
    kind: str
    """step or drift."""
    status: State
    change: float
    """Relative: after / before - 1."""
    change_low: float
    change_high: float
    """95 % interval of the change."""
    before: float
    after: float
    n_after: int
    """Points of the new level that were compared."""
    found: Change
    """The detector's change, with its rule and status before any decision."""
    n_before: int = 0
    previous_index: int = 0
    end_index: int = 0
    """Last point of a drift; equal to ``index`` for a step."""
    end_commit: str = ""
    """Commit at which a drift had reached its new level; the commit itself for a step."""
    points_since: int = 0
    """Measured points from the change to the end of the series."""
    noise: Amount = UNKNOWN
    """Noise of one point around the level before."""
    detectable: Amount = UNKNOWN
    """The step that ten further points of this series would confirm."""
    episode: str = ""
    """Id of the episode; a regression and the change that undid it share one."""
    also_known_as: tuple[str, ...] = ()
    """Ids that the episode would have if its estimate were a few commits away."""
    event: str = ""
    """Id of its event, see ``events``."""
    event_known_as: tuple[str, ...] = ()
    """Ids that the event would have if its changes were a few commits away."""
    is_beside: bool = False
    """Whether it begins a few measured commits beside the range of its event."""
    recovered_at: str = ""
    """Commit of the change that undid this regression."""
    suspects: tuple[Confounder, ...] = ()
    """Confounders: what else changed between the two sides."""
    output_changed: bool = False
    """Whether the benchmark's output differs after the change."""
    trades: tuple[Trade, ...] = ()
    """The quality that a gain in speed or size cost, or the gain that lost quality bought."""
    decision: Decision | None = None
    """The decision about it, if any."""
    expired: bool = False
    """Whether an acknowledgement of it has run out."""

    @property
    def is_settled(self) -> bool:
        """Whether its estimate can no longer change with new points."""
        return self.points_since > self.n_after

    @property
    def is_open(self) -> bool:
        """Whether it needs attention."""
        return self.status in OPEN

    @property
    def is_regression(self) -> bool:
        """Whether it is for the worse."""
        return self.direction is ChangeDirection.REGRESSION

    @property
    def is_open_regression(self) -> bool:
        """Whether ``soundmark regressions`` lists it without ``--all``."""
        return self.is_open and self.is_regression

    @property
    def has_direction(self) -> bool:
        """Whether it is a regression or an improvement, not just up or down."""
        return self.direction in {ChangeDirection.REGRESSION, ChangeDirection.IMPROVEMENT}

    @property
    def size(self) -> Size:
        """How large the change is, with its interval."""
        return size(
            self.key.metric, self.key.unit, self.before, self.after,
            change=self.change, low=self.change_low, high=self.change_high,
        )  # fmt: skip


def rows(
    view: View,
    detections: Mapping[str, Detection],
    decisions: Sequence[Decision] = (),
    *,
    today: date | None = None,
    known: Mapping[str, Sequence[Alarm]] | None = None,
    items: Reader | None = None,
) -> tuple[ChangeRow, ...]:
    """Every change of every series, in the order of tables and then of commits.

    ``today`` decides whether acknowledgements have expired. ``known`` are the alarms raised before,
    by series id; a change that is one of them keeps its id. ``items`` reads the
    items of benchmarks, to distinguish other work from other code.
    """
    shifts = confounders.machine_shifts(view, detections)
    found = []
    for series in view.series:
        detection = detections.get(series.series_id)
        if detection is not None and detection.changes:
            found.append(_found(view, series, detection, (known or {}).get(series.series_id, ())))
    named = event_names.of_changes(
        view, [(one.series, one.changes, one.ids, one.commits) for one in found]
    )
    sets = {} if items is None else items(run for one in found for run in one.runs_beside(view))
    around = _Known(view, decisions, today, shifts, sets)
    return tuple(
        row for one, events in zip(found, named, strict=True) for row in _rows(around, one, events)
    )


class _Known(NamedTuple):
    """The inputs that all changes of a history share."""

    view: View
    decisions: Sequence[Decision]
    today: date | None
    shifts: Mapping[str, Sequence[confounders.MachineShift]]
    """By machine."""
    items: ItemSets

    def in_force(self, decision: Decision) -> bool:
        return self.today is None or triage.in_force(decision, self.today)

    def confounders_of(self, series: Series, change: Change) -> tuple[Confounder, ...]:
        shifts = self.shifts.get(series.key.machine, ())
        return confounders.of_change(self.view, series, change, shifts, self.items)


@dataclass(frozen=True, slots=True)
class _Found:
    """The changes of one series without those between almost-zero values."""

    series: Series
    detection: Detection
    changes: tuple[Change, ...]
    commits: tuple[str, ...]
    """Hash of every point's commit."""
    ids: tuple[str, ...]
    """Id of every change by itself."""

    def runs_beside(self, view: View) -> Iterator[str]:
        """Ids of the runs on both sides of its changes."""
        for change in self.changes:
            yield view.run(self.series, change.previous_index).run_id
            yield view.run(self.series, change.end_index).run_id


def _found(view: View, series: Series, detection: Detection, known: Sequence[Alarm]) -> _Found:
    floor = metrics.floor_of(series.key.metric)
    changes = tuple(
        change
        for change in detection.changes
        if floor == 0 or max(abs(change.before), abs(change.after)) >= floor
    )
    commits = view.shas_of(series)
    ids = ids_of(series.series_id, changes, commits, known)
    return _Found(series, detection, changes, commits, ids)


def _rows(known: _Known, one: _Found, events: Sequence[Named]) -> list[ChangeRow]:
    could_show = detectable.of_series(one.series, one.detection)
    found = lives(one.changes, one.series.direction)
    return [
        _row(known, one, number, life, event, could_show)
        for number, (life, event) in enumerate(zip(found, events, strict=True))
    ]


def _row(
    known: _Known, one: _Found, number: int, life: Life, event: Named, could_show: Amount
) -> ChangeRow:
    series, commits, change = one.series, one.commits, one.changes[number]
    same = known_ids(series.series_id, change.change, change.index, commits)
    episode = one.ids[life.opened_by]
    decision = decided.last_about(
        known.decisions, series, commits[change.previous_index + 1 : change.end_index + 1],
        (one.ids[number], *same), episode, (event.event, *event.known_as),
    )  # fmt: skip
    expired = decision is not None and not known.in_force(decision)
    undone_by = None if life.recovered_at is None else one.changes[life.recovered_at]
    return ChangeRow(
        series_id=series.series_id,
        key=series.key,
        index=change.index,
        commit=commits[change.index],
        previous_commit=commits[change.previous_index],
        commit_time=known.view.run(series, change.index).commit.time,
        direction=life.direction,
        kind=str(change.kind),
        status=_state(change, life, None if expired else decision),
        change=change.change,
        change_low=change.low,
        change_high=change.high,
        before=change.before,
        after=change.after,
        n_after=change.n_after,
        found=change,
        n_before=change.n_before,
        previous_index=change.previous_index,
        end_index=change.end_index,
        end_commit=commits[change.end_index],
        points_since=int((series.measured >= change.index).sum()),
        noise=detectable.noise(series, change.before, change.sigma),
        detectable=could_show,
        episode=episode,
        also_known_as=tuple(other for other in same if other != episode),
        event=event.event,
        event_known_as=event.known_as,
        is_beside=event.is_beside,
        recovered_at="" if undone_by is None else commits[undone_by.index],
        suspects=known.confounders_of(series, change),
        output_changed=_output_changed(series, change),
        decision=decision,
        expired=expired,
    )


def idle(
    view: View, rows: Sequence[ChangeRow], decisions: Sequence[Decision]
) -> tuple[Decision, ...]:
    """Decisions that match none of these changes: mistyped, or their change no longer exists."""
    by_id = {series.series_id: series for series in view.series}
    about = [_decidable(view, by_id[row.series_id], row) for row in rows]
    return tuple(
        decision
        for decision in decisions
        if not any(decided.applies(decision, *one) for one in about)
    )


def _decidable(
    view: View, series: Series, row: ChangeRow
) -> tuple[Series, list[str], tuple[str, ...], tuple[str, ...]]:
    """What a decision about a change may name: its series, commits, episode ids and event ids."""
    within = series.runs[row.previous_index + 1 : row.end_index + 1]
    commits = [view.runs[int(position)].commit.sha for position in within]
    return series, commits, (row.episode, *row.also_known_as), (row.event, *row.event_known_as)


def _state(change: Change, life: Life, decision: Decision | None) -> State:
    if decision is not None and decision.state == "false alarm":
        return State.FALSE_ALARM
    if life.recovered_at is not None:
        return State.RECOVERED
    if decision is not None:
        return State(decision.state)
    return State.SUSPECT if change.status is ChangeStatus.SUSPECT else State.CONFIRMED


def _output_changed(series: Series, change: Change) -> bool:
    old, new = (int(series.fingerprint[at]) for at in (change.previous_index, change.end_index))
    return bool(old and new and old != new)
