"""Tell how many there are of what: the words that tiles, badges and headers count with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.report.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def regressions(confirmed: int, suspected: int) -> str:
    """``12 open, 1 suspected``; ``none``."""
    parts = ((confirmed, "open"), (suspected, "suspected"))
    return _listed(parts) or "none"


def targets(by_status: Mapping[str, int]) -> str:
    """``12 of 18 held, 1 fail, 1 uncertain, 4 missing``: every target is in one of the counts."""
    every = sum(by_status.values())
    rest = _listed((count, word) for word, count in by_status.items() if word != "pass")
    held = f"{by_status.get('pass', 0)} of {every} held"
    return f"{held}, {rest}" if rest else held


def failing(new: int, still: int) -> str:
    """``18 newly failing, 2 still failing (series)``; empty when nothing fails."""
    words = _listed(((new, "newly failing"), (still, "still failing")))
    return f"{words} (series)" if words else ""


def _listed(parts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{numbers.whole(count)} {word}" for count, word in parts if count)
