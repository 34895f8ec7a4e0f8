"""Match a glob of the configuration with a name.

Only ``*`` and ``?`` are special: names have brackets (``micro.top_k[k=50]``), so these are literal.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

EVERYTHING: Final = frozenset({"", "*"})
"""Globs that fit every name."""


def matches(pattern: str, name: str) -> bool:
    """Whether the whole name fits the pattern; an empty pattern fits every name."""
    return pattern in EVERYTHING or _compiled(pattern).fullmatch(name) is not None


def matches_benchmark(pattern: str, benchmark: str) -> bool:
    """Whether ``suite.benchmark[params]`` fits, with its parameters or without them."""
    return matches(pattern, benchmark) or matches(pattern, benchmark.partition("[")[0])


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.DOTALL)
