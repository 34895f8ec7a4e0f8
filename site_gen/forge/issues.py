"""One issue for each open event: opened, kept up to date, closed when it is over.

An event has one issue, whatever its number of series. An issue that a person closed stays closed.
One that we closed opens again when its event does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history.judge.episodes import State
from history.report.wording import numbers
from history.report.wording import posting as wording
from site_gen.forge import mark as marks
from site_gen.forge.errors import UnsureError
from site_gen.forge.mark import OPEN, RESOLVED, Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from history.judge.events import Event
    from site_gen.forge.interface import Forge, Issue

LABEL: Final = "soundmark"
MOST_NEW: Final = 10
"""Most issues opened at once, those of the newest events first; others are counted."""


_GONE: Final = wording.settled("the present rules do not find it any more")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One issue as it should be."""

    key: str
    title: str
    body: str
    """Text with its mark."""
    is_open: bool


def is_worth(event: Event) -> bool:
    """Whether the event deserves an issue: it has a confirmed open regression."""
    return event.is_open and event.status is State.CONFIRMED


def key(name: str, event: Event) -> str:
    """Key in the mark of an event's issue and of comments about it."""
    return f"{name}.event.{event.event_id}"


def wanted(name: str, event: Event, text: str) -> Wanted:
    """The issue of an event; ``text`` is what it says while the event is open."""
    is_open = is_worth(event)
    mark = Mark(key(name, event), head="", state=OPEN if is_open else RESOLVED)
    above = "" if is_open else f"{wording.settled(event.status)}\n\n"
    return Wanted(mark.key, wording.issue_title(event), mark.on(above + text), is_open)


def gone(issue_key: str, issue: Issue) -> Wanted:
    """The issue of an event that is not found any more, as after new points or new rules."""
    mark = Mark(issue_key, state=RESOLVED)
    _, _, text = issue.body.partition("\n")
    return Wanted(issue_key, issue.title, mark.on(f"{_GONE}\n\n{text}"), is_open=False)


def ours(forge: Forge, prefix: str) -> dict[str, tuple[Mark, Issue]]:
    """Our issues with this prefix of keys, by key; of two with one key, the older."""
    me = forge.me()
    found: dict[str, tuple[Mark, Issue]] = {}
    for issue in sorted(forge.issues(LABEL), key=lambda one: one.number):
        mark = marks.read(issue.body) if issue.author == me else None
        if mark is not None and mark.key.startswith(prefix):
            found.setdefault(mark.key, (mark, issue))
    return found


def keep(
    forge: Forge, name: str, events: Sequence[Event], text: Callable[[Event], str]
) -> list[str]:
    """Open, update and close issues to match the events; returns lines about what was done.

    ``text`` is called only for issues that are written, since it may query the forge.
    """
    there = ours(forge, f"{name}.event.")
    by_key = {key(name, event): event for event in events}
    said = []
    for issue_key, (mark, issue) in there.items():
        event = by_key.get(issue_key)
        if event is not None and (is_worth(event) or issue.is_open):
            said += update(forge, mark, issue, wanted(name, event, text(event)))
        elif event is None and issue.is_open:
            said += update(forge, mark, issue, gone(issue_key, issue))
    new = [event for event in events if is_worth(event) and key(name, event) not in there]
    said += [open_new(forge, wanted(name, event, text(event))) for event in new[:MOST_NEW]]
    if len(new) > MOST_NEW:
        left = numbers.counted(len(new) - MOST_NEW, "more event has", "more events have")
        said.append(f"issues: {left} none yet, which the next run may open")
    return said


def update(forge: Forge, mark: Mark, issue: Issue, now: Wanted) -> list[str]:
    """Update an existing issue, unless a person closed it."""
    if not issue.is_open and mark.state == OPEN:
        return [f"issue #{issue.number}: closed by a person, left as it is"]
    if (issue.title, issue.body, issue.is_open) == (now.title, now.body, now.is_open):
        return []
    forge.edit_issue(issue.number, title=now.title, body=now.body, is_open=now.is_open)
    if now.is_open != issue.is_open:
        return [f"issue #{issue.number}: {'opened again' if now.is_open else 'closed'}"]
    return [f"issue #{issue.number}: updated"]


def open_new(forge: Forge, now: Wanted) -> str:
    """Open an issue, only once even if the forge's answer was lost."""
    try:
        made = forge.open_issue(now.title, now.body, LABEL)
    except UnsureError:
        found = ours(forge, now.key).get(now.key)
        if found is None:
            raise
        made = found[1]
    return f"issue #{made.number}: opened"
