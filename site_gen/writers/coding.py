"""Write numbers as whole steps and lists as differences, so that what pages load is small.

A step is 1, 2 or 5 times a power of ten, the largest that is no more than a ten-thousandth of the
median, nor than a tenth where whole numbers are written. A number is kept as the step nearest to
it, or as the next one where the nearest would be written with other digits: what is read back is
written as the full number is (``history/report/wording/numbers.py``). Whole pieces are kept one by
one. A list of whole numbers is its first number and then what each adds to the one before, which
loses nothing; an absence (null) adds nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FINEST: Final = 1e-4
"""The largest step as a share of the median."""
ROUND: Final = (5, 2, 1)
COUNTED: Final = frozenset({"count", "", "B"})
"""Units whose numbers are written with every digit where they are whole."""
LARGEST: Final = 2.0**53
"""Beyond it a browser does not count one by one."""
_DIGITS: Final = 3
_TENTH: Final = 0.1
_POWERS: Final = 1e9
"""From here on numbers are written as powers of ten, below it with their whole part."""
_BARELY: Final = 1e-12
"""A share of a number: nearer to a border a browser's product may fall on either side."""


def step(values: NDArray[np.float64], unit: str) -> tuple[int, int]:
    """Mantissa and power of ten of the step in which numbers of a unit are kept."""
    kept = np.abs(values[np.isfinite(values)])
    if unit in COUNTED and kept.size and (kept == np.rint(kept)).all() and kept.max() < LARGEST:
        return 1, 0
    kept = kept[kept > 0]
    if kept.size == 0:
        return 1, 0
    median = float(np.median(kept))
    most = median * FINEST if median >= _POWERS else min(median * FINEST, _TENTH)
    most *= 1 + _BARELY
    power = math.floor(math.log10(most))
    return next((one for one in ROUND if one * 10.0**power <= most), 1), power


def read(whole: NDArray[np.float64], of: tuple[int, int]) -> NDArray[np.float64]:
    """The numbers again, as a browser works them out: rounded once, so 0.1235 is 0.1235."""
    mantissa, power = of
    return whole * mantissa / 10.0**-power if power < 0 else whole * mantissa * 10.0**power


def whole(values: NDArray[np.float64], of: tuple[int, int]) -> NDArray[np.float64]:
    """Whole steps as floats, NaN where there is no number; never in another order than `values`."""
    mantissa, power = of
    quantum = float(f"{mantissa}e{power}")
    scaled = values / quantum
    nearest = np.rint(scaled)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Half of the last written place, in steps: what is written changes at its multiples.
        size = np.abs(values)
        place = 10.0 ** (np.floor(np.log10(size)) - _DIGITS + 1)
        half = np.where(size < _POWERS, np.minimum(place, 1.0), place) / (2 * quantum)
        cell, slack = np.floor(scaled / half), np.abs(nearest) * _BARELY
        below = nearest < cell * half + slack
        beyond = nearest > (cell + 1) * half - slack
        fine = np.isfinite(half) & (half >= 2)  # what is far below the median has fewer digits
        on_border = np.abs(scaled - np.rint(scaled / half) * half) <= slack
    moved = fine & ~on_border
    return nearest + np.where(moved & below, 1.0, 0.0) - np.where(moved & beyond, 1.0, 0.0)


def differences(
    values: NDArray[np.float64] | NDArray[np.int64] | Sequence[int],
) -> list[int | None]:
    """The first whole number, then what each adds to the one before; null for NaN."""
    given = np.asarray(values, dtype=np.float64)
    known = np.isfinite(given)
    found: list[int | None]
    if known.all():
        found = np.diff(given, prepend=0.0).astype(np.int64).tolist()
        return found
    found = [None] * given.size
    steps = np.diff(given[known], prepend=0.0).astype(np.int64).tolist()
    for place, one in zip(np.flatnonzero(known).tolist(), steps, strict=True):
        found[place] = one
    return found
