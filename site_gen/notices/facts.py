"""List the facts of a judged history: events, absences and broken targets. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history import addresses
from history.judge import gate
from history.judge.episodes import OPEN, ChangeDirection
from history.judge.targets import Compliance
from history.judge.verdict import Absent, LeftBehind
from history.report.wording import absences, notices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from history.judge.events import Event
    from history.judge.judge import Judgement
    from history.words.key import SeriesKey

EVENT: Final = "event"
ABSENCE: Final = "absence"
TARGET: Final = "target"
BROKEN: Final = "broken"
MET: Final = "met again"
MEASURED: Final = "measured again"
GIVEN_UP: Final = "given up"
GONE: Final = "not found any more"


@dataclass(frozen=True, slots=True)
class Fact:
    """One present fact."""

    kind: str
    key: str
    """Its stable key."""
    state: str
    is_open: bool
    """Whether it needs attention, so that it is sent even without a memory."""
    is_news: bool
    """Whether it is sent when new; otherwise only when its state changes."""
    title: str
    machine: str
    page: str
    """Address below the root of the site; empty where none is its own."""
    lines: tuple[str, ...] = ()
    event: Event | None = None


def now(judged: Judgement) -> dict[str, Fact]:
    """All facts by key: absences first, then broken targets, then events."""
    found = [*_absences(judged), *_targets(judged), *map(_of_event, judged.events)]
    return {fact.key: fact for fact in found}


def settled(judged: Judgement, key: str) -> str:
    """State of a sent fact that is no longer present; empty when unknown."""
    kind, _, _ = key.partition(" ")
    if kind == EVENT:
        return GONE
    if kind == TARGET:
        rows = [row for row in judged.sla if _target_key(row.target, row.series_id) == key]
        if any(row.status is Compliance.PASS for row in rows):
            return MET
        return "" if rows else GONE
    given_up = {
        _absence_key(series.key)
        for series in judged.history.series
        for reason in judged.verdicts[series.series_id].reasons
        if isinstance(reason.about, LeftBehind) and reason.about.is_given_up
    }
    return GIVEN_UP if key in given_up else MEASURED


def _of_event(event: Event) -> Fact:
    row = addresses.change(event.changes[0].episode)
    directions = {ChangeDirection.REGRESSION, ChangeDirection.IMPROVEMENT}
    return Fact(
        kind=EVENT,
        key=f"{EVENT} {event.event_id}",
        state=str(event.status),
        is_open=event.is_open,
        is_news=event.status in OPEN and event.direction in directions,
        title=notices.event_title(event),
        machine=event.machine,
        page=addresses.event(event.event_id) if len(event.changes) > 1 else row,
        lines=notices.event_lines(event),
        event=event,
    )


def _absences(judged: Judgement) -> Iterator[Fact]:
    """One for each benchmark and machine that is without a number it had."""
    seen = set()
    for row in gate.rows(judged):
        about = row.reason.about
        if not row.series_id or not isinstance(about, Absent | LeftBehind):
            continue
        key = _absence_key(row.key)
        if key in seen:
            continue
        seen.add(key)
        yield Fact(
            kind=ABSENCE,
            key=key,
            state=absences.status_of(about),
            is_open=True,
            is_news=True,
            title=row.key.benchmark_id,
            machine=row.key.machine,
            page=addresses.benchmark_of(row.key),
            lines=(notices.absence(row.key, about),),
        )


def _targets(judged: Judgement) -> Iterator[Fact]:
    for row in judged.sla:
        if row.status is Compliance.FAIL:
            yield Fact(
                kind=TARGET,
                key=_target_key(row.target, row.series_id),
                state=BROKEN,
                is_open=True,
                is_news=True,
                title=row.target,
                machine=row.key.machine,
                page=addresses.target(row.target, row.series_id),
                lines=(notices.target(row),),
            )


def _absence_key(key: SeriesKey) -> str:
    return f"{ABSENCE} {key.machine} {key.benchmark_id}"


def _target_key(target: str, series_id: str) -> str:
    return f"{TARGET} {series_id} {target}"
