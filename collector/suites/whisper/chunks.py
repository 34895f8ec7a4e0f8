"""Cut long audio into pieces of 30 s that overlap, and join their tokens without repeating any."""

from __future__ import annotations

import math
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

CHUNK_S: Final = 30
OVERLAP_S: Final = 5
"""Shared by two neighbours: longer than any word, so that each is whole in one of them."""

MIN_MATCH: Final = 2
"""Fewer equal tokens in a row may be chance."""


class Chunk(NamedTuple):
    """A piece of a file, in samples."""

    start: int
    stop: int


def cut(samples: int, rate: int) -> tuple[Chunk, ...]:
    """Pieces of at most 30 s; the last one may be shorter, and none lies inside another."""
    length, step = CHUNK_S * rate, (CHUNK_S - OVERLAP_S) * rate
    found = [Chunk(0, min(samples, length))]
    while found[-1].stop < samples:
        start = found[-1].start + step
        found.append(Chunk(start, min(samples, start + length)))
    return tuple(found)


def join(pieces: Sequence[Sequence[int]], seconds: Sequence[float] = ()) -> tuple[int, ...]:
    """Tokens of all pieces in order, without duplicates from the overlaps.

    ``seconds``: length of each piece, 30 where it is not given; it says where the overlap can be.
    """
    found: list[int] = []
    reach = 0
    for place, piece in enumerate(pieces):
        after_s = seconds[place] if place < len(seconds) else float(CHUNK_S)
        tail = found[max(0, len(found) - reach) :]
        reach = _reach(len(piece), after_s)
        kept, begin = seam(tail, piece[:reach])
        found = found[: len(found) - len(tail) + kept] + list(piece[begin:])
    return tuple(found)


def seam(before: Sequence[int], after: Sequence[int]) -> tuple[int, int]:
    """Number of tokens kept of ``before``, and index at which ``after`` continues.

    The longest common run of tokens is the overlap; the texts are joined in its middle, since the
    ends of a piece cut words. Without such a run all tokens are kept.
    """
    match = SequenceMatcher(None, before, after, autojunk=False).find_longest_match()
    if match.size < MIN_MATCH:
        return len(before), 0
    middle = match.size // 2
    return match.a + middle, match.b + middle


def _reach(tokens: int, seconds: float) -> int:
    """Number of tokens of a piece that are searched for the overlap."""
    return min(tokens, math.ceil(tokens * 3 * OVERLAP_S / max(seconds, 1.0)))
