"""Tell how deeply lists and tables of JSON stand in one another, without recursion."""

from __future__ import annotations

from typing import Final

_HOLDS: Final = (dict, list)
"""A pair, since asking for ``dict | list`` takes three times as long, and there are millions."""


def is_deeper(value: object, most: int) -> bool:
    """Whether more than ``most`` lists and objects that hold anything stand in one another."""
    level = [value] if isinstance(value, _HOLDS) else []
    for _ in range(most):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, _HOLDS)
        ]
        if not level:
            return False
    return any(level)
