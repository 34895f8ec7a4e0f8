"""Choose which of several variants the others are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.words.key import parse_pairs
from history.words.records import VARIANT_KEYS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# What people compare with: the plain, the slow, the known way comes first.
_REFERENCE = (
    "python",
    "hf-generate",
    "torch",
    "numpy",
    "recreate",
    "eager",
    "cpu",
    "fp32",
    "1",
    "",
)
_OTHER_WORK = frozenset({"weights", "dataset"})
"""Variants that differ in these did not do the same work."""


class VariantPair(NamedTuple):
    """Two variants that did the same work in two ways."""

    base: str
    head: str
    differs: tuple[tuple[str, str, str], ...]
    """Field, its value in base, its value in head."""


def ranked(variants: Iterable[str]) -> list[str]:
    """Variants, the one that the others are held against first."""
    return sorted(variants, key=_rank)


def pairs(variants: Collection[str]) -> list[VariantPair]:
    """Pairs worth comparing: those that differ in one field; for the others, all they differ in.

    In each pair the base is the more usual one, and with three values of a field the second and
    the third are held against the first only.
    """
    order = ranked(variants)
    found: list[VariantPair] = []
    for place, head in enumerate(order[1:], 1):
        others = [pair for base in order[:place] if (pair := _pair(base, head)) is not None]
        near = [pair for pair in others if len(pair.differs) == 1]
        first: dict[str, VariantPair] = {}
        for pair in near:
            first.setdefault(pair.differs[0][0], pair)
        found += first.values() or others[:1]
    return found


def differing(variants: Iterable[str]) -> tuple[str, ...]:
    """Fields in which these variants are not all the same."""
    pairs = [parse_pairs(variant) for variant in variants]
    return tuple(key for key in VARIANT_KEYS if len({one.get(key, "") for one in pairs}) > 1)


def _pair(base: str, head: str) -> VariantPair | None:
    one, other = parse_pairs(base), parse_pairs(head)
    differs = tuple(
        (key, one.get(key, ""), other.get(key, ""))
        for key in VARIANT_KEYS
        if one.get(key, "") != other.get(key, "")
    )
    if not differs or any(key in _OTHER_WORK for key, _, _ in differs):
        return None
    return VariantPair(base, head, differs)


def _rank(variant: str) -> tuple[tuple[tuple[int, str], ...], str]:
    pairs = parse_pairs(variant)
    values = [pairs.get(key, "") for key in VARIANT_KEYS]
    known = {word: place for place, word in enumerate(_REFERENCE)}
    return tuple((known.get(value, len(known)), value) for value in values), variant
