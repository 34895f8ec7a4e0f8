"""Read the words of an alignment with their times out of the text of an item."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_ONE: Final = r"\S+ \d+\.\d+-\d+\.\d+"
PATTERN: Final = rf"{_ONE}(?: (?:· )?{_ONE})*"
"""Of a whole text: ``MORNING 0.24-0.61 · TRAIN 0.61-0.90``, or the same without the dots."""
_TEXT: Final = re.compile(PATTERN)
_WORD: Final = re.compile(r"(\S+) (\d+\.\d+)-(\d+\.\d+)")


class Word(NamedTuple):
    """One word; times in seconds."""

    text: str
    start_s: float
    end_s: float


def words_of(text: str) -> tuple[Word, ...]:
    """Words with their times; empty for any other text."""
    if not _TEXT.fullmatch(text):
        return ()
    return tuple(Word(word, float(start), float(end)) for word, start, end in _WORD.findall(text))
