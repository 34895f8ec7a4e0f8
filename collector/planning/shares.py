"""Deal pieces of work out to shards of about equal duration. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from statistics import median
from typing import Final

UNKNOWN_S: Final = 1.0
"""Assumed duration of every piece when none is known."""


def expected(seconds: Mapping[str, float], names: Sequence[Sequence[str]]) -> list[float]:
    """Expected duration of each piece, summed over its names; unknown names count as the median."""
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
    """Facts stored about a share such as ``2/4``: its number, and the durations used."""
    text = repr(sorted(seconds.items()))
    return {"share": share, "durations": sha256(text.encode()).hexdigest()[:12]}
