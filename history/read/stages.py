"""Split a measured whole into its stages, run by run, with what no stage accounts for."""

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
"""Share of the whole by which its repeats may differ from the sum of their parts: samples are kept
in whole nanoseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A whole and its parts over the same n runs; NaN where something is missing."""

    whole: Series
    parts: dict[str, Floats]
    """(n,) of each part, in the order in which they run."""
    rest: Floats
    """(n,) what no part accounts for: the median of what was left over in each repeat, where that
    was measured; else what is left of the whole's median, which is at least 0."""
    is_measured: bool
    """Whether `rest` is of the repeats themselves."""


def split(own: Mapping[str, Series], samples: Samples) -> Split | None:
    """What the metrics of one benchmark, variant and machine add up to; None without a whole.

    ``samples`` tell whether the remainder that was measured is that of these very parts.
    """
    chosen = composition(own)
    if chosen is None:
        return None
    whole = own[chosen.whole]
    parts = {name: _aligned(whole, own[name]) for name in chosen.parts}
    rest = np.maximum(whole.values - np.sum(list(parts.values()), axis=0), 0.0)
    left = own.get(UNATTRIBUTED)
    measured = left is not None and adds_up(whole, [own[name] for name in parts], left, samples)
    if left is not None and measured:
        told = _aligned(whole, left)
        rest = np.where(np.isfinite(told), told, rest)
    return Split(whole, parts, rest, measured)


def adds_up(whole: Series, parts: list[Series], left: Series, samples: Samples) -> bool:
    """Whether every repeat of the newest run that all have is the sum of its parts and the rest.

    A program may have stages that are no part of any whole we know; what it calls unattributed is
    then less than what is missing from these parts.
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
    """The values of a part at the runs of the whole; NaN where it has none."""
    aligned = np.full(whole.runs.size, np.nan)
    common, left, right = np.intersect1d(whole.runs, part.runs, return_indices=True)
    if common.size:
        aligned[left] = part.values[right]
    return aligned
