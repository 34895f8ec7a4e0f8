"""Build the comparison of two implementations' transcripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from history.items import transcripts
from history.report.wording import names, numbers
from site_gen.pages import variant_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.read.items import Side

MOST_FILES = 20
"""Files of a pair whose difference is shown; the others are counted."""
MOST_LETTERS = 400
"""Longest line of a difference: a word from outside may be a megabyte long."""


@dataclass(frozen=True, slots=True)
class Different:
    """One file with different transcripts."""

    name: str
    tokens: str
    """Such as ``first different token 12, 93.8 % agree``; empty without tokens."""
    text: str
    """same or differs."""
    diff: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TranscriptPair:
    """Two implementations over the files both have."""

    base: str
    head: str
    equal: int
    n: int
    agreement: str
    by_tokens: bool
    different: tuple[Different, ...]
    more: int
    lone: tuple[str, ...]
    """Files that only one of them has."""

    @property
    def verdict(self) -> str:
        """``same`` or ``differs``."""
        return "same" if self.equal == self.n else "differs"


def build(sides: Sequence[Side], hidden: frozenset[tuple[str, str]]) -> tuple[TranscriptPair, ...]:
    """Every other variant compared with the first; empty when no two share a transcript."""
    by_variant = {side.variant: side.items for side in sides}
    if len(by_variant) < 2:
        return ()
    base, *others = variant_pairs.ranked(by_variant)
    found = []
    for variant in others:
        labels = (names.variant(base, hidden), names.variant(variant, hidden))
        compared = transcripts.compare(by_variant[base], by_variant[variant], labels=labels)
        if compared.files:
            found.append(_pair(compared, labels))
    return tuple(found)


def _pair(compared: transcripts.Compared, labels: tuple[str, str]) -> TranscriptPair:
    different = [one for one in compared.files if one.same_tokens is False or not one.same_text]
    share = compared.agreement
    return TranscriptPair(
        base=labels[0],
        head=labels[1],
        equal=compared.equal,
        n=len(compared.files),
        agreement="" if share is None else numbers.share(share),
        by_tokens=any(one.same_tokens is not None for one in compared.files),
        different=tuple(_different(one) for one in different[:MOST_FILES]),
        more=max(len(different) - MOST_FILES, 0),
        lone=(*compared.only_left, *compared.only_right)[:MOST_FILES],
    )


def _different(one: transcripts.Difference) -> Different:
    tokens = ""
    if one.same_tokens is not None:
        tokens = "equal tokens"
        if one.first is not None and one.agreement is not None:
            tokens = f"first different token {one.first}, {numbers.share(one.agreement)} agree"
    return Different(
        name=one.item,
        tokens=tokens,
        text="same" if one.same_text else "differs",
        diff=tuple(_cut(line) for line in one.diff),
    )


def _cut(line: str) -> str:
    return line if len(line) <= MOST_LETTERS else f"{line[:MOST_LETTERS]}…"
