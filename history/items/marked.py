"""Align a transcript with its reference, and mark every word error at its place."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from history.items.error_rate import (
    NORMALISATION,
    Errors,
    Normalisation,
    normalised,
    total,
    word_errors,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.words.records import Item

REFERENCE: Final = "reference"
"""Fact of an item: what was said."""
AROUND: Final = 6
"""Correct words that are kept on either side of an error."""
MOST_PIECES: Final = 240
"""Of one transcript; the errors after them are counted."""
_COUNTED: Final = ("substitutions", "deletions", "insertions")


class Mark(StrEnum):
    """Whether words were recognised, and if not, in which way."""

    RIGHT = "right"
    SUBSTITUTED = "substituted"
    DELETED = "deleted"
    """Said and not heard."""
    INSERTED = "inserted"
    """Heard and not said."""
    FOLDED = "folded"
    """Correct words that are left out of the text."""


class Piece(NamedTuple):
    """Consecutive words with the same mark."""

    mark: Mark
    said: tuple[str, ...]
    heard: tuple[str, ...]

    @property
    def errors(self) -> int:
        """Errors of words in it."""
        right = self.mark in {Mark.RIGHT, Mark.FOLDED}
        return 0 if right else max(len(self.said), len(self.heard))


class Judged(NamedTuple):
    """One transcript against its reference."""

    item: str
    reference: str
    """As words are compared, see ``normalised``."""
    errors: Errors
    pieces: tuple[Piece, ...]
    more: int
    """Errors after the last piece."""
    stored: Errors | None
    """The errors that the run itself counted, where they differ from these."""
    normalisation: str = Normalisation.WORDS
    """How both texts were normalised before they were compared."""


class OfWay(NamedTuple):
    """The transcripts of all recordings in one variant."""

    judged: tuple[Judged, ...]
    without_text: tuple[str, ...]
    """Items with a reference whose transcript was not kept."""

    @property
    def errors(self) -> Errors:
        """Of all recordings together."""
        return total([one.errors for one in self.judged])


def judge(items: Sequence[Item]) -> OfWay:
    """Mark the errors of every item that has a reference and a transcript, in their order."""
    judged, without = [], []
    for item in items:
        reference = item.facts.get(REFERENCE)
        if not isinstance(reference, str) or "error" in item.facts:
            continue
        if not item.text and not _heard_nothing(item.facts):
            without.append(item.item)
            continue
        how = str(item.facts.get(NORMALISATION, Normalisation.WORDS))
        found = word_errors(reference, item.text, how)
        stored = _stored(item.facts)
        pieces, more = _cut(folded(marked(reference, item.text, how)))
        differing = stored if stored is not None and stored != found else None
        told = normalised(reference, how)
        judged.append(Judged(item.item, told, found, pieces, more, differing, how))
    return OfWay(tuple(judged), tuple(without))


def marked(reference: str, heard: str, how: str = Normalisation.WORDS) -> tuple[Piece, ...]:
    """Both texts from beginning to end, after ``normalised``, with as few errors as possible."""
    from rapidfuzz.distance import Levenshtein

    said, found = normalised(reference, how).split(), normalised(heard, how).split()
    marks = {
        "equal": Mark.RIGHT,
        "replace": Mark.SUBSTITUTED,
        "delete": Mark.DELETED,
        "insert": Mark.INSERTED,
    }
    return tuple(
        Piece(
            marks[one.tag],
            tuple(said[one.src_start : one.src_end]),
            tuple(found[one.dest_start : one.dest_end]),
        )
        for one in Levenshtein.opcodes(said, found)
    )


def folded(pieces: Sequence[Piece], around: int = AROUND) -> tuple[Piece, ...]:
    """The same with long runs of correct words folded; a text without an error stays whole."""
    if not any(one.errors for one in pieces):
        return tuple(pieces)
    found: list[Piece] = []
    for place, one in enumerate(pieces):
        before = around if place else 0
        after = around if place < len(pieces) - 1 else 0
        if one.mark is not Mark.RIGHT or len(one.said) <= before + after + 1:
            found.append(one)
            continue
        cuts = (0, before, len(one.said) - after, len(one.said))
        for mark, start, end in zip(
            (Mark.RIGHT, Mark.FOLDED, Mark.RIGHT), cuts[:-1], cuts[1:], strict=True
        ):
            if end > start:
                found.append(Piece(mark, one.said[start:end], one.heard[start:end]))
    return tuple(found)


def _cut(pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], int]:
    return pieces[:MOST_PIECES], sum(one.errors for one in pieces[MOST_PIECES:])


def _stored(facts: Mapping[str, float | int | str]) -> Errors | None:
    """The errors that the run counted; None where it kept none."""
    try:
        return Errors(*(int(facts[name]) for name in (*_COUNTED, "words")))
    except (KeyError, ValueError):
        return None


def _heard_nothing(facts: Mapping[str, float | int | str]) -> bool:
    """An empty text is a transcript where every word counts as deleted, else it was not kept."""
    stored = _stored(facts)
    return stored is not None and stored.deletions == stored.length
