"""The function and the command that every tool measures."""

from __future__ import annotations

import re
import sys

TEXT = "the quick brown fox jumps over the lazy dog and " * 200
PATTERN = re.compile(r"o[a-z]* l[a-z]+ c")


def work() -> None:
    """Some 4 ms of native code on one piece of memory, without a package.

    Not a loop of the interpreter: how fast that is depends on where on the heap its numbers lie,
    and what is compared here is tools.
    """
    for _ in range(180):
        PATTERN.search(TEXT)


COMMAND = [sys.executable, "-S", "-c", "sum(n * n % 7 for n in range(200_000))"]
"""Some 30 ms: start, a sum, end."""
