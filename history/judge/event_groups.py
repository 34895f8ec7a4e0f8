"""Find which changes of one machine begin at the same commits, and name each such event.

Ranges count in commits that the machine measured: a change begins after one of them and at the
latest at another one. Changes are one event when one commit lies in the ranges of all of them: the
fewest commits are taken that explain every range, and a range with several of them goes to the one
that explains most. A detector may put a change a few points beside its commit, so a small event
close to one that is many times larger joins it. Nothing depends on the order of the changes.
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
"""Changes from which on an event may draw in what lies beside it."""
TIMES: Final = 4
"""So many times as large as what it draws in it must be."""
BESIDE: Final = NEIGHBOURS
"""Measured commits by which a range may miss the commit of an event that it joins."""


class Beginning(NamedTuple):
    """Where a change begins, in places among the commits that its machine measured, from 0."""

    after: int
    """Last one of the old level."""
    until: int
    """First one of the new level; equal to ``after`` where both were measured at one commit."""
    raised: int
    """The one at which the change was said to begin when it was first raised."""

    @property
    def first(self) -> int:
        """First commit that could be the cause."""
        return min(self.after + 1, self.until)

    def holds(self, place: int) -> bool:
        """Whether the commit at this place could be the cause."""
        return self.first <= place <= self.until


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that are one event: numbers in the list that was given."""

    after: int
    """Last measured commit before it for all that share its commit; the commit itself where all of
    them changed between two runs at it."""
    until: int
    """The commit that they share: the first at which all of them have their new level."""
    members: tuple[int, ...]
    """Ascending."""
    beside: frozenset[int]
    """Those of them whose range misses the commit by a few measured ones."""
    raised: tuple[int, ...]
    """Where its members were first said to begin, the most frequent place first."""


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
    """The id of each event, and which one an id speaks of, those of earlier estimates included.

    ``commits`` are those that the machine measured. The id is made of the machine and the commit at
    which most of its changes were first said to begin, so it stays while estimates move and series
    join. An id that several events could have had speaks of the nearest.
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
    """Place of a commit to the changes that it explains."""
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
    """Place of a small event to that of the larger one beside it which it belongs to."""
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
    """Where its name may come from, the best first; in the end any commit will do."""
    yield from group.raised
    yield from _near(group.until, count)
    yield from range(count)


def _near(place: int, count: int) -> Iterable[int]:
    shifts = sorted(range(-SAME_WITHIN, SAME_WITHIN + 1), key=abs)
    return (place + shift for shift in shifts if 0 <= place + shift < count)
