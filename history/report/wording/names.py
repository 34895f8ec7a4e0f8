"""Display names of variants, commits and directions."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from history.words.commit_names import called
from history.words.key import parse_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_ROWS: Final = 2
"""Fewest rows of a table whose common variant pairs are printed above it once."""
_PAIRS: Final = {"threads": "{} threads", "features": "+{}", "dataset": "on {}"}


@lru_cache(maxsize=4096)
def variant(text: str, hidden: frozenset[tuple[str, str]] = frozenset()) -> str:
    """``runtime=torch;threads=2`` -> ``torch · 2 threads``, without the pairs that are hidden."""
    shown = [one for one in _pairs(text) if one not in hidden]
    return " · ".join(pair(*one) for one in shown) or "default"


def pair(key: str, text: str) -> str:
    """One pair of a variant: ``threads``, ``2`` -> ``2 threads``."""
    if key == "weights" and text.startswith("synthetic"):
        return "synthetic weights"
    if key == "threads" and text == "1":
        return "1 thread"
    return _PAIRS.get(key, "{}").format(text) if text else key


def shared(variants: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Pairs common to all of these variants; none when there is only one variant."""
    sets = [frozenset(_pairs(text)) for text in set(variants)]
    return frozenset.intersection(*sets) if len(sets) > 1 else frozenset()


class Common(NamedTuple):
    """The common pairs of the variants of one table."""

    hidden: frozenset[tuple[str, str]]
    """Pairs that its rows do not repeat."""
    words: str
    """``cpu · synthetic weights``; may be empty."""

    def rest(self, text: str) -> str:
        """The variant of a row without the common pairs; may be empty."""
        return "" if self.words and self.hidden.issuperset(_pairs(text)) else self.variant(text)

    def variant(self, text: str) -> str:
        """The same, never empty."""
        return variant(text, self.hidden)


def common(variants: Iterable[str], hidden: frozenset[tuple[str, str]] = frozenset()) -> Common:
    """The common pairs of these variants, without hidden ones; none for a single row."""
    rows = [_pairs(text) for text in variants]
    if len(rows) < LEAST_ROWS:
        return Common(hidden, "")
    every = frozenset.intersection(*map(frozenset, rows))
    told = [pair(*one) for one in rows[0] if one in every and one not in hidden]
    return Common(hidden | every, " · ".join(told))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """A few variants stand in very many rows."""
    return tuple(parse_pairs(text).items())


def better(direction: str) -> str:
    """``lower is better``, or what to say when the metric has no direction."""
    return f"{direction} is better" if direction in {"lower", "higher"} else "no direction"


def short(sha: str) -> str:
    """The first twelve characters of a hash; other names are never cut."""
    return called(sha)
