"""Split a measured total into its stages and an unattributed rest, run by run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from history.words.metrics import composition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from history.read.samples import Samples
    from history.read.series import Series

    Floats = NDArray[np.float64]

UNATTRIBUTED: Final = "unattributed_time"
ROUNDING: Final = 1e-6
"""Tolerated difference between a total and the sum of its parts, as a share: samples are stored in
whole nanoseconds.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A total and its parts over the same n runs; NaN where one is missing."""

    whole: Series
    parts: dict[str, Floats]
    """(n,) of each part, in the order in which they run."""
    rest: Floats
    """(n,) the unattributed time: the median over repeats where it was measured, else the total's
    median less the parts, at least 0.
    """
    is_measured: bool
    """Whether `rest` was measured in each repeat."""


def split(own: Mapping[str, Series], samples: Samples) -> Split | None:
    """The split of the metrics of one benchmark, variant and machine; None without a total.

    ``samples`` show whether the measured rest belongs to these parts.
    """
    chosen = composition(own)
    if chosen is None:
        return None
    whole = own[chosen.whole]
    parts = {name: _aligned(whole, own[name]) for name in chosen.parts}
    rest = np.maximum(whole.values - np.sum(list(parts.values()), axis=0), 0.0)
    left = own.get(UNATTRIBUTED)
    measured = left is not None and _adds_up(whole, [own[name] for name in parts], left, samples)
    if left is not None and measured:
        told = _aligned(whole, left)
        rest = np.where(np.isfinite(told), told, rest)
    return Split(whole, parts, rest, measured)


def _adds_up(whole: Series, parts: list[Series], left: Series, samples: Samples) -> bool:
    """Whether in the newest common run every repeat is the sum of its parts and the rest.

    A program may have stages that are part of no known total; then its unattributed time is less
    than what these parts leave.
    """
    rows = [dict(samples.get(one.series_id, ())) for one in (whole, *parts, left)]
    common = set(rows[0]).intersection(*rows[1:])
    if not common:
        return False
    of_whole, *others = (np.asarray(row[max(common)], dtype=np.float64) for row in rows)
    if not of_whole.size or any(other.size != of_whole.size for other in others):
        return False
    off = np.abs(of_whole - np.sum(others, axis=0))
    return bool((off <= ROUNDING * np.abs(of_whole) + 1e-8).all())


def _aligned(whole: Series, part: Series) -> Floats:
    """The values of a part at the runs of the total; NaN where it has none."""
    aligned = np.full(whole.runs.size, np.nan)
    common, left, right = np.intersect1d(whole.runs, part.runs, return_indices=True)
    if common.size:
        aligned[left] = part.values[right]
    return aligned
