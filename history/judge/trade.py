"""The other side of a trade between an improvement and lost quality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.judge.size import Size

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "wer": ("substitutions", "deletions", "insertions"),
}
"""Counts that a rate consists of; they are redundant beside the rate."""


class Trade(NamedTuple):
    """The traded change of the same benchmark and variant, at the same commit."""

    metric: str
    size: Size
    """Its size."""


def without_parts(trades: Sequence[Trade]) -> tuple[Trade, ...]:
    """The trades without the parts of a rate that is among them."""
    told = {part for one in trades for part in PARTS.get(one.metric, ())}
    return tuple(one for one in trades if one.metric not in told)
