"""Words for suspects that were measured again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from history.report.wording import numbers

_NOW: Final = {"": "cleared", "suspect": "still suspect"}


def again(benchmark: str, variant: str, metric: str, state: str | None) -> str:
    """``cleared: micro.top_k[k=50] threads=1 operation_time``."""
    name = " ".join(part for part in (benchmark, variant, metric) if part)
    return f"{_NOW.get(state or '', state)}: {name}"


def count(states: Sequence[str]) -> str:
    """``3 suspects measured again: 2 cleared, 1 confirmed.``; an empty state is cleared."""
    told = dict.fromkeys(_NOW.get(state, state) for state in states)
    named = [_NOW.get(state, state) for state in states]
    parts = ", ".join(f"{named.count(state)} {state}" for state in told)
    return f"{numbers.counted(len(states), 'suspect')} measured again: {parts}."
