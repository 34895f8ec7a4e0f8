"""Display of verdicts on a page, and values for sorting and feeds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class Sign(NamedTuple):
    """The sign of a verdict: a tone and a symbol, never colour alone."""

    tone: str
    """good, bad, warn, info or calm: the class of its colour."""
    symbol: str


_SIGNS = {
    "ok": Sign("good", "✓"),
    "pass": Sign("good", "✓"),
    "improved": Sign("good", "★"),
    "improvement": Sign("good", "★"),
    "recovered": Sign("good", "✓"),
    "fail": Sign("bad", "✕"),
    "failed": Sign("bad", "✕"),
    "regression": Sign("bad", "■"),
    "confirmed": Sign("bad", "■"),
    "warn": Sign("warn", "!"),
    "suspect": Sign("warn", "?"),
    "uncertain": Sign("warn", "?"),
    "drift": Sign("warn", "↗"),
    "invalid": Sign("warn", "⊘"),
    "missing": Sign("warn", "∅"),
    "skipped": Sign("calm", "»"),
    "acknowledged": Sign("calm", "✓"),
    "expected": Sign("calm", "✓"),
    "false alarm": Sign("calm", "✓"),
    "not enough data": Sign("calm", "…"),
    "no direction": Sign("calm", "↔"),
    "nothing new": Sign("calm", "✓"),
    "measured": Sign("calm", "●"),
    "imported": Sign("info", "⇩"),
    "simulated": Sign("info", "∿"),
    "dirty tree": Sign("warn", "±"),
    "left behind": Sign("calm", "⌫"),
    "steady": Sign("good", "✓"),
    "changed": Sign("warn", "!"),
    "unclear": Sign("warn", "?"),
    "leak": Sign("bad", "▲"),
    "no leak": Sign("good", "✓"),
    "undecided": Sign("warn", "?"),
    "leaks on purpose": Sign("info", "⚑"),
    "better": Sign("good", "✓"),
    "worse": Sign("bad", "✕"),
    "same": Sign("good", "="),
    "differs": Sign("warn", "≠"),
    "up": Sign("calm", "↑"),
    "down": Sign("calm", "↓"),
    "no difference shown": Sign("calm", "="),
}


def sign(word: str) -> Sign:
    """Tone and symbol of a verdict, status or origin; an unknown word is calm."""
    return _SIGNS.get(word, Sign("calm", "·"))


def number(found: float | None) -> float:
    """Value by which a column is sorted: NaN without a number."""
    return math.nan if found is None else found


def iso(moment: datetime) -> str:
    """For the ``datetime`` attribute and for feeds."""
    return f"{moment.isoformat()[:19]}Z"
