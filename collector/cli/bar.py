"""Show the progress of a collection on a terminal: a bar, and below it the current step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from collector.cli.outcome import outcome_line
from history.report.output import visible
from history.words.key import benchmark_id
from history.words.records import Measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from collector.contract import Case
    from collector.planning.plan import Group, SuiteWork
    from history.words.records import Point

_FIRST: Final = "looking at the machine"
"""Shown before the first suite starts, while load, clock and reference work are read."""
_WIDE: Final = 80
"""Width of the terminal, in columns, from which the long bar is drawn."""


class _Lines(Progress):
    """A bar with a separate line for the current step: on one line long names would be cut."""

    def get_renderables(self) -> Iterable[RenderableType]:
        for task in self.tasks:
            yield self.make_tasks_table([task])
            yield Text(task.description, overflow="fold")


class Bar:
    """A bar with suite, elapsed and remaining time; below it the benchmark and its phase."""

    def __init__(self, total: int, console: Console | None = None) -> None:
        """``console`` is where it is drawn, by default the terminal of the errors."""
        screen = console or Console(stderr=True)
        # Drawing costs processor time that the measured child could use: twice a second is enough.
        self._progress = _Lines(
            TextColumn("{task.fields[suite]}", markup=False),
            BarColumn(bar_width=24 if screen.width >= _WIDE else 8),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(compact=True),
            console=screen,
            refresh_per_second=2,
            transient=True,
        )
        self._doing = ""
        self._task = self._progress.add_task(_FIRST, total=total, suite="")
        self._progress.start()

    def suite_started(self, work: SuiteWork) -> None:
        """Name the suite."""
        self._progress.update(self._task, suite=work.name)

    def group_started(self, work: SuiteWork, group: Group) -> None:
        """Name the benchmark."""
        name = benchmark_id(work.name, group[0].benchmark, group[0].params)
        self._progress.update(self._task, description=visible(name))

    def phase(self, case: Case, text: str) -> None:
        """Name the benchmark and what is done to it."""
        name = benchmark_id("", case.benchmark, case.params)
        self._doing = f"{name} · {text}"
        self._progress.update(self._task, description=visible(self._doing))

    def progress(self, case: Case, done: int, total: int) -> None:
        """Show the progress of that step."""
        del case
        text = visible(f"{self._doing} · {done}/{total}")
        self._progress.update(self._task, description=text)

    def case_done(self, work: SuiteWork, case: Case, points: Sequence[Point]) -> None:
        """Advance the bar; a case that went wrong stays on the screen."""
        self._progress.advance(self._task)
        if not isinstance(points[0].outcome, Measured):
            self._progress.console.print(visible(outcome_line(work, case, points)), markup=False)

    def note(self, text: str) -> None:
        """Show a note beside the bar."""
        self._progress.update(self._task, description=visible(text))

    def close(self) -> None:
        """Take the bar away."""
        self._progress.stop()
