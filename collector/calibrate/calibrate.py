"""Gauge the machine before and after each suite, and say when it changed speed in between.

One child holds the reference work (``reference.py``) for the whole collection, so that two
readings differ by the machine alone. Raw values are never altered by it: the readings are points of
their own, kept in the environment too, and a drift is a warning.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from collector.calibrate.reference import Reference
from collector.measure.report import Block, Warm
from collector.protocol import messages
from collector.protocol.process import ChildError, ChildProcess, ProblemError
from collector.results import points
from collector.results.aggregate import choose
from collector.results.samples import CaseResult, Taken, arrays
from history.stats.summary import Interval, in_order, median_interval, middle_of
from history.words import calibration
from history.words.records import Failed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from history.words.records import Point

DRIFT: Final = 0.05
"""A machine that changed speed by more than this between two readings marks the suite."""
REPEATS: Final = {"compute": 60, "memory": 25}
QUICK_REPEATS: Final = {"compute": 60, "memory": 12}
"""One repeat of the memory work takes 15 ms; 25 of them took 4 % of a quick run."""
NEEDED: Final = 6
"""Undisturbed samples that make a reading without the preempted ones."""
TRIES: Final = 4
FRESH_S: Final = 1.0
"""The reading after one suite serves as the one before the next if it is not older than this."""
_TIMEOUT_S: Final = 60.0
_REFERENCE: Final = "collector.calibrate.reference:Reference"


class Gauge(NamedTuple):
    """One reading of the reference work."""

    median_s: float
    interval: Interval
    """95 % interval of the median, in seconds."""
    crowded: bool
    """Whether preempted samples had to be counted; then it gauges the neighbours as well."""


def gauged(samples_s: ArrayLike, *, crowded: bool = False) -> Gauge:
    """The reading that these samples, n >= 1, give."""
    return Gauge(middle_of(in_order(samples_s)), median_interval(samples_s), crowded)


@dataclass
class Calibrator:
    """Takes the readings. When the reference child fails, only the calibration is lost."""

    folder: Path
    drift_limit: float = DRIFT
    repeats: Mapping[str, int] = field(default_factory=lambda: REPEATS)
    """Samples of each kind of work in a reading."""
    failure: str = ""
    _child: ChildProcess | None = None
    _results: dict[str, CaseResult] = field(default_factory=dict)
    _gauges: list[tuple[str, str, dict[str, Gauge]]] = field(default_factory=list)
    _rounds: int = 0
    _last: float = -FRESH_S

    def before(self, suite: str) -> None:
        """Take a reading, unless the one after the previous suite is still fresh."""
        if self._gauges and time.monotonic() - self._last < FRESH_S:
            self._gauges.append((suite, "before", self._gauges[-1][2]))
            return
        self._read(suite, "before")

    def after(self, suite: str) -> None:
        """Take the reading after a suite."""
        self._read(suite, "after")
        self._last = time.monotonic()

    def calibration(self) -> calibration.Calibration:
        """What the run keeps: a reading for each suite and kind of work that was gauged twice."""
        found = []
        pending: dict[str, dict[str, Gauge]] = {}
        for suite, when, gauges in self._gauges:
            if when == "before":
                pending[suite] = gauges
                continue
            for work, after in gauges.items():
                before = pending.get(suite, {}).get(work)
                if before is not None:
                    found.append(_reading(suite, work, before, after, self.drift_limit))
        return calibration.Calibration(
            readings=tuple(found), limit=self.drift_limit, failure=self.failure
        )

    def points(self) -> tuple[Point, ...]:
        """All readings of this run as points of the suite ``calibration``; rounds are readings."""
        suite = Reference()
        found: list[Point] = []
        for case in suite.plan(suite.options(), "quick").cases:
            result = self._results.get(case.params["work"])
            if result is not None and result.blocks:
                found += points.make(suite, suite.name, result).points
            elif self.failure:
                found += points.absent(suite.name, case, Failed(reason=self.failure))
        return tuple(found)

    def warnings(self) -> list[str]:
        """One for each work at which the machine plainly changed speed, and during which suites."""
        marked = [reading for reading in self.calibration().readings if reading.disturbed]
        found = []
        for work in dict.fromkeys(reading.work for reading in marked):
            during = [
                f"{_percent(reading.drift)} during {reading.suite}"
                for reading in marked
                if reading.work == work
            ]
            found.append(
                f"The machine changed its speed at the reference work ({work}): it became"
                f" {', '.join(during)}; its other users or its clock changed: measure"
                f" {'this suite' if len(during) == 1 else 'these suites'} again before you trust a"
                " difference of that size."
            )
        if self.failure:
            found.append(f"The machine was not gauged: {self.failure}.")
        return found

    def close(self) -> None:
        """End the reference child."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def read(self) -> dict[str, Gauge]:
        """One reading of each kind of work, from the samples that were left alone.

        A crowded machine is asked again a few times; if it leaves too few samples alone even then,
        all of them make the reading, which says so. Raises ChildError or ProblemError when the
        reference child fails.
        """
        child = self._opened()
        self._rounds += 1
        return {
            work: self._gauge(child, key, result)
            for key, (work, result) in enumerate(self._results.items())
        }

    def _gauge(self, child: ChildProcess, key: int, result: CaseResult) -> Gauge:
        blocks: list[Taken] = []
        command = messages.Round(
            key=key, repeats=self.repeats[result.case.params["work"]], max_s=0.0
        )
        while True:
            blocks.append(Taken(self._rounds, child.ask(command, Block, _TIMEOUT_S)))
            data = arrays(result.case, blocks)
            chosen = choose(data.total_s, data.preempted, NEEDED)
            if not chosen.spoiled or len(blocks) == TRIES:
                result.blocks += blocks
                return gauged(chosen.samples, crowded=chosen.spoiled)

    def _read(self, suite: str, when: str) -> None:
        if self.failure:
            return
        try:
            self._gauges.append((suite, when, self.read()))
        except (ChildError, ProblemError) as error:
            self.failure = str(error)
            self.close()

    def _opened(self) -> ChildProcess:
        """The reference child, started and warm."""
        if self._child is not None:
            return self._child
        suite = Reference()
        plan = suite.plan(suite.options(), "quick")
        child = self._child = ChildProcess(plan.processes[0], self.folder)
        child.open(_REFERENCE, {}, "quick", Path(), _TIMEOUT_S)
        for key, case in enumerate(plan.cases):
            child.ask(messages.Prepare(key=key, case=case), messages.Prepared, _TIMEOUT_S)
            child.ask(messages.WarmUp(key=key), Warm, _TIMEOUT_S)
            self._results[case.params["work"]] = CaseResult(case)
        return child


def _reading(
    suite: str, work: str, before: Gauge, after: Gauge, limit: float
) -> calibration.Reading:
    """Marked when the two intervals of the median lie apart, and neither gauge was crowded."""
    one, other = before.interval, after.interval
    apart = one.high < other.low or other.high < one.low
    crowded = before.crowded or after.crowded
    drift = after.median_s / before.median_s - 1
    return calibration.Reading(
        suite=suite,
        work=work,
        before_s=before.median_s,
        after_s=after.median_s,
        disturbed=apart and not crowded and abs(drift) > limit,
        crowded=crowded,
    )


def _percent(share: float) -> str:
    how = "slower" if share > 0 else "faster"
    return f"{abs(share) * 100:.0f} % {how}"
