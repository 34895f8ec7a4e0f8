"""Execute the work list of a suite in rounds, including every failure of a child.

The runner makes no decisions about numbers: ``stopping_rule`` decides how long a case continues,
``points`` what its samples mean. When a child fails, the case it was working on fails; the other
cases get a new child.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from collector.execution import stopping_rule
from collector.execution.case_execution import CaseExecution, OpenChild, reached
from collector.execution.children import Children, Limits, absence, process_of
from collector.measure.report import Block, Finished
from collector.protocol import messages
from collector.protocol.process import ChildError, ProblemError
from collector.results.points import unmet_expectation
from collector.results.samples import CaseResult
from history.words.records import Failed

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from collector.contract import Case, Process
    from collector.execution.opening import Early
    from collector.execution.watcher import Reporter
    from collector.planning.plan import Group, SuiteWork


@dataclass
class Runner:
    """Measures the groups of one suite."""

    work: SuiteWork
    profile: str
    folder: Path
    """Working folder of the children."""
    workspace: Path
    """Cache folder that suites may use."""
    reporter: Reporter
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self._children = Children(self.work, self.profile, self.folder, self.workspace, self.limits)

    @property
    def facts(self) -> dict[str, dict[str, object]]:
        """Process name -> what was in force in it, as last reported."""
        return self._children.facts

    def results(self) -> Generator[CaseResult, None, None]:
        """The result of every case, each as soon as it is complete.

        Stopping early (closing the iterator, Ctrl-C) ends all children.
        """
        try:
            yield from self._through(self.work.groups)
        except KeyboardInterrupt:
            self.abandon()  # do not wait for the case that a child is busy with
            raise
        finally:
            self._children.close_all()

    def abandon(self) -> None:
        """End all children at once; for an interruption."""
        self._children.abandon()

    def open_ahead(
        self, process: Process, first: Case, pool: Executor, has_room: Callable[[], bool]
    ) -> Early:
        """Start a child before its turn, see ``Children.open_ahead``."""
        return self._children.open_ahead(process, first, pool, has_room)

    def _through(self, groups: Sequence[Group]) -> Generator[CaseResult, None, None]:
        """Execute all groups, and again with fresh children for each further process.

        Cases with several processes are thereby spread over the whole time.
        """
        open_: list[list[CaseResult]] = [
            [CaseResult(case, place=(number, len(group))) for number, case in enumerate(group, 1)]
            for group in groups
        ]
        rounds = [0] * len(groups)
        most = max((case.sampling.processes for group in groups for case in group), default=0)
        for process in range(most):
            if process:
                self._children.close(set(self._children.opened))
            for number, due in enumerate(open_):
                if not due:
                    continue
                self.reporter.group_started(self.work, groups[number])
                again: list[Case] = []
                began = time.monotonic()
                rounds[number] = self._visit(due, process, rounds[number], again)
                for result in due:
                    result.spent_s += (time.monotonic() - began) / len(due)
                ended = [result for result in due if _is_over(result, process)]
                yield from (_ended(result) for result in ended if result.case not in again)
                open_[number] = [
                    result for result in due if result not in ended and result.case not in again
                ]
                needed = _needed(open_[number + 1 :])
                self._children.close(set(self._children.opened) - needed)
                if again:
                    # Cases that lost their child to another one get a turn of their own.
                    yield from self._through([(case,) for case in again])

    def _visit(self, due: list[CaseResult], process: int, number: int, again: list[Case]) -> int:
        """Let one child of each process do its part, in rounds counted from ``number``.

        Returns the number of the next round; adds cases that lost their child to ``again``.
        """
        executions = [
            execution
            for result in due
            if result.absence is None and (execution := self._prepare(result, process)) is not None
        ]
        for execution in executions:
            if self._alive(execution, again):
                self._step(execution, partial(self._warm_up, execution))
        while active := [execution for execution in executions if not execution.done]:
            # A B, then B A: a drift of the machine affects both equally.
            for execution in active if number % 2 == 0 else reversed(active):
                if self._alive(execution, again):
                    self._step(execution, partial(self._round, execution, number))
            number += 1
        for execution in executions:
            if execution.result.absence is None and self._alive(execution, again):
                self._step(execution, partial(self._finish, execution))
        return 1 + max(
            (taken.round for execution in executions for taken in execution.blocks),
            default=number - 1,
        )

    def _prepare(self, result: CaseResult, process: int) -> CaseExecution | None:
        case = result.case
        child = self._children.of(case.process, lambda: self.reporter.phase(case, "opening"))
        if not isinstance(child, OpenChild):
            result.absence = child
            return None
        result.absence = unmet_expectation(case, child.facts, complete=False)
        if result.absence is not None:
            return None
        part = stopping_rule.part(case.sampling, process)
        ahead, child.ahead = child.ahead, None
        if ahead is not None and ahead.case is not case:
            ahead = None
        key = self._children.next_key() if ahead is None else ahead.key
        warm = None if ahead is None else ahead.warm
        execution = CaseExecution(key, result, child, process, part, warm, first=len(result.blocks))
        self.reporter.phase(case, execution.said("preparing"))
        make_ready = partial(self._children.make_ready, child.channel, case, process, ahead, key)
        self._step(execution, make_ready)
        return None if execution.done else execution

    def _warm_up(self, execution: CaseExecution) -> None:
        case = execution.result.case
        answer = execution.warm
        if answer is None:
            self.reporter.phase(case, execution.said("warming up"))
            answer = self._children.warm_up(
                execution.child.channel, case, execution.key, self._heard(execution)
            )
        execution.result.warm.append(answer)

    def _round(self, execution: CaseExecution, number: int) -> None:
        result, variants = execution.result, execution.result.place[1]
        step = stopping_rule.next_step(
            execution.sampling, execution.reached(), interleaved=variants > 1
        )
        if isinstance(step, stopping_rule.Stop):
            result.unmet, execution.done = step.unmet, True
            return
        self.reporter.phase(result.case, execution.said(f"round {number + 1}"))
        # A newly started program finds cold caches in every sample, so nothing has to settle.
        spawns = process_of(self.work, result.case.process).spawns
        settle = int(variants > 1 and not spawns and execution.is_short())
        command = messages.Round(
            key=execution.key, repeats=step.repeats, max_s=step.max_s, settle=settle
        )
        # Without a time limit every repeat may be a slow one.
        allowed = step.max_s + self.limits.repeat_of(result.case) * (
            1 if step.max_s else max(1, step.repeats)
        )
        block = execution.child.channel.ask(command, Block, allowed, self._heard(execution))
        if not block.wall_ns or len(block.wall_ns) != len(block.cpu_ns):
            raise ChildError("the child answered a round without samples")
        execution.keep(number, block)

    def _heard(self, execution: CaseExecution) -> Callable[[messages.Progress], None]:
        case = execution.result.case
        return lambda progress: self.reporter.progress(case, progress.done, progress.total)

    def _finish(self, execution: CaseExecution) -> None:
        self.reporter.phase(execution.result.case, execution.said("finishing"))
        answer = execution.child.channel.ask(
            messages.Finish(key=execution.key), Finished, self.limits.finish_s
        )
        execution.result.finished.append(answer)
        self.facts[execution.result.case.process] = answer.facts

    def _step(self, execution: CaseExecution, action: Callable[[], object]) -> None:
        """Run one action on a case; if it fails, the case ends with the reason."""
        try:
            action()
        except ProblemError as error:
            execution.result.absence = absence(error)
            execution.done = True
        except ChildError as error:
            execution.result.absence = Failed(reason=error.reason)
            execution.done = True
            self._children.drop(execution.child)

    def _alive(self, execution: CaseExecution, again: list[Case]) -> bool:
        """Whether the case still has its child; if another case lost it, it is tried again."""
        if execution.result.absence is not None:
            return False
        if execution.child in self._children.opened.values():
            return True
        execution.done = True
        if execution.result.case not in again:
            again.append(execution.result.case)
        return False


def _is_over(result: CaseResult, process: int) -> bool:
    """Whether nothing is left to do after this process, counted from 0."""
    return result.absence is not None or not stopping_rule.is_due(result.case.sampling, process + 1)


def _ended(result: CaseResult) -> CaseResult:
    """The result over all processes of the case."""
    sampling = result.case.sampling
    if result.absence is None and sampling.processes > 1:
        result.unmet = stopping_rule.unmet_by_all(sampling, reached(result, result.blocks))
    return result


def _needed(groups: Iterable[Sequence[CaseResult]]) -> set[str]:
    return {result.case.process for results in groups for result in results}
