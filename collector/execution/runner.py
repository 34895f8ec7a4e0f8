"""Carry out a work list: children, rounds, and everything that can go wrong on the way.

The runner holds no numbers of its own: ``stopping_rule`` says how long a case goes on, ``points``
what its samples mean. A child that fails costs the case it was working on; the others get a new
one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from collector.execution import stopping_rule
from collector.execution.case_execution import Ahead, CaseExecution, OpenChild, reached
from collector.execution.opening import Early
from collector.measure.report import Block, Finished, Warm
from collector.protocol import messages
from collector.protocol.process import ChildError, ChildProcess, ProblemError
from collector.results.points import unmet_expectation
from collector.results.samples import CaseResult
from history.words.records import Failed, Skipped

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from collector.contract import Case, Process
    from collector.execution.watcher import Reporter
    from collector.planning.plan import Group, SuiteWork

MAX_STARTS: Final = 2
"""Children of one process that may fail to open before its remaining cases are given up."""


@dataclass(frozen=True)
class Limits:
    """How long a child may be silent, in seconds, before it counts as hanging."""

    open_s: float = 600.0
    """Importing, loading and exporting: a dynamo export of a base model takes 40 s here."""
    prepare_s: float = 900.0
    repeat_s: float = 120.0
    """On top of the time a round was given: the longest single repeat."""
    finish_s: float = 120.0


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
    limits: Limits = Limits()
    environment: dict[str, str] = field(default_factory=dict)
    """Added to that of every child, such as the tools of the commit that is measured; what a suite
    asks for itself goes before it."""
    facts: dict[str, dict[str, object]] = field(default_factory=dict)
    """Process name -> what was in force in it, as last reported."""
    _children: dict[str, OpenChild] = field(default_factory=dict)
    _early: dict[str, Early] = field(default_factory=dict)
    """Process name -> a child that was started before its turn."""
    _broken: dict[str, Skipped | Failed] = field(default_factory=dict)
    _starts: dict[str, int] = field(default_factory=dict)
    _keys: int = 0

    def results(self) -> Generator[CaseResult, None, None]:
        """Every case of the work list, each as soon as it has an end.

        Stopping early (closing the iterator, Ctrl-C) ends all children.
        """
        try:
            yield from self._through(self.work.groups)
        except KeyboardInterrupt:
            self.abandon()  # nobody waits for the case that a child is busy with
            raise
        finally:
            for child in self._children.values():
                child.channel.close()
            for early in self._early.values():
                early.channel.close()
            self._children.clear()
            self._early.clear()

    def abandon(self) -> None:
        """End all children at once; for an interruption."""
        for child in self._children.values():
            child.channel.kill()
        for early in self._early.values():
            early.abandon()
        self._children.clear()
        self._early.clear()

    def open_ahead(
        self, process: Process, first: Case, pool: Executor, has_room: Callable[[], bool]
    ) -> Early:
        """Start a child, and let the pool open it and make its first case ready, if there is room.

        A child that is not opened now, or makes nothing ready, does so in its turn.
        """
        channel = self._start(process)
        self._keys += 1
        ahead = Ahead(first, self._keys)
        opened = pool.submit(self._opened_where, has_room, process, channel, ahead)
        self._early[process.name] = Early(channel, opened)
        return self._early[process.name]

    def _through(self, groups: Sequence[Group]) -> Generator[CaseResult, None, None]:
        """Go through all groups, and once more with fresh children for each further process.

        What is spread over several processes is so spread over the whole time, too.
        """
        open_: list[list[CaseResult]] = [
            [CaseResult(case, place=(number, len(group))) for number, case in enumerate(group, 1)]
            for group in groups
        ]
        rounds = [0] * len(groups)
        most = max((case.sampling.processes for group in groups for case in group), default=0)
        for process in range(most):
            if process:
                self._close(set(self._children))
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
                self._close(set(self._children) - _needed(open_[number + 1 :]))
                if again:
                    # Cases that lost their child to another one get a turn of their own.
                    yield from self._through([(case,) for case in again])

    def _visit(self, due: list[CaseResult], process: int, number: int, again: list[Case]) -> int:
        """Let one child of each process do its part, in rounds counted from ``number``.

        Returns the number of the next round; adds to ``again`` what lost its child to another.
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
            # A B, then B A: a drift of the machine falls on both alike.
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
        child = self._child(case, result)
        if child is None:
            return None
        result.absence = unmet_expectation(case, child.facts, complete=False)
        if result.absence is not None:
            return None
        part = stopping_rule.part(case.sampling, process)
        ahead, child.ahead = child.ahead, None
        if ahead is None or ahead.case is not case:
            self._keys += 1
            ahead = None
        key = self._keys if ahead is None else ahead.key
        execution = CaseExecution(key, result, child, process, part, first=len(result.blocks))
        self.reporter.phase(case, execution.said("preparing"))
        self._step(execution, partial(self._made_ready, child.channel, case, process, ahead, key))
        return None if execution.done else execution

    def _made_ready(
        self, channel: ChildProcess, case: Case, process: int, ahead: Ahead | None, key: int
    ) -> None:
        """Let the child prepare a case, unless it has; raises what stood in the way then."""
        if ahead is not None:
            if ahead.error is not None:
                raise ahead.error
            return
        part = stopping_rule.part(case.sampling, process)
        # What is warm does not depend on how many processes there are.
        whole = case.sampling
        warm = msgspec.structs.replace(part, half_width=whole.half_width, max_s=whole.max_s)
        sent = msgspec.structs.replace(case, sampling=warm)
        command = messages.Prepare(key=key, case=sent)
        channel.ask(command, messages.Prepared, self.limits.prepare_s)

    def _warm_up(self, execution: CaseExecution) -> None:
        self.reporter.phase(execution.result.case, execution.said("warming up"))
        fixed = execution.sampling.warmup or 0
        whole_s = execution.result.case.sampling.max_s
        limit = whole_s + self._repeat_s(execution) * max(1, min(fixed, 10))
        answer = execution.child.channel.ask(
            messages.WarmUp(key=execution.key), Warm, limit, self._heard(execution)
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
        # A program that is started anew finds cold caches in every sample alike.
        spawns = self._process(result.case.process).spawns
        settle = int(variants > 1 and not spawns and execution.is_short())
        command = messages.Round(
            key=execution.key, repeats=step.repeats, max_s=step.max_s, settle=settle
        )
        # Without a time limit every repeat may be a slow one.
        allowed = step.max_s + self._repeat_s(execution) * (
            1 if step.max_s else max(1, step.repeats)
        )
        block = execution.child.channel.ask(command, Block, allowed, self._heard(execution))
        if not block.wall_ns or len(block.wall_ns) != len(block.cpu_ns):
            raise ChildError("the child answered a round without samples")
        execution.keep(number, block)

    def _heard(self, execution: CaseExecution) -> Callable[[messages.Progress], None]:
        case = execution.result.case
        return lambda progress: self.reporter.progress(case, progress.done, progress.total)

    def _repeat_s(self, execution: CaseExecution) -> float:
        return max(self.limits.repeat_s, execution.result.case.sampling.repeat_limit_s)

    def _finish(self, execution: CaseExecution) -> None:
        self.reporter.phase(execution.result.case, execution.said("finishing"))
        answer = execution.child.channel.ask(
            messages.Finish(key=execution.key), Finished, self.limits.finish_s
        )
        execution.result.finished.append(answer)
        self.facts[execution.result.case.process] = answer.facts

    def _step(self, execution: CaseExecution, action: Callable[[], object]) -> None:
        """Do one thing with a case; if it cannot be done, the case ends with the reason."""
        try:
            action()
        except ProblemError as error:
            execution.result.absence = _absence(error)
            execution.done = True
        except ChildError as error:
            execution.result.absence = Failed(reason=error.reason)
            execution.done = True
            self._drop(execution.child)

    def _alive(self, execution: CaseExecution, again: list[Case]) -> bool:
        """Whether the case still has its child; if another case lost it, it is tried again."""
        if execution.result.absence is not None:
            return False
        if execution.child in self._children.values():
            return True
        execution.done = True
        if execution.result.case not in again:
            again.append(execution.result.case)
        return False

    def _child(self, case: Case, result: CaseResult) -> OpenChild | None:
        """The open child of a case's process; without one the result says why."""
        name = case.process
        if name in self._broken:
            result.absence = self._broken[name]
            return None
        if name not in self._children:
            self.reporter.phase(case, "opening")
            try:
                self._children[name] = self._turn_of(name)
            except ProblemError as error:
                # It is well and says it cannot: the next one would say the same.
                result.absence = self._broken[name] = _absence(error)
                return None
            except ChildError as error:
                failed = Failed(reason=error.reason)
                result.absence = failed
                self._starts[name] = self._starts.get(name, 0) + 1
                if self._starts[name] >= MAX_STARTS:
                    self._broken[name] = failed
                return None
            self._starts[name] = 0
        return self._children[name]

    def _turn_of(self, name: str) -> OpenChild:
        early = self._early.pop(name, None)
        process = self._process(name)
        if early is None:
            return self._opened(process, self._start(process))
        return early.result() or self._opened(process, early.channel)

    def _start(self, process: Process) -> ChildProcess:
        return ChildProcess(self._in_force(process), self.folder)

    def _opened_where(
        self, has_room: Callable[[], bool], process: Process, channel: ChildProcess, first: Ahead
    ) -> OpenChild | None:
        if not has_room():
            return None
        child = self._opened(process, channel)
        if has_room() and unmet_expectation(first.case, child.facts, complete=False) is None:
            try:
                self._made_ready(channel, first.case, 0, None, first.key)
                child.ahead = first
            except (ChildError, ProblemError) as error:
                child.ahead = first._replace(error=error)
        return child

    def _opened(self, process: Process, channel: ChildProcess) -> OpenChild:
        command = messages.Open(
            suite=self.work.target,
            options=self.work.options,
            profile=self.profile,
            workspace=str(self.workspace),
            process=self._in_force(process),
        )
        try:
            facts = channel.ask(command, messages.Ready, self.limits.open_s).facts
        except BaseException:
            channel.kill()
            raise
        self.facts[process.name] = facts
        return OpenChild(channel, facts)

    def _in_force(self, process: Process) -> Process:
        environment = self.environment | process.environment
        return msgspec.structs.replace(process, environment=environment)

    def _process(self, name: str) -> Process:
        for process in self.work.plan.processes:
            if process.name == name:
                return process
        raise ChildError(f'the suite plans a case in the process "{name}", which it does not plan')

    def _drop(self, child: OpenChild) -> None:
        child.channel.kill()
        for name, other in list(self._children.items()):
            if other is child:
                del self._children[name]

    def _close(self, names: Iterable[str]) -> None:
        """End the children of these processes."""
        for name in names:
            self._children.pop(name).channel.close()


def _is_over(result: CaseResult, process: int) -> bool:
    """Whether nothing is left to do after this process, counted from 0."""
    return result.absence is not None or not stopping_rule.is_due(result.case.sampling, process + 1)


def _ended(result: CaseResult) -> CaseResult:
    """The result, judged over all of its processes."""
    sampling = result.case.sampling
    if result.absence is None and sampling.processes > 1:
        result.unmet = stopping_rule.unmet_by_all(sampling, reached(result, result.blocks))
    return result


def _needed(groups: Iterable[Sequence[CaseResult]]) -> set[str]:
    return {result.case.process for results in groups for result in results}


def _absence(error: ProblemError) -> Skipped | Failed:
    if error.problem.missing:
        return Skipped(reason=error.problem.reason)
    return Failed(reason=error.problem.reason)
