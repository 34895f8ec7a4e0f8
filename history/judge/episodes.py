"""Decide what state each change of a series is in, and which changes are one episode."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from history.detect.alarms import SAME_WITHIN, carry_over
from history.detect.interface import DEFAULT_MINIMUM_EFFECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from history.detect.interface import Change


class ChangeDirection(StrEnum):
    """The direction of a change."""

    REGRESSION = "regression"
    IMPROVEMENT = "improvement"
    UP = "up"
    """Larger, in a metric without a better direction."""
    DOWN = "down"


class State(StrEnum):
    """The status of a change."""

    SUSPECT = "suspect"
    CONFIRMED = "confirmed"
    ACKNOWLEDGED = "acknowledged"
    EXPECTED = "expected"
    FALSE_ALARM = "false alarm"
    RECOVERED = "recovered"


OPEN: Final = frozenset({State.SUSPECT, State.CONFIRMED})
"""Statuses that need attention."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A change that was found before, at its present index in its series."""

    index: int
    change: float
    episode: str
    """Its id."""


@dataclass(frozen=True, slots=True)
class Life:
    """One change as part of an episode."""

    direction: ChangeDirection
    recovered_at: int | None
    """Index in the given list of the change that undid this regression."""
    opened_by: int
    """Index of the change that began the episode; its own index unless it undid an earlier one."""


def direction_of(change: float, better: str) -> ChangeDirection:
    """The direction of a relative change; ``better`` is lower, higher or none."""
    if better == "none":
        return ChangeDirection.UP if change > 0 else ChangeDirection.DOWN
    worse = change > 0 if better == "lower" else change < 0
    return ChangeDirection.REGRESSION if worse else ChangeDirection.IMPROVEMENT


def lives(changes: Sequence[Change], better: str) -> tuple[Life, ...]:
    """Direction, end and beginning of each change of one series, in their order.

    A regression has recovered at the first later improvement whose new level is as good as the
    level before the regression: not worse by more than the minimum effect, or by more than half the
    width of the regression's interval. That improvement belongs to the episode of the oldest
    regression it ends.
    """
    directions = [direction_of(change.change, better) for change in changes]
    recovered: list[int | None] = [None] * len(changes)
    opened = list(range(len(changes)))
    for first, change in enumerate(changes):
        if directions[first] is not ChangeDirection.REGRESSION:
            continue
        for later in range(first + 1, len(changes)):
            if directions[later] is ChangeDirection.IMPROVEMENT and _undone(
                change, changes[later].after, better
            ):
                recovered[first] = later
                opened[later] = min(opened[later], first)
                break
    return tuple(
        Life(direction, end, start)
        for direction, end, start in zip(directions, recovered, opened, strict=True)
    )


def episode_id(series_id: str, change: float, commit: str) -> str:
    """Twelve hex digits for a shift of this sign that begins at this commit."""
    sign = "+" if change > 0 else "-"
    return sha256(f"{series_id} {sign} {commit}".encode()).hexdigest()[:12]


def ids_of(
    series_id: str, changes: Sequence[Change], commits: Sequence[str], known: Sequence[Alarm]
) -> tuple[str, ...]:
    """The id of each change of a series: that of the known alarm it is, else a new one.

    ``commits`` are those of the series' points.
    """
    carried = carry_over(
        [(change.index, change.change) for change in changes],
        [(alarm.index, alarm.change) for alarm in known],
    )
    return tuple(
        episode_id(series_id, change.change, commits[change.index])
        if place is None
        else known[place].episode
        for change, place in zip(changes, carried, strict=True)
    )


def known_ids(series_id: str, change: float, index: int, commits: Sequence[str]) -> tuple[str, ...]:
    """The id of a change, then the ids for estimates a few commits earlier or later.

    An estimate may move by a few points as data arrives; decisions and links with the older id
    still find the change. ``commits`` are those of the series' points.
    """
    return tuple(dict.fromkeys(one for one, _ in _near(series_id, change, index, commits)))


def raised_at(
    series_id: str, change: float, index: int, commits: Sequence[str], own_id: str
) -> str:
    """The first estimated commit of a change with this id."""
    near = _near(series_id, change, index, commits)
    return next((commit for one, commit in near if one == own_id), commits[index])


def _near(
    series_id: str, change: float, index: int, commits: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Ids and their commits, nearest first."""
    for shift in sorted(range(-SAME_WITHIN, SAME_WITHIN + 1), key=abs):
        if 0 <= index + shift < len(commits):
            commit = commits[index + shift]
            yield episode_id(series_id, change, commit), commit


def _undone(regression: Change, level: float, better: str) -> bool:
    uncertain = abs(regression.high - regression.low) / 2
    tolerance = max(DEFAULT_MINIMUM_EFFECT, uncertain if uncertain < abs(regression.change) else 0)
    worse = level - regression.before if better == "lower" else regression.before - level
    return worse <= tolerance * abs(regression.before)
