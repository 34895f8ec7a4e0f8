"""Print events for people: first one row for each, then its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from history.report.terminal import say, show
from history.report.wording import events as wording
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.judge.changes import ChangeRow
    from history.judge.events import Event
    from history.judge.judge import Judgement

_COLUMNS = ("status", "event", "machine", "series", "change", "commits", "worst", "why")
_NEAR = 5


def of_id(judged: Judgement, wanted: str) -> Event:
    """The event of this id, present or former. Raises UsageError that lists the newest ids."""
    for event in judged.events:
        if wanted == event.event_id or wanted in event.changes[0].event_known_as:
            return event
    newest = [one for one in judged.events if one.is_open] or judged.events
    known = "; ".join(f"{one.event_id}: {wording.headline(one)}" for one in newest[:_NEAR])
    raise UsageError(
        f'There is no event "{wanted}".',
        hint=f"The newest are {known}." if known else "Nothing has changed yet.",
    )


def shown(
    events: Sequence[Event], rows: Sequence[ChangeRow], most: int | None
) -> list[tuple[Event, list[ChangeRow], int]]:
    """Each event with any of these rows, its first few rows, and their number."""
    wanted = {(row.series_id, row.index) for row in rows}
    found = []
    for event in events:
        own = [row for row in event.changes if (row.series_id, row.index) in wanted]
        if own:
            found.append((event, own[:most], len(own)))
    return found


def print_events(found: Sequence[tuple[Event, list[ChangeRow], int]], format_: str) -> None:
    """One row an event, the newest first."""
    show([_event(event, rows) for event, rows, _ in found], _COLUMNS, format_)
    say()


def print_rest(found: Sequence[tuple[Event, list[ChangeRow], int]]) -> None:
    """Print how many changes of which events were not listed, and how to see them."""
    for event, rows, every in found:
        if more := wording.rest(len(rows), every, event.event_id):
            say(more)


def _event(event: Event, rows: Sequence[ChangeRow]) -> dict[str, Any]:
    return {
        "status": wording.states(event.changes),
        "event": event.event_id,
        "machine": event.machine,
        "series": wording.series(event),
        "change": wording.amounts(event),
        "commits": wording.commits(event),
        "worst": wording.worst(rows[:1]),
        "why": wording.why(event),
    }
