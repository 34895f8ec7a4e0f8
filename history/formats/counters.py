"""Choose the metric of a user-defined counter, which tools store without a unit."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeGuard

from history.words.metrics import Direction, registry

_RATES: Final = {"bytes_per_second": "bandwidth", "items_per_second": "throughput"}
_SPEED: Final = "_per_second"


class Counter(NamedTuple):
    """The metric of a counter."""

    metric: str
    unit: str
    direction: Direction | None


def counter(key: str) -> Counter:
    """``frames_per_second`` is frames/s, better high; any other unknown key has no direction."""
    metric = _RATES.get(key, key)
    if metric in registry():
        return Counter(metric, "", None)
    if key.endswith(_SPEED):
        return Counter(metric, f"{key.removesuffix(_SPEED)}/s", Direction.HIGHER)
    return Counter(metric, "", Direction.NONE)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a number, and neither true nor false."""
    return isinstance(value, int | float) and not isinstance(value, bool)
