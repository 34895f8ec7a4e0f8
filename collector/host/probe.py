"""Estimate the smallest change this machine can detect, from seconds of reference work."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from collector.calibrate.calibrate import Calibrator
from collector.protocol.process import ChildError, ProblemError

PROCESSES: Final = 3
ROUNDS: Final = 6
"""Readings per process; a fresh process has other memory and so another speed."""
_POWER: Final = 1.96 + 0.84
"""Normal quantiles: 5 % false alarms on two sides, 80 % of real changes seen."""
_MAD_TO_SIGMA: Final = 1.4826


class Noise(NamedTuple):
    """The noise of one kind of work on this machine."""

    work: str
    readings: int
    median_s: float
    spread: float
    """Robust standard deviation of a reading, as a share of the median."""

    @property
    def smallest_change(self) -> float:
        """Smallest change between two runs of one point each that would be seen 4 times in 5.

        2.8 standard deviations of a difference of two readings.
        """
        return _POWER * math.sqrt(2) * self.spread


class Probe(NamedTuple):
    """The result of the probe."""

    noise: tuple[Noise, ...]
    failure: str
    """Why readings are missing; empty when all went well."""


def probe(folder: Path) -> Probe:
    """Run the reference work in a few fresh children; about three seconds."""
    readings: dict[str, list[float]] = {}
    failure = ""
    for _ in range(PROCESSES):
        calibrator = Calibrator(folder)
        try:
            for _ in range(ROUNDS):
                for work, reading in calibrator.read().items():
                    readings.setdefault(work, []).append(reading.median_s)
        except (ChildError, ProblemError) as error:
            failure = str(error)
        finally:
            calibrator.close()
    return Probe(tuple(noise_of(work, values) for work, values in readings.items()), failure)


def noise_of(work: str, readings: Sequence[float]) -> Noise:
    """Noise of medians in seconds; one reading has none to speak of and counts as zero."""
    values = np.asarray(readings, dtype=np.float64)
    logs = np.log(values)
    spread = _MAD_TO_SIGMA * float(np.median(np.abs(logs - np.median(logs))))
    return Noise(work, values.size, float(np.median(values)), spread)
