"""Write numbers, dates and verdicts the way a person reads them."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from history.judge import size
from history.report.wording import numbers, sizes
from history.words.key import parse_pairs
from history.words.metrics import find

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from history.judge.changes import ChangeRow
    from history.judge.size import Amount
    from history.read.environments import Difference


class Sign(NamedTuple):
    """How a verdict looks: never by colour alone."""

    tone: str
    """good, bad, warn, info or calm: the class of its colour."""
    symbol: str


_SIGNS = {
    "ok": Sign("good", "✓"),
    "pass": Sign("good", "✓"),
    "improved": Sign("good", "▼"),
    "improvement": Sign("good", "▼"),
    "recovered": Sign("good", "✓"),
    "fail": Sign("bad", "✕"),
    "failed": Sign("bad", "✕"),
    "regression": Sign("bad", "▲"),
    "confirmed": Sign("bad", "▲"),
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
    "measured": Sign("calm", "●"),
    "imported": Sign("info", "⇩"),
    "simulated": Sign("info", "∿"),
    "dirty tree": Sign("warn", "±"),
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


MISSING = numbers.MISSING


def value(number: float | None, unit: str, qualifier: str = "") -> str:
    """``12.3 ms``; ``≈ 12.3 ms`` when the source says about; a dash when there is no number."""
    return numbers.value(number, unit, qualifier)


def number(found: float | None) -> float:
    """What columns are sorted by: NaN where there is no number."""
    return math.nan if found is None else found


def percent(share: float, digits: int = 1) -> str:
    """A signed change: 0.034 -> ``+3.4 %``; a dash when there is no number."""
    return numbers.signed(share, digits)


def interval(low: float | None, high: float | None, unit: str) -> str:
    """``11.9 – 12.8 ms``: both ends in the unit of the larger; empty when there is none."""
    return numbers.interval(low, high, unit)


def change(metric: str, unit: str, before: float, after: float) -> str:
    """How a number that is shown differs from one before it: ``+3.4 %``, ``×12.5``, ``from 0``."""
    found = size.size(metric, unit, before, after)
    if found.form is size.Form.LEVELS:
        return f"from {numbers.value(before, unit)}"
    return sizes.size(found)


class SizeWords(NamedTuple):
    """A change in words, with the ends of its interval; those are empty where there is none."""

    words: str
    low: str
    high: str


def size_of(row: ChangeRow) -> SizeWords:
    """The size of a detected change, with its interval."""
    return SizeWords(sizes.size(row.size), *sizes.ends(row.size))


def amount(found: Amount) -> str:
    """``2.0 %``, or ``12.0 kB/iteration`` where a share says nothing; may be empty."""
    return sizes.amount(found)


def difference(found: Difference) -> str:
    """``libraries.torch 2.12 → 2.13``: one field of an environment, then and now."""
    before, now = (MISSING if side is None else side[:60] for side in (found.before, found.now))
    return f"{found.name} {before} → {now}"


def day(moment: datetime) -> str:
    """``2026-11-20``."""
    return moment.isoformat()[:10]


def minute(moment: datetime) -> str:
    """``2026-11-20 03:14 UTC``."""
    return f"{moment.isoformat(' ')[:16]} UTC"


def iso(moment: datetime) -> str:
    """For the ``datetime`` attribute and for feeds."""
    return f"{moment.isoformat()[:19]}Z"


def duration(seconds: float) -> str:
    """``3 min 12 s``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def file_size(size: int) -> str:
    """``3 B``, ``45.3 kB``."""
    return numbers.value(size, "B")


def short(sha: str) -> str:
    """The first nine characters of a hash; a made-up name is kept a little longer."""
    return sha[:9] if re.fullmatch(r"[0-9a-f]{12,64}", sha) else sha[:24]


def metric_summary(metric: str) -> str:
    """One sentence of the registry, or an empty text."""
    return find(metric).summary


@lru_cache(maxsize=4096)
def variant_title(variant: str, hidden: frozenset[tuple[str, str]] = frozenset()) -> str:
    """``runtime=torch;threads=2`` -> ``torch · 2 threads``, without the pairs that are hidden."""
    pairs = [pair for pair in _pairs(variant) if pair not in hidden]
    return " · ".join(pair_title(*pair) for pair in pairs) or "default"


def pair_title(key: str, text: str) -> str:
    """One pair of a variant: ``threads``, ``2`` -> ``2 threads``."""
    if key == "weights" and text.startswith("synthetic"):
        return "synthetic weights"
    if key == "threads" and text == "1":
        return "1 thread"
    return _VARIANT_WORDS.get(key, "{}").format(text) if text else key


def shared_pairs(variants: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Pairs that all of these variants have, to be said once; none when there is only one."""
    sets = [frozenset(_pairs(variant)) for variant in set(variants)]
    return frozenset.intersection(*sets) if len(sets) > 1 else frozenset()


@lru_cache(maxsize=4096)
def _pairs(variant: str) -> tuple[tuple[str, str], ...]:
    """A few variants stand in very many rows."""
    return tuple(parse_pairs(variant).items())


def better(direction: str) -> str:
    """``lower is better``, or what to say when the metric has no direction."""
    return f"{direction} is better" if direction in {"lower", "higher"} else "no direction"


_VARIANT_WORDS = {"threads": "{} threads", "features": "+{}", "dataset": "on {}"}
