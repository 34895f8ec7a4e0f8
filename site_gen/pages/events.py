"""Build the parts of pages about events: heads, worst rows, and links to the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite, log
from typing import TYPE_CHECKING, Final

from history import addresses
from history.judge.events import cost
from history.report.wording import moments
from site_gen.pages import paging
from site_gen.pages.change_groups import change_groups
from site_gen.pages.interface import Known, Page, said
from site_gen.pages.sides import Told, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from history.judge.changes import ChangeRow
    from history.judge.events import Event
    from history.read.samples import SamplesAt
    from site_gen.pages.change_groups import ChangeGroup
    from site_gen.pages.context import Context
    from site_gen.pages.findings import RegressionsReport
    from site_gen.pages.paging import Part

WORST: Final = 3
"""Visible rows of an event."""
FOLDED: Final = 27
"""Further folded rows; the others are on its own page."""
FULL: Final = 12
"""Newest events of a section with rows; older ones have a line each."""
FOLDED_OF_A_SECTION: Final = 30
"""Folded rows of a whole section, at least one for each event, which bounds the size of a page."""
LINES: Final = 60
"""Most older events with a line; the others are on the list of all events."""
VISIBLE_WHILE_OPEN: Final = 5
VISIBLE: Final = 3
"""Events of a section before its fold: of open and suspected changes, and of others."""
OPEN: Final = "open"
_STILL_OPEN: Final = (OPEN, "suspect")
ROWS_OF_A_PAGE: Final = 100
LINES_OF_A_PAGE: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class EventPart:
    """One event on a page, with its rows there."""

    event: Event
    first: tuple[ChangeGroup, ...]
    """The worst rows, which are visible."""
    folded: tuple[ChangeGroup, ...]
    left_out: int
    """Number of rows that only the page of the event has."""
    anchor: str
    """Its id, if no earlier part of the page has it; else empty."""
    named: frozenset[str]
    """Ids of episodes that are anchors of rows or series of ``first``."""
    anchors: tuple[str, ...]
    """Ids of the other episodes, which are anchors of its head."""

    @property
    def rows(self) -> int:
        """Rows that are on the page."""
        return len(self.first) + len(self.folded)

    @property
    def row_series(self) -> int:
        """Series of those rows."""
        return sum(1 + len(one.others) for one in self.first) + self.folded_series

    @property
    def suites(self) -> tuple[str, ...]:
        """The suites of all its changes."""
        return tuple(sorted({one.key.suite for one in self.event.changes}))

    @property
    def statuses(self) -> tuple[str, ...]:
        """The states of the changes that are shown."""
        return tuple(sorted({str(one.change.status) for one in (*self.first, *self.folded)}))

    @property
    def text(self) -> str:
        """Text that a filter searches."""
        shown = (*self.first, *self.folded)
        named = {f"{one.row.benchmark.benchmark_id} {one.row.series.key.metric}" for one in shown}
        return " ".join([*sorted(named), self.event.commit, self.event.event_id])

    @property
    def folded_series(self) -> int:
        """Folded series."""
        return sum(1 + len(one.others) for one in self.folded)

    @property
    def is_many(self) -> bool:
        """Whether it has several changes and needs a head."""
        return len(self.event.changes) > 1


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """One section of changes, by event."""

    anchor: str
    title: str
    rows: int
    """All its rows, shown or not."""
    parts: tuple[EventPart, ...]
    lines: tuple[EventPart, ...]
    """Older events, in a line each."""
    left_out: int
    """Number of events that only the list of all events has."""
    anchors: tuple[str, ...]
    """Ids of those events and of their episodes."""
    empty: str
    """Text without any change."""
    order: str
    """largest or newest: which event comes first."""
    visible: int
    """Number of events before the fold."""


@dataclass(frozen=True, slots=True, eq=False)
class EventReport:
    """One page of one event."""

    event: Event
    part: Part[ChangeGroup]
    told: tuple[Told, ...]
    """Its gravest changes in words, with samples of both sides; on the first page only."""
    elsewhere: tuple[Event, ...]
    """Events of other machines at the same commits."""


def pages(known: Known) -> Iterator[Page]:
    """The list of all events, then each event, on as many pages as they need."""
    context = known.context
    for listed in list_of_all(context):
        yield Page(listed.address, "All events", "events.html", said(listed))
    for event in shown(context):
        title = f"Event of {moments.day(event.commit_time)} on {event.machine}"
        for one in pages_of(context, event, known.details.beside):
            yield Page(one.part.address, title, "event.html", said(one))


def parts(
    context: Context, groups: Iterable[ChangeGroup], used: set[str] | None = None
) -> tuple[EventPart, ...]:
    """The events of these rows, newest first; ``used`` are ids that the page has already."""
    seen = set() if used is None else used
    own: dict[str, list[ChangeGroup]] = {}
    for group in groups:
        own.setdefault(group.change.event, []).append(group)
    return tuple(
        _part(event, own[event.event_id], seen)
        for event in context.judgement.events
        if event.event_id in own
    )


def of_changes(context: Context, changes: Iterable[ChangeRow]) -> tuple[EventPart, ...]:
    """The same of changes that are not rows yet."""
    return parts(context, change_groups(context, changes))


def sections(context: Context, report: RegressionsReport) -> tuple[Section, ...]:
    """The sections of the page of all changes: open changes by size, the rest by age."""
    used: set[str] = set()
    found = [
        _section(context, used, *facts)
        for facts in (
            (OPEN, "Open regressions", report.open_, "No confirmed regression is open."),
            (
                "suspect", "Suspected", report.suspects,
                "No newest point is far enough from its level to suspect a change.",
            ),
            (
                "improvements", "Improvements", report.improvements,
                "No confirmed improvement yet.",
            ),
            ("neutral", "Changes without a direction", report.neutral, ""),
            (
                "closed", "Closed", report.closed,
                "Nothing has been acknowledged, expected or recovered yet.",
            ),
        )
    ]  # fmt: skip
    return tuple(one for one in found if one.rows or one.empty)


def pages_of(context: Context, event: Event, samples: SamplesAt) -> Iterator[EventReport]:
    """Every row of an event, so many a page; ``samples`` are of the runs beside its changes."""
    groups = _gravest_first(event, change_groups(context, event.changes))
    elsewhere = tuple(context.every_event[one] for one in event.also_on)
    for part in paging.parts(groups, ROWS_OF_A_PAGE, addresses.event(event.event_id)):
        described = told(context, event, samples) if part.is_first else ()
        yield EventReport(event, part, described, elsewhere)


def list_of_all(context: Context) -> Iterator[Part[Event]]:
    """Every event in a line, so many a page, the newest first."""
    return paging.parts(shown(context), LINES_OF_A_PAGE, addresses.EVENTS)


def shown(context: Context) -> tuple[Event, ...]:
    """The events that have a page: those of benchmarks that have one."""
    known = context.by_series
    return tuple(
        event
        for event in context.judgement.events
        if any(one.series_id in known for one in event.changes)
    )


def _part(event: Event, groups: Sequence[ChangeGroup], used: set[str]) -> EventPart:
    ordered = _gravest_first(event, groups)
    first, rest = ordered[:WORST], ordered[WORST:]
    if len(rest) == 1:
        first, rest = ordered, []
    anchor = _fresh([event.event_id], used)
    named = _fresh(_episodes(first), used)
    return EventPart(
        event=event,
        first=tuple(first),
        folded=tuple(rest[:FOLDED]),
        left_out=len(rest[FOLDED:]),
        anchor="".join(anchor),
        named=frozenset(named),
        anchors=_fresh(_episodes(rest), used),
    )


def _episodes(groups: Iterable[ChangeGroup]) -> Iterator[str]:
    for group in groups:
        yield group.change.episode
        yield from (one.episode for _, one in group.others)


def _fresh(ids: Iterable[str], used: set[str]) -> tuple[str, ...]:
    """The ids that the page does not have yet, which are marked as used."""
    found = tuple(dict.fromkeys(one for one in ids if one and one not in used))
    used.update(found)
    return found


def _gravest_first(event: Event, groups: Sequence[ChangeGroup]) -> list[ChangeGroup]:
    """Rows in the order of the changes of their event."""
    order = {(row.series_id, row.index): place for place, row in enumerate(event.changes)}
    return sorted(groups, key=lambda one: order[one.change.series_id, one.change.index])


def _bounded(found: Iterable[EventPart]) -> Iterator[EventPart]:
    """The parts with fewer folded rows in later events if earlier ones have many."""
    room = FOLDED_OF_A_SECTION
    for one in found:
        kept = one.folded[: max(room, 1)]
        room -= len(kept)
        left_out = one.left_out + len(one.folded) - len(kept)
        yield replace(one, folded=kept, left_out=left_out)


def _section(
    context: Context,
    used: set[str],
    anchor: str,
    title: str,
    groups: Sequence[ChangeGroup],
    empty: str,
) -> Section:
    found: Sequence[EventPart] = parts(context, groups, used)
    if anchor == OPEN:
        found = sorted(found, key=_largest_first)
    lines, beyond = found[FULL : FULL + LINES], found[FULL + LINES :]
    return Section(
        anchor=anchor,
        title=title,
        rows=len(groups),
        parts=tuple(_bounded(found[:FULL])),
        lines=tuple(lines),
        left_out=len(beyond),
        anchors=tuple(
            name
            for one in beyond
            for name in (one.anchor, *sorted(one.named), *one.anchors)
            if name
        ),
        empty=empty,
        order="largest" if anchor == OPEN else "newest",
        visible=VISIBLE_WHILE_OPEN if anchor in _STILL_OPEN else VISIBLE,
    )


def _largest_first(part: EventPart) -> float:
    """Sort key: its largest shown change; ties stay newest first."""
    costs = (cost(one.change) for one in (*part.first, *part.folded))
    return -max((abs(log(one)) for one in costs if isfinite(one)), default=0.0)
