"""Assign every change of the history to its event."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history.judge import event_groups
from history.judge.episodes import raised_at
from history.judge.event_groups import Beginning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.detect.interface import Change
    from history.read.series import Series
    from history.read.view import View

    Found = tuple[Series, Sequence[Change], Sequence[str], Sequence[str]]
    """A series, its changes, the id of each of them, and the commit of every point."""


class Named(NamedTuple):
    """The event of one change."""

    event: str
    known_as: tuple[str, ...]
    """Ids that it would have if its changes were a few commits away."""
    is_beside: bool
    """Whether the change begins a few measured commits beside the range of its event."""


def of_changes(view: View, found: Sequence[Found]) -> tuple[tuple[Named, ...], ...]:
    """For each given series, the event of each of its changes."""
    by_machine: dict[str, list[tuple[int, int]]] = {}
    for number, (series, changes, _, _) in enumerate(found):
        members = by_machine.setdefault(series.key.machine, [])
        members += [(number, place) for place in range(len(changes))]
    named: list[list[Named | None]] = [[None] * len(changes) for _, changes, _, _ in found]
    for machine, members in by_machine.items():
        commits = measured_commits(view, machine)
        places = {commit: place for place, commit in enumerate(commits)}
        begun = [_beginning(found[number], at, places) for number, at in members]
        groups = event_groups.groups(begun)
        own, known = event_groups.names(machine, groups, commits)
        others: list[list[str]] = [[] for _ in groups]
        for name, place in known.items():
            if name != own[place]:
                others[place].append(name)
        for name, also, group in zip(own, map(tuple, others), groups, strict=True):
            for member in group.members:
                number, at = members[member]
                named[number][at] = Named(name, also, member in group.beside)
    return tuple(tuple(one for one in of_series if one is not None) for of_series in named)


def measured_commits(view: View, machine: str) -> tuple[str, ...]:
    """The commits at which a machine has points, in their order."""
    positions = [series.runs for series in view.series if series.key.machine == machine]
    if not positions:
        return ()
    used = np.unique(np.concatenate(positions))
    return tuple(dict.fromkeys(view.runs[int(position)].commit.sha for position in used))


def _beginning(found: Found, number: int, places: dict[str, int]) -> Beginning:
    series, changes, ids, commits = found
    change = changes[number]
    raised = raised_at(series.series_id, change.change, change.index, commits, ids[number])
    return Beginning(
        after=places[commits[change.previous_index]],
        until=places[commits[change.index]],
        raised=places[raised],
    )
