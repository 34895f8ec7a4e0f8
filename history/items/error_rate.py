"""Count the words and characters by which a transcript differs from what was said."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from history.stats.pooled import Pooled, pooled
from history.stats.summary import Interval, IntervalMethod

if TYPE_CHECKING:
    from collections.abc import Sequence


NORMALISATION: Final = "normalisation"
"""Fact of an item, and parameter of a benchmark: how its texts were compared, unless by words."""


class Errors(NamedTuple):
    """The fewest edits that turn a reference into the transcript."""

    substitutions: int
    deletions: int
    insertions: int
    length: int
    """Words or characters of the reference."""

    @property
    def errors(self) -> int:
        """The number of edits."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float:
        """Errors per word or character of the reference, above 1 when much was inserted.

        An empty reference has the rate 0 when nothing was heard, else the number of errors.
        """
        return self.errors / max(1, self.length)


class Normalisation(StrEnum):
    """How two texts are normalised before they are compared."""

    WORDS = "words"
    """Lower case, without marks of punctuation other than apostrophes inside words."""
    CASED = "cased"
    """The same with upper and lower case as they are written."""
    NONE = "none"
    """As they are written; only white space separates words."""


def word_errors(reference: str, heard: str, how: str = Normalisation.WORDS) -> Errors:
    """Word errors, after ``normalised``."""
    return _errors(normalised(reference, how).split(), normalised(heard, how).split())


def character_errors(reference: str, heard: str, how: str = Normalisation.WORDS) -> Errors:
    """Character errors, single spaces included, after ``normalised``."""
    return _errors(normalised(reference, how), normalised(heard, how))


def normalised(text: str, how: str = Normalisation.WORDS) -> str:
    """The text as it is compared; ``how`` is the value of a ``Normalisation``.

    Words have one space between them. Numbers stay as they are written: ``7`` and ``seven`` differ.
    Timestamps are dropped.
    """
    text = re.sub(r"<\|[^|]*\|>", " ", text)
    if how != Normalisation.NONE:
        text = unicodedata.normalize("NFKC", text)
        text = text if how == Normalisation.CASED else text.lower()
        text = text.replace("\u2019", "'")
        text = re.sub(r"[^\w\s']|_", " ", text)
        text = re.sub(r"(?<!\w)'|'(?!\w)", " ", text)
    return " ".join(text.split())


def total(found: Sequence[Errors]) -> Errors:
    """All errors of several utterances against all of their references."""
    return Errors(*map(sum, zip(*found, strict=True))) if found else Errors(0, 0, 0, 0)


def pooled_rate(found: Sequence[Errors]) -> Pooled:
    """Errors of n >= 1 utterances over the length of their references, with its interval.

    Where there is no error at all, nothing is known of the spread between utterances, and the
    interval is the exact binomial one over all words or characters of the references.
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
