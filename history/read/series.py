"""One series: its key, and its points as arrays in commit order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from history.words.records import Qualifier, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from history.words.key import SeriesKey

MEASURED, SKIPPED, FAILED, INVALID = range(4)
"""The codes that stand for a status in arrays and in the files that pages load."""
STATUSES: Final = tuple(map(str, Status))
"""The statuses, indexed by their code."""
EXACT, ABOUT, BELOW, ABOVE = range(4)
QUALIFIERS: Final = tuple(map(str, Qualifier))
"""The qualifiers of a number, indexed by their code."""


@dataclass(frozen=True, eq=False)
class Series:
    """One series. All arrays have one entry per point, absent ones included, in commit order."""

    series_id: str
    series_key: int
    """Its key in the database."""
    key: SeriesKey
    direction: str
    """lower, higher or none."""
    kind: str
    runs: NDArray[np.int64]
    """(n,) positions in ``View.runs``."""
    status: NDArray[np.uint8]
    """(n,) MEASURED, SKIPPED, FAILED or INVALID."""
    values: NDArray[np.float64]
    """(n,) aggregates in the series' unit; NaN where nothing was measured."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """(n,) ends of the 95 % intervals; NaN where there is none."""
    spread: NDArray[np.float64]
    """(n,) interquartile range of the samples; NaN below four samples."""
    n: NDArray[np.int64]
    """(n,) samples behind each point."""
    qualifier: NDArray[np.uint8]
    """(n,) EXACT, ABOUT, BELOW or ABOVE."""
    fingerprint: NDArray[np.uint64]
    """(n,) hash of the output's fingerprint; 0 where none was taken."""
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Index of a point -> why it was not measured."""
    warnings: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Index of a point -> warnings of its measurement, one sentence each."""
    ranges: frozenset[int] = frozenset()
    """Indices of points with a range of two or three samples instead of an interval."""

    @property
    def size(self) -> int:
        """Number of points, including absences."""
        return self.values.size

    def up_to(self, end: int) -> Series:
        """The series with only its first points."""
        return replace(
            self,
            **{
                name: getattr(self, name)[:end]
                for name in (
                    *("runs", "status", "values", "low", "high", "spread", "n"),
                    *("qualifier", "fingerprint"),
                )
            },
            reasons={index: why for index, why in self.reasons.items() if index < end},
            warnings={index: said for index, said in self.warnings.items() if index < end},
            ranges=frozenset(index for index in self.ranges if index < end),
        )

    @cached_property
    def measured(self) -> NDArray[np.int64]:
        """Indices of the points that are measurements, ascending."""
        return np.flatnonzero((self.status == MEASURED) & np.isfinite(self.values))

    @property
    def last(self) -> int:
        """Index of the newest measured point, or -1."""
        return int(self.measured[-1]) if self.measured.size else -1

    def measured_before(self, index: int) -> int:
        """Index of the newest measured point before this one, or -1."""
        place = int(np.searchsorted(self.measured, index))
        return int(self.measured[place - 1]) if place else -1

    def status_of(self, index: int) -> str:
        """Status of a point: ``measured``, ``skipped``, ``failed`` or ``invalid``."""
        return STATUSES[int(self.status[index])]

    def qualifier_of(self, index: int) -> str:
        """How the number of a point was stated: ``exact``, ``about``, ``below`` or ``above``."""
        return QUALIFIERS[int(self.qualifier[index])]

    def remark(self, index: int) -> str:
        """The reason of an absence, or the warnings of a measurement; mostly empty."""
        return self.reasons.get(index) or " ".join(self.warnings.get(index, ()))
