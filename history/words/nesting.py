"""Check the nesting depth of JSON without recursion."""

from __future__ import annotations

from itertools import chain, compress
from typing import Any, Final

_HOLDS: Final = (dict, list)


def is_deeper(value: object, most: int) -> bool:
    """Whether lists and objects are nested more than ``most`` levels deep."""
    level = _holding([value])
    for _ in range(most):
        level = _holding(
            list(
                chain.from_iterable(
                    outer.values() if isinstance(outer, dict) else outer for outer in level
                )
            )
        )
        if not level:
            return False
    return any(level)


def _holding(values: list[Any]) -> list[Any]:
    """The lists and objects among them; each type is checked once, since values are millions."""
    holds = {kind for kind in set(map(type, values)) if issubclass(kind, _HOLDS)}
    return list(compress(values, map(holds.__contains__, map(type, values))))
