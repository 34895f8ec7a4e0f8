"""Count the words and characters by which a transcript differs from what was said."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class Errors(NamedTuple):
    """Edits between a reference and what was heard."""

    errors: int
    """Insertions, deletions and substitutions."""
    length: int
    """Units of the reference."""

    @property
    def rate(self) -> float:
        """Errors per unit of the reference, above 1 when much was invented.

        An empty reference has the rate 0 when nothing was heard, else the number of errors.
        """
        return self.errors / max(1, self.length)


def word_errors(reference: str, heard: str) -> Errors:
    """Of words, after ``normalised``."""
    wanted, found = normalised(reference).split(), normalised(heard).split()
    return Errors(distance(wanted, found), len(wanted))


def character_errors(reference: str, heard: str) -> Errors:
    """Of characters, single spaces included, after ``normalised``."""
    wanted, found = normalised(reference), normalised(heard)
    return Errors(distance(wanted, found), len(wanted))


def normalised(text: str) -> str:
    """Lower case, without marks of punctuation other than apostrophes inside words.

    Numbers are left as they are written: ``7`` and ``seven`` differ. Timestamps are dropped.
    """
    text = unicodedata.normalize("NFKC", re.sub(r"<\|[^|]*\|>", " ", text)).lower()
    text = text.replace("\u2019", "'")
    text = re.sub(r"[^\w\s']|_", " ", text)
    text = re.sub(r"(?<!\w)'|'(?!\w)", " ", text)
    return " ".join(text.split())


def distance(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """Levenshtein's distance: the fewest insertions, deletions and substitutions."""
    codes: dict[Hashable, int] = {}
    first, second = (
        np.array([codes.setdefault(unit, len(codes)) for unit in units], np.int64)
        for units in (one, other)
    )
    places = np.arange(len(second) + 1)
    row = places.copy()
    for unit in first:
        above = np.minimum(row[1:] + 1, row[:-1] + (second != unit))
        candidates = np.concatenate(([row[0] + 1], above))
        # An insertion carries the best value so far to the right at one error a place.
        row = np.minimum.accumulate(candidates - places) + places
    return int(row[-1])
