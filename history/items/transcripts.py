"""Compare the transcripts of two implementations, file by file.

With synthetic weights this is all that can be judged: whether both made the same tokens.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from history.words.records import Item

DIFF_LINES: Final = 80
"""Of each unified diff; what is cut off is counted."""

TOKENS: Final = "token_ids"
"""Fact of an item: its tokens as text, separated by spaces."""


class Difference(NamedTuple):
    """How the transcripts of one file compare."""

    item: str
    same_text: bool
    same_tokens: bool | None
    """None when either side did not keep its tokens."""
    agreement: float | None
    """Share of positions of the longer one with the same token in both; None as above."""
    first: int | None
    """Position of the first token that differs, from 0; None when none does or as above."""
    left: str
    right: str
    diff: tuple[str, ...]
    """Unified diff of the texts, empty when they are equal."""


class Compared(NamedTuple):
    """Two implementations over all files both have."""

    files: tuple[Difference, ...]
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]

    @property
    def equal(self) -> int:
        """Files with equal tokens, or equal texts where there are no tokens."""
        return sum(
            one.same_text if one.same_tokens is None else one.same_tokens for one in self.files
        )

    @property
    def agreement(self) -> float | None:
        """Mean agreement over the files that have one."""
        known = [one.agreement for one in self.files if one.agreement is not None]
        return sum(known) / len(known) if known else None


def compare(
    left: Iterable[Item], right: Iterable[Item], *, labels: tuple[str, str] = ("left", "right")
) -> Compared:
    """Pair items by name, in order of name; a file that was not transcribed is not compared."""
    one = {item.item: item for item in left if _is_transcribed(item)}
    other = {item.item: item for item in right if _is_transcribed(item)}
    return Compared(
        files=tuple(
            _difference(one[name], other[name], labels) for name in sorted(one.keys() & other)
        ),
        only_left=tuple(sorted(one.keys() - other.keys())),
        only_right=tuple(sorted(other.keys() - one.keys())),
    )


def tokens_of(item: Item) -> tuple[int, ...] | None:
    """Token ids of an item; None when it kept none, or something else under that name."""
    try:
        return tuple(map(int, str(item.facts[TOKENS]).split()))
    except (KeyError, ValueError):
        return None


def first_difference(left: Sequence[int], right: Sequence[int]) -> int | None:
    """The first position at which two sequences differ; None when they are equal."""
    for place, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return place
    return None if len(left) == len(right) else min(len(left), len(right))


def agreement(left: Sequence[int], right: Sequence[int]) -> float:
    """Share of positions of the longer sequence with the same token in both; 1 for empty ones."""
    same = sum(one == other for one, other in zip(left, right, strict=False))
    longest = max(len(left), len(right))
    return same / longest if longest else 1.0


def unified(left: str, right: str, labels: tuple[str, str]) -> tuple[str, ...]:
    """Unified diff of two texts, a word a line, at most ``DIFF_LINES`` lines and a count."""
    if left == right:
        return ()
    lines = list(difflib.unified_diff(left.split(), right.split(), *labels, lineterm="", n=3))
    if not lines:
        lines = ["(only white space differs)"]
    rest = len(lines) - DIFF_LINES
    return (*lines[:DIFF_LINES], f"({rest} more lines)") if rest > 0 else tuple(lines)


def _is_transcribed(item: Item) -> bool:
    return "error" not in item.facts and (bool(item.text) or TOKENS in item.facts)


def _difference(left: Item, right: Item, labels: tuple[str, str]) -> Difference:
    one, other = tokens_of(left), tokens_of(right)
    known = one is not None and other is not None
    return Difference(
        item=left.item,
        same_text=left.text == right.text,
        same_tokens=one == other if known else None,
        agreement=agreement(one or (), other or ()) if known else None,
        first=first_difference(one or (), other or ()) if known else None,
        left=left.text,
        right=right.text,
        diff=unified(left.text, right.text, labels),
    )
