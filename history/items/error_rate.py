"""Count the words and characters by which a transcript differs from what was said."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from history.stats.pooled import Pooled, pooled
from history.stats.summary import Interval, IntervalMethod

if TYPE_CHECKING:
    from collections.abc import Sequence


class Errors(NamedTuple):
    """Edits between a reference and what was heard, as few as possible."""

    substitutions: int
    deletions: int
    insertions: int
    length: int
    """Units of the reference."""

    @property
    def errors(self) -> int:
        """All of them."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float:
        """Errors per unit of the reference, above 1 when much was invented.

        An empty reference has the rate 0 when nothing was heard, else the number of errors.
        """
        return self.errors / max(1, self.length)


def word_errors(reference: str, heard: str) -> Errors:
    """Of words, after ``normalised``."""
    return _errors(normalised(reference).split(), normalised(heard).split())


def character_errors(reference: str, heard: str) -> Errors:
    """Of characters, single spaces included, after ``normalised``."""
    return _errors(normalised(reference), normalised(heard))


def normalised(text: str) -> str:
    """Lower case, without marks of punctuation other than apostrophes inside words.

    Numbers are left as they are written: ``7`` and ``seven`` differ. Timestamps are dropped.
    """
    text = unicodedata.normalize("NFKC", re.sub(r"<\|[^|]*\|>", " ", text)).lower()
    text = text.replace("\u2019", "'")
    text = re.sub(r"[^\w\s']|_", " ", text)
    text = re.sub(r"(?<!\w)'|'(?!\w)", " ", text)
    return " ".join(text.split())


def total(found: Sequence[Errors]) -> Errors:
    """All errors of several utterances against all of their references."""
    return Errors(*map(sum, zip(*found, strict=True))) if found else Errors(0, 0, 0, 0)


def pooled_rate(found: Sequence[Errors]) -> Pooled:
    """Errors of n >= 1 utterances over the length of their references, with its interval.

    Where there is no error at all, the utterances say nothing about how far they differ, and the
    interval is the exact binomial one of the units of the references.
    """
    rate = pooled([one.errors for one in found], [one.length for one in found])
    if rate.value != 0:
        return rate
    most = 1 - 0.025 ** (1 / total(found).length)
    return Pooled(0.0, Interval(0.0, most, IntervalMethod.EXACT_BINOMIAL), rate.n)


def _errors(wanted: Sequence[str], found: Sequence[str]) -> Errors:
    from rapidfuzz.distance import Levenshtein

    kinds = Counter(edit.tag for edit in Levenshtein.editops(wanted, found))
    return Errors(kinds["replace"], kinds["delete"], kinds["insert"], len(wanted))
