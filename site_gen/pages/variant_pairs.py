"""Choose the reference variant and the pairs to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.words.key import parse_pairs
from history.words.records import VARIANT_KEYS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# Usual references come first: the plain, slow or well-known variant.
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
"""Variants that differ in these fields did different work."""


class VariantPair(NamedTuple):
    """Two variants that did the same work in two ways."""

    base: str
    head: str
    differs: tuple[tuple[str, str, str], ...]
    """Field, its value in base, its value in head."""


def ranked(variants: Iterable[str]) -> list[str]:
    """Variants, the reference first."""
    return sorted(variants, key=_rank)


def pairs(variants: Collection[str]) -> list[VariantPair]:
    """Pairs to compare: those that differ in one field; for other variants, all differing fields.

    In each pair the base is the more usual one; with three values of a field the second and the
    third are compared with the first only.
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


def title(values: Iterable[str]) -> str:
    """The differing values of one variant of a pair; ``without`` when it has none."""
    return " · ".join(filter(None, values)) or "without"


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
