"""Group the changes of one machine that begin at the same commits into events.

Ranges count in commits that the machine measured: a change begins after one of them and at the
latest at another one. Changes are one event when one commit lies in all their ranges. The smallest
set of commits that explains every range is chosen; a range with several of them belongs to the
commit that explains most. A detector may place a change a few points beside its commit, so a small
event close to a much larger one is merged into it. The result does not depend on the order of the
changes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from history.detect.alarms import SAME_WITHIN
from history.detect.localise import NEIGHBOURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MANY: Final = 5
"""Fewest changes of an event into which neighbours are merged."""
TIMES: Final = 4
"""How many times larger than the merged event it must be."""
BESIDE: Final = NEIGHBOURS
"""Largest distance, in measured commits, of a merged range from the event's commit."""


class Beginning(NamedTuple):
    """The beginning of a change, as indices, from 0, of its machine's measured commits."""

    after: int
    """Last commit of the old level."""
    until: int
    """First commit of the new level; equal to ``after`` when both were measured at one commit."""
    raised: int
    """The commit of the change's first estimate."""

    @property
    def first(self) -> int:
        """First commit that could be the cause."""
        return min(self.after + 1, self.until)

    def holds(self, place: int) -> bool:
        """Whether the commit at this index could be the cause."""
        return self.first <= place <= self.until


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one event, as indices in the given list."""

    after: int
    """Last measured commit before all its changes; the commit itself when all of them changed
    between two runs at it.
    """
    until: int
    """The commit that they share: the first at which all of them have their new level."""
    members: tuple[int, ...]
    """Ascending."""
    beside: frozenset[int]
    """The members whose range misses the commit by a few measured commits."""
    raised: tuple[int, ...]
    """First estimates of its members, the most frequent one first."""


def groups(beginnings: Sequence[Beginning]) -> tuple[Group, ...]:
    """The events of one machine, in the order of its commits; every change is in exactly one."""
    shared = _shared(beginnings)
    drawn = _drawn_in({place: len(members) for place, members in shared.items()})
    found = []
    for place in sorted(set(shared) - set(drawn)):
        own = shared[place]
        near = [one for other, into in drawn.items() if into == place for one in shared[other]]
        raised = Counter(beginnings[one].raised for one in own)
        rerun = all(beginnings[one].after == place for one in own)
        found.append(
            Group(
                after=place if rerun else max(beginnings[one].first for one in own) - 1,
                until=place,
                members=tuple(sorted([*own, *near])),
                beside=frozenset(near),
                raised=tuple(sorted(raised, key=lambda at: (-raised[at], at))),
            )
        )
    return tuple(found)


def names(
    machine: str, found: Sequence[Group], commits: Sequence[str]
) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """The id of each event, and a map from present and former ids to events.

    ``commits`` are the machine's measured commits. The id is a hash of the machine and the most
    frequent first estimate of its changes, so it stays when estimates move and series join. A
    former id that fits several events means the nearest one.
    """
    own: dict[int, str] = {}
    known: dict[str, int] = {}
    largest_first = sorted(
        range(len(found)), key=lambda one: (-len(found[one].members), found[one].until)
    )
    for number in largest_first:
        name = next(
            name
            for place in _places(found[number], len(commits))
            if (name := event_id(machine, commits[place])) not in known
        )
        own[number] = name
        known[name] = number
    claims = sorted(
        (abs(place - group.until), number, event_id(machine, commits[place]))
        for number, group in enumerate(found)
        for place in {*group.raised, *_near(group.until, len(commits))}
    )
    for _, number, name in claims:
        known.setdefault(name, number)
    return tuple(own[number] for number in range(len(found))), known


def event_id(machine: str, commit: str) -> str:
    """Twelve hex digits for what began on this machine at this commit."""
    return sha256(f"event {machine} {commit}".encode()).hexdigest()[:12]


def _shared(beginnings: Sequence[Beginning]) -> dict[int, list[int]]:
    """Index of a commit -> the changes that it explains."""
    chosen: list[int] = []
    for one in sorted(beginnings, key=lambda one: (one.until, one.first)):
        if not chosen or chosen[-1] < one.first:
            chosen.append(one.until)
    explained = [[place for place in chosen if one.holds(place)] for one in beginnings]
    alone = Counter(places[0] for places in explained if len(places) == 1)
    found: dict[int, list[int]] = {}
    for number, places in enumerate(explained):
        found.setdefault(min(places, key=lambda at: (-alone[at], at)), []).append(number)
    return found


def _drawn_in(sizes: Mapping[int, int]) -> dict[int, int]:
    """Index of a small event -> index of the larger event beside it that it is merged into."""
    large = [place for place, size in sizes.items() if size >= MANY]
    found: dict[int, int] = {}
    for place, size in sizes.items():
        near = [
            other for other in large
            if 0 < abs(other - place) <= BESIDE and sizes[other] >= TIMES * size
        ]  # fmt: skip
        if near:
            found[place] = min(near, key=lambda at: (-sizes[at], abs(at - place), at))
    return {place: into for place, into in found.items() if into not in found}


def _places(group: Group, count: int) -> Iterator[int]:
    """Candidate commits of its id, best first; at last any commit."""
    yield from group.raised
    yield from _near(group.until, count)
    yield from range(count)


def _near(place: int, count: int) -> Iterable[int]:
    shifts = sorted(range(-SAME_WITHIN, SAME_WITHIN + 1), key=abs)
    return (place + shift for shift in shifts if 0 <= place + shift < count)
