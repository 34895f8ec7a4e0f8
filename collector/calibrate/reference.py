"""The fixed work that gauges a machine: arithmetic inside the cache, and a copy far beyond it.

It is a suite like any other, run in its own child by ``calibrate.py``. Never change the
work: its times are compared over years. A different work needs a new benchmark name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from collector.contract import (
    Case,
    Process,
    Requirement,
    Sampling,
    StageTimer,
    SuitePlan,
    Work,
    WorkOutcome,
)
from history.words.records import Invalid, Measured, Variant

if TYPE_CHECKING:
    from collector.contract import Samples

COMPUTE: Final = "calibration_compute_time"
MEMORY: Final = "calibration_memory_time"

_ELEMENTS: Final = 8192
"""float64: 64 KiB, inside every level-2 cache."""
_PASSES: Final = 100
"""About 0.3 ms: shorter than a slice of the scheduler, so that some samples run undisturbed."""
_COPY_BYTES: Final = 32 * 2**20
"""Beyond the caches of hosted runners; source and target together are 64 MiB."""


class NoOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No options: the work is fixed."""


class Reference:
    """The reference workload as a suite."""

    name = "calibration"
    version = 1
    summary = "Fixed work that gauges the machine before and after each suite."
    requirements: tuple[Requirement, ...] = ()
    options: type[msgspec.Struct] = NoOptions

    def plan(self, options: msgspec.Struct, profile: str) -> SuitePlan:
        """Two cases in one process; every profile is alike."""
        del options, profile
        sampling = Sampling(warmup=5, min_repeats=10)
        cases = tuple(
            Case(
                benchmark="reference",
                process="reference",
                metrics=(metric,),
                params={"work": work},
                variant=Variant(implementation="numpy", device="cpu", threads="1"),
                sampling=sampling,
            )
            for work, metric in (("compute", COMPUTE), ("memory", MEMORY))
        )
        return SuitePlan(processes=(Process(name="reference"),), cases=cases)

    def open(
        self, process: Process, options: msgspec.Struct, profile: str, workspace: Path
    ) -> Reference:
        """Nothing is loaded but numpy."""
        del process, options, profile, workspace
        return self

    def facts(self) -> dict[str, Any]:
        """The version of what does the work."""
        import numpy as np

        return {"numpy": np.__version__}

    def prepare(self, case: Case) -> Work:
        """One of the two works, with its memory already touched."""
        return _Compute() if case.metrics[0] == COMPUTE else _Memory()

    def close(self) -> None:
        """Nothing is held."""

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """Nothing beyond the time."""
        del case, samples, outcome
        return {}


class _Compute:
    """819 200 float64 multiplications and as many additions, one thread, no library of BLAS."""

    def __init__(self) -> None:
        import numpy as np

        self._multiply, self._add = np.multiply, np.add
        self._values = np.linspace(0.5, 1.5, _ELEMENTS)

    def run(self, timer: StageTimer) -> object:
        """``x = 0.999 x + 0.001`` again and again: converges to 1, never to a denormal number."""
        del timer
        values, multiply, add = self._values, self._multiply, self._add
        for _ in range(_PASSES):
            multiply(values, 0.999, out=values)
            add(values, 0.001, out=values)
        return values

    def finish(self) -> WorkOutcome:
        """Nothing to say."""
        return WorkOutcome()


class _Memory:
    """A copy of 32 MiB."""

    def __init__(self) -> None:
        import numpy as np

        self._copy = np.copyto
        self._source = np.ones(_COPY_BYTES, dtype=np.uint8)
        self._target = np.zeros(_COPY_BYTES, dtype=np.uint8)

    def run(self, timer: StageTimer) -> object:
        """One copy between memory that is already there."""
        del timer
        self._copy(self._target, self._source)
        return self._target

    def finish(self) -> WorkOutcome:
        """Nothing to say."""
        return WorkOutcome()
