"""What a gain cost, or what lost quality gained: one entry for each other side of a trade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.judge.size import Size

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "wer": ("substitutions", "deletions", "insertions"),
}
"""Counts of which a rate consists: where the rate is told, they say nothing more."""


class Trade(NamedTuple):
    """The other side of a change: of the same benchmark and variant, at the same place."""

    metric: str
    size: Size
    """Before, after, and how large."""


def without_parts(trades: Sequence[Trade]) -> tuple[Trade, ...]:
    """The same without the parts of a rate that is among them."""
    told = {part for one in trades for part in PARTS.get(one.metric, ())}
    return tuple(one for one in trades if one.metric not in told)
