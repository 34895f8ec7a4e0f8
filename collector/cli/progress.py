"""Show the progress of a collection: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, TextIO

from collector.cli.outcome import outcome_line
from history.report.output import visible
from history.report.wording import numbers
from history.words.key import benchmark_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collector.contract import Case
    from collector.execution.watcher import Watcher
    from collector.planning.plan import Group, SuiteWork
    from history.words.records import Point

SILENCE_S: Final = 30.0
"""Seconds between two lines about a long case, without a terminal."""


def watcher(total: int) -> Watcher:
    """The display that suits stderr; stdout is kept for results."""
    if not sys.stderr.isatty():
        return Lines(total, sys.stderr)
    from collector.cli.bar import Bar

    return Bar(total)


class Lines:
    """One line per finished case, and one every half minute of a long one."""

    def __init__(
        self, total: int, stream: TextIO, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._total, self._stream, self._now = total, stream, now
        self._done = 0
        self._phase = ""
        self._began = self._said = now()

    def suite_started(self, work: SuiteWork) -> None:
        """Name the suite and how much there is to do."""
        skipped = len(work.plan.absences)
        rest = f", {skipped} skipped" if skipped else ""
        self._say(f"{work.name}: {numbers.counted(work.cases, 'benchmark')}{rest}")

    def group_started(self, work: SuiteWork, group: Group) -> None:
        """Prints nothing: a line is printed when a case ends."""

    def phase(self, case: Case, text: str) -> None:
        """Prints a line only when the last one is old.

        The rounds of a duet are many, and none of its cases ends before the last.
        """
        self._phase = text
        if self._now() - self._said >= SILENCE_S:
            self._say(f"  {self._elapsed()} {_label(case)}: {text}")

    def progress(self, case: Case, done: int, total: int) -> None:
        """A line when the last one is old, so that a long case does not look like a hang."""
        if self._now() - self._said >= SILENCE_S:
            self._say(f"  {self._elapsed()} {_label(case)}: {self._phase}, {done} of {total}")

    def case_done(self, work: SuiteWork, case: Case, points: Sequence[Point]) -> None:
        """One line with the outcome."""
        self._done += 1
        line = outcome_line(work, case, points)
        self._say(f"[{self._done}/{self._total}] {self._elapsed()} {line}")

    def note(self, text: str) -> None:
        """One line."""
        self._say(text)

    def close(self) -> None:
        """Nothing to close."""

    def _elapsed(self) -> str:
        return clock(self._now() - self._began)

    def _say(self, text: str) -> None:
        self._said = self._now()
        print(visible(text), file=self._stream, flush=True)


def _label(case: Case) -> str:
    """``recognise[audio=short] runtime=onnxruntime``."""
    name = benchmark_id("", case.benchmark, case.params)
    return f"{name} {case.variant.text()}".strip()


def clock(seconds: float) -> str:
    """``3:07``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
