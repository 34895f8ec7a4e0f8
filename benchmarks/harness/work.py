"""The function and the command that every tool measures."""

from __future__ import annotations

import sys

ROUNDS = 2000


def work() -> int:
    """Some 100 µs of Python that needs no package."""
    total = 0
    for number in range(ROUNDS):
        total += number * number % 7
    return total


COMMAND = [sys.executable, "-S", "-c", "sum(n * n % 7 for n in range(200_000))"]
"""Some 30 ms: start, a sum, end."""
