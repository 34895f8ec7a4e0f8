"""Gauge the machine before and after each suite, and say when it changed speed in between.

One child holds the reference work (``reference.py``) for the whole collection, so that two
readings differ by the machine alone. Raw values are never altered by it: the readings are points of
their own, and the drift is a warning and a field of the environment.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from collector.calibrate.reference import Reference
from collector.protocol import messages
from collector.protocol.process import ChildError, ChildProcess, ProblemError
from collector.results import points
from collector.results.aggregate import choose
from collector.results.samples import CaseResult, Taken, arrays
from history.stats.summary import Summary, summarise
from history.words.records import Failed

if TYPE_CHECKING:
    from collector.contract import Case
    from history.words.records import Point

DRIFT: Final = 0.05
"""A machine that changed speed by more than this between two readings marks the suite."""
REPEATS: Final = {"compute": 60, "memory": 25}
NEEDED: Final = 6
"""Undisturbed samples that make a reading without the preempted ones."""
TRIES: Final = 4
FRESH_S: Final = 1.0
"""The reading after one suite serves as the one before the next if it is not older than this."""
_TIMEOUT_S: Final = 60.0


class Reading(NamedTuple):
    """The reference work at one moment."""

    summary: Summary
    crowded: bool
    """Whether preempted samples had to be counted; then it gauges the neighbours as well."""


@dataclass(frozen=True)
class Drift:
    """How much slower one kind of work was after a suite than before it."""

    suite: str
    work: str
    before_s: float
    after_s: float
    significant: bool
    """Whether the two intervals of the median lie apart, and neither reading was crowded."""

    @property
    def share(self) -> float:
        """0.1: ten percent slower after than before."""
        return self.after_s / self.before_s - 1

    def marked(self, limit: float) -> bool:
        """Whether the machine plainly changed speed by more than the limit."""
        return self.significant and abs(self.share) > limit


@dataclass
class Calibrator:
    """Takes the readings; a reference child that fails costs the calibration and nothing else."""

    folder: Path
    drift_limit: float = DRIFT
    failure: str = ""
    _child: ChildProcess | None = None
    _results: dict[str, CaseResult] = field(default_factory=dict)
    _readings: list[tuple[str, str, dict[str, Reading]]] = field(default_factory=list)
    _rounds: int = 0
    _last: float = -FRESH_S

    def before(self, suite: str) -> None:
        """Read, unless the reading after the suite before has only just been taken."""
        if self._readings and time.monotonic() - self._last < FRESH_S:
            self._readings.append((suite, "before", self._readings[-1][2]))
            return
        self._read(suite, "before")

    def after(self, suite: str) -> None:
        """Read again."""
        self._read(suite, "after")
        self._last = time.monotonic()

    def drifts(self) -> tuple[Drift, ...]:
        """One per suite and kind of work that has both readings."""
        found = []
        pending: dict[str, dict[str, Reading]] = {}
        for suite, when, reading in self._readings:
            if when == "before":
                pending[suite] = reading
                continue
            for work, after in reading.items():
                before = pending.get(suite, {}).get(work)
                if before is not None:
                    found.append(_drift(suite, work, before, after))
        return tuple(found)

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

    def environment(self) -> dict[str, float | str]:
        """``compute before micro``, ``compute after micro``, ``compute drift micro`` and so on."""
        fields: dict[str, float | str] = {"drift limit": self.drift_limit}
        for drift in self.drifts():
            fields[f"{drift.work} before {drift.suite}"] = drift.before_s
            fields[f"{drift.work} after {drift.suite}"] = drift.after_s
            fields[f"{drift.work} drift {drift.suite}"] = round(drift.share, 5)
        disturbed = dict.fromkeys(d.suite for d in self.drifts() if d.marked(self.drift_limit))
        fields["disturbed suites"] = ", ".join(disturbed) if disturbed else "none"
        if self.failure:
            fields["failed"] = self.failure
        return fields

    def warnings(self) -> list[str]:
        """One for each work at which the machine plainly changed speed, and during which suites."""
        marked = [drift for drift in self.drifts() if drift.marked(self.drift_limit)]
        found = []
        for work in dict.fromkeys(drift.work for drift in marked):
            during = [
                f"{_percent(drift.share)} during {drift.suite}"
                for drift in marked
                if drift.work == work
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

    def read(self) -> dict[str, Reading]:
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

    def _gauge(self, child: ChildProcess, key: int, result: CaseResult) -> Reading:
        blocks: list[Taken] = []
        command = messages.Round(key=key, repeats=REPEATS[result.case.params["work"]], max_s=0.0)
        while True:
            blocks.append(Taken(self._rounds, child.ask(command, messages.Block, _TIMEOUT_S)))
            data = arrays(result.case, blocks)
            chosen = choose(data.total_s, data.preempted, NEEDED)
            if not chosen.spoiled or len(blocks) == TRIES:
                result.blocks += blocks
                return Reading(summarise(chosen.samples), crowded=chosen.spoiled)

    def _read(self, suite: str, when: str) -> None:
        if self.failure:
            return
        try:
            self._readings.append((suite, when, self.read()))
        except (ChildError, ProblemError) as error:
            self.failure = str(error)
            self.close()

    def _opened(self) -> ChildProcess:
        if self._child is None:
            suite = Reference()
            plan = suite.plan(suite.options(), "quick")
            self._child = ChildProcess(plan.processes[0], self.folder)
            opening = messages.Open(
                suite="collector.calibrate.reference:Reference",
                options={},
                profile="quick",
                workspace=".",
                process=plan.processes[0],
            )
            self._child.ask(opening, messages.Ready, _TIMEOUT_S)
            for key, case in enumerate(plan.cases):
                self._results[case.params["work"]] = self._prepared(key, case)
        return self._child

    def _prepared(self, key: int, case: Case) -> CaseResult:
        if self._child is None:
            raise ChildError("the reference child is gone")
        self._child.ask(messages.Prepare(key=key, case=case), messages.Prepared, _TIMEOUT_S)
        self._child.ask(messages.WarmUp(key=key), messages.Warm, _TIMEOUT_S)
        return CaseResult(case)


def _drift(suite: str, work: str, before: Reading, after: Reading) -> Drift:
    one, other = before.summary, after.summary
    apart = one.interval.high < other.interval.low or other.interval.high < one.interval.low
    judged = apart and not before.crowded and not after.crowded
    return Drift(suite, work, one.median, other.median, judged)


def _percent(share: float) -> str:
    how = "slower" if share > 0 else "faster"
    return f"{abs(share) * 100:.0f} % {how}"
