"""Cut long audio into pieces of 30 s that overlap, and join their tokens without repeating any."""

from __future__ import annotations

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


def join(pieces: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Tokens of all pieces in order, those of an overlap once."""
    found: list[int] = []
    for piece in pieces:
        kept, begin = seam(found, piece)
        found = found[:kept] + list(piece[begin:])
    return tuple(found)


def seam(before: Sequence[int], after: Sequence[int]) -> tuple[int, int]:
    """How many tokens of ``before`` are kept, and where ``after`` goes on.

    The longest run of tokens that both hold, near the end of one and the beginning of the other,
    is what both heard; the texts are joined in its middle, since the ends of a piece cut words.
    Without such a run nothing is left out.
    """
    reach = _reach(len(after))
    tail, head = before[-reach:] if reach else (), after[:reach]
    match = SequenceMatcher(None, tail, head, autojunk=False).find_longest_match()
    if match.size < MIN_MATCH:
        return len(before), 0
    middle = match.size // 2
    return len(before) - len(tail) + match.a + middle, match.b + middle


def _reach(tokens: int) -> int:
    """An overlap holds a sixth of a piece's tokens; speech is uneven, so half of it is searched."""
    return max(MIN_MATCH, tokens // 2) if tokens else 0
