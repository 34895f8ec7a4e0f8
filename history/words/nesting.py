"""Tell how deeply lists and tables of JSON stand in one another, without recursion."""

from __future__ import annotations


def is_deeper(value: object, most: int) -> bool:
    """Whether more than ``most`` lists and objects that hold anything stand in one another."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(most):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return any(level)
