"""Split a series at its changes, and compute the level of each part."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from history.read.series import Series


class Level(NamedTuple):
    """The part of a series between two changes."""

    first: int
    last: int
    """Indices of its first and last point, absent ones included."""
    value: float
    """Median of its measured points, in the unit of the series."""


def levels(series: Series, starts: Iterable[int]) -> tuple[Level, ...]:
    """The levels that begin at these indices and at the first point, without empty ones."""
    found = []
    for first, end in pairwise([0, *sorted({*starts} - {0}), series.size]):
        part = series.values[first:end]
        part = part[np.isfinite(part)]
        if part.size:
            found.append(Level(first, end - 1, float(np.median(part))))
    return tuple(found)
