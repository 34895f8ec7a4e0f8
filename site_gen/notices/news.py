"""Find the news since the last notice, and group it into messages. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from history.judge.episodes import OPEN
from history.report.wording import notices as wording
from site_gen.notices import facts
from site_gen.notices.memory import Known, Memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.judge.judge import Judgement
    from site_gen.notices.facts import Fact

_OPEN_EVENTS: Final = frozenset(map(str, OPEN))


@dataclass(frozen=True, slots=True)
class Notice:
    """One message: an event, or similar facts on one machine."""

    kind: str
    state: str
    before: str
    """State when it was last sent; empty for a new fact."""
    title: str
    lines: tuple[str, ...]
    machine: str
    page: str
    known: Mapping[str, Known | None]
    """What is stored once it was sent."""
    fact: Fact | None = None
    """Its event, if it still exists."""


@dataclass(frozen=True, slots=True)
class News:
    """The notices to send, and the facts to store without a notice."""

    notices: tuple[Notice, ...] = ()
    silent: Mapping[str, Known | None] = field(default_factory=dict)
    passed_over: int = 0
    """Number of settled facts that were never sent."""


def since(memory: Memory | None, judged: Judgement) -> News:
    """The changes since the memory; without a memory, what is open now."""
    told = {} if memory is None else memory.told
    found = facts.now(judged)
    collected = _Collected(told)
    for key, fact in found.items():
        is_told = key in told or (fact.is_open if memory is None else fact.is_news)
        collected.here(key, fact, is_told=is_told)
    for key in sorted(told.keys() - found.keys()):
        collected.gone(key, facts.settled(judged, key))
    return collected.news()


class _Collected:
    """The news collected so far."""

    def __init__(self, told: Mapping[str, Known]) -> None:
        self._told = told
        self._silent: dict[str, Known | None] = {}
        self._passed_over = 0
        self._events: list[Notice] = []
        self._groups: dict[tuple[str, str, str, str], list[tuple[str, Fact | None]]]
        self._groups = defaultdict(list)

    def here(self, key: str, fact: Fact, *, is_told: bool) -> None:
        """Add a present fact."""
        before = self._told.get(key)
        was = before.state if before else ""
        if not is_told:
            self._silent[key] = Known(fact.state, fact.title)
            self._passed_over += 1
        elif was == fact.state:
            return
        elif fact.kind == facts.EVENT:
            self._events.append(_of_event(fact, was))
        else:
            self._groups[fact.kind, fact.machine, fact.state, was].append((key, fact))

    def gone(self, key: str, state: str) -> None:
        """Add a fact that was sent and no longer exists; skipped while its state is unknown."""
        known = self._told[key]
        kind, _, rest = key.partition(" ")
        is_event = kind == facts.EVENT
        if is_event and known.state in _OPEN_EVENTS:
            self._events.append(_gone(key, known, state))
        elif is_event or state == facts.GONE:
            self._silent[key] = None
        elif state:
            machine = rest.removesuffix(f" {known.title}") if kind == facts.ABSENCE else ""
            self._groups[kind, machine, state, known.state].append((key, None))

    def news(self) -> News:
        """All news, similar facts in one message."""
        alike = [
            _of_group(*group, sorted(members, key=_key), self._told)
            for group, members in self._groups.items()
        ]
        return News((*alike, *self._events), self._silent, self._passed_over)


def _key(member: tuple[str, Fact | None]) -> str:
    return member[0]


def _of_event(fact: Fact, was: str) -> Notice:
    return Notice(
        kind=fact.kind,
        state=fact.state,
        before=was,
        title=wording.changed(fact.state, was, fact.title) if was else fact.title,
        lines=fact.lines,
        machine=fact.machine,
        page=fact.page,
        known={fact.key: Known(fact.state, fact.title)},
        fact=fact,
    )


def _gone(key: str, known: Known, state: str) -> Notice:
    return Notice(
        kind=facts.EVENT,
        state=state,
        before=known.state,
        title=wording.changed(state, known.state, known.title),
        lines=(),
        machine="",
        page="",
        known={key: None},
    )


def _of_group(
    kind: str,
    machine: str,
    state: str,
    before: str,
    members: Sequence[tuple[str, Fact | None]],
    told: Mapping[str, Known],
) -> Notice:
    names = [fact.title if fact else told[key].title for key, fact in members]
    known = {key: Known(fact.state, fact.title) if fact else None for key, fact in members}
    first = members[0][1]
    lines = tuple(line for _, fact in members if fact for line in fact.lines)
    return Notice(
        kind=kind,
        state=state,
        before=before,
        title=wording.group_title(kind, names, state, before, machine),
        lines=wording.shortened_list(lines),
        machine=machine,
        page=first.page if first and len(members) == 1 else "",
        known=known,
    )
