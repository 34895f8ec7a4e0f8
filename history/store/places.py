"""Rank small non-negative integers without sorting."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_Ints = NDArray[np.int64]

_FAR: Final = 8
"""A table of all numbers up to the largest may be so many times as long as they are many."""


def ranked(numbers: _Ints) -> tuple[_Ints, _Ints]:
    """The different ones, rising, and (n,) the place of each among them; none is below 0."""
    size = _size(numbers)
    if not size:
        different, place = np.unique(numbers, return_inverse=True)
        return different, place.astype(np.int64)
    there = np.zeros(size, dtype=np.bool_)
    there[numbers] = True
    place = np.cumsum(there, dtype=np.int64) - 1
    return np.flatnonzero(there), place[numbers]


def firsts(numbers: _Ints) -> tuple[_Ints, _Ints]:
    """The different ones, rising, and where each stands first; none is below 0."""
    size = _size(numbers)
    if not size:
        different, first = np.unique(numbers, return_index=True)
        return different, first.astype(np.int64)
    first = np.full(size, -1, dtype=np.int64)
    first[numbers[::-1]] = np.arange(numbers.size - 1, -1, -1)  # the last that is written stays
    different = np.flatnonzero(first >= 0)
    return different, first[different]


def _size(numbers: _Ints) -> int:
    """How many numbers there may be up to the largest; 0 where a table of them is too long."""
    size = int(numbers.max()) + 1 if numbers.size else 0
    return size if size <= _FAR * numbers.size + 1024 else 0
