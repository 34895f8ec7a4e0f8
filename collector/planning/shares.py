"""Deal pieces of work out to shards so that all take about as long. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from statistics import median
from typing import Final

UNKNOWN_S: Final = 1.0
"""What every piece is taken for where nothing is known of any."""


def expected(seconds: Mapping[str, float], names: Sequence[Sequence[str]]) -> list[float]:
    """How long each piece takes: the sum over its names; one that is unknown is a middling one."""
    known = sorted(seconds.values())
    middling = median(known) if known else UNKNOWN_S
    return [sum(seconds.get(name, middling) for name in own) for own in names]


def deal(costs: Sequence[float], shards: int) -> list[int]:
    """Piece -> its shard, counted from 0.

    The longest first, each to the shard that has least to do, the first of several: no shard has
    more than a third above the best possible (Graham 1969). Equal pieces are dealt out in turn. The
    answer depends on the costs and their order alone, so that every shard finds the same.
    """
    loads = [0.0] * shards
    found = [0] * len(costs)
    for place in sorted(range(len(costs)), key=lambda one: (-costs[one], one)):
        least = min(range(shards), key=lambda shard: (loads[shard], shard))
        found[place] = least
        loads[least] += costs[place]
    return found


def about(share: str, seconds: Mapping[str, float]) -> dict[str, str]:
    """What is stored of a share such as ``2/4``: which, and by what durations it was dealt out."""
    text = repr(sorted(seconds.items()))
    return {"share": share, "durations": sha256(text.encode()).hexdigest()[:12]}
