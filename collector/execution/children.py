"""Start, open and end the children of one suite.

When a child fails to open, the case that needed it fails; the next case starts another child, until
``MAX_STARTS`` have failed in a row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import msgspec

from collector.execution import stopping_rule
from collector.execution.case_execution import Ahead, OpenChild
from collector.execution.opening import Early
from collector.measure.report import Warm
from collector.protocol import messages
from collector.protocol.process import ChildError, ChildProcess, ProblemError
from collector.results.points import unmet_expectation
from history.words.records import Failed, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Executor
    from pathlib import Path

    from collector.contract import Case, Process
    from collector.planning.plan import SuiteWork

MAX_STARTS: Final = 2
"""Failed children of one process after which its remaining cases are given up."""


@dataclass(frozen=True)
class Limits:
    """How long a child may be silent, in seconds, before it counts as hanging."""

    open_s: float = 600.0
    """Importing, loading and exporting: a dynamo export of a base model takes 40 s here."""
    prepare_s: float = 900.0
    repeat_s: float = 120.0
    """Longest single repeat, added to the time limit of a round."""
    finish_s: float = 120.0

    @classmethod
    def of_each_step(cls, seconds: float | None) -> Self:
        """The same limit for every step; None gives each its usual one."""
        return cls() if seconds is None else cls(seconds, seconds, seconds, seconds)

    def repeat_of(self, case: Case) -> float:
        """Longest time that one repeat of this case may take."""
        return max(self.repeat_s, case.sampling.repeat_limit_s)


@dataclass
class Children:
    """The children of one suite, by the names of its planned processes."""

    work: SuiteWork
    profile: str
    folder: Path
    """Their working folder."""
    workspace: Path
    """Cache folder that suites may use."""
    limits: Limits
    facts: dict[str, dict[str, object]] = field(default_factory=dict)
    """Process name -> its facts, as last reported."""
    opened: dict[str, OpenChild] = field(default_factory=dict)
    early: dict[str, Early] = field(default_factory=dict)
    """Process name -> a child that was started before its turn."""
    _broken: dict[str, Skipped | Failed] = field(default_factory=dict)
    _starts: dict[str, int] = field(default_factory=dict)
    _keys: int = 0

    def of(self, name: str, say_opening: Callable[[], None]) -> OpenChild | Skipped | Failed:
        """The open child of a process, opened if necessary, or the reason why there is none."""
        if name in self._broken:
            return self._broken[name]
        if name not in self.opened:
            say_opening()
            try:
                self.opened[name] = self._turn_of(name)
            except ProblemError as error:
                # The child works and reports a problem: another child would report the same.
                self._broken[name] = absence(error)
                return self._broken[name]
            except ChildError as error:
                failed = Failed(reason=error.reason)
                self._starts[name] = self._starts.get(name, 0) + 1
                if self._starts[name] >= MAX_STARTS:
                    self._broken[name] = failed
                return failed
            self._starts[name] = 0
        return self.opened[name]

    def open_ahead(
        self, process: Process, first: Case, pool: Executor, has_room: Callable[[], bool]
    ) -> Early:
        """Start a child; the pool opens it and prepares its first case if memory allows.

        Otherwise both happen in its turn.
        """
        channel = ChildProcess(process, self.folder)
        ahead = Ahead(first, self.next_key())
        opened = pool.submit(self._opened_where, has_room, channel, ahead)
        self.early[process.name] = Early(channel, opened)
        return self.early[process.name]

    def next_key(self) -> int:
        """A new key for a case that is sent to a child."""
        self._keys += 1
        return self._keys

    def make_ready(
        self, channel: ChildProcess, case: Case, process: int, ahead: Ahead | None, key: int
    ) -> None:
        """Let the child prepare a case unless it has; raises the error of an earlier attempt.

        ``process`` is the index, from 0, of the child among those that the case is spread over.
        """
        if ahead is not None:
            if ahead.error is not None:
                raise ahead.error
            return
        part = stopping_rule.part(case.sampling, process)
        # The warm-up criterion does not depend on the number of processes.
        whole = case.sampling
        warm = msgspec.structs.replace(part, half_width=whole.half_width, max_s=whole.max_s)
        sent = msgspec.structs.replace(case, sampling=warm)
        command = messages.Prepare(key=key, case=sent)
        channel.ask(command, messages.Prepared, self.limits.prepare_s)

    def warm_up(
        self,
        channel: ChildProcess,
        case: Case,
        key: int,
        heard: Callable[[messages.Progress], None] | None = None,
    ) -> Warm:
        """Let the child warm up a prepared case."""
        fixed = case.sampling.warmup or 0
        repeat_s = self.limits.repeat_of(case) * max(1, min(fixed, 10))
        limit = case.sampling.max_s + repeat_s
        return channel.ask(messages.WarmUp(key=key), Warm, limit, heard)

    def drop(self, child: OpenChild) -> None:
        """Kill a child that does not answer correctly."""
        child.channel.kill()
        for name, other in list(self.opened.items()):
            if other is child:
                del self.opened[name]

    def close(self, names: Iterable[str]) -> None:
        """End the open children of these processes."""
        for name in names:
            self.opened.pop(name).channel.close()

    def close_all(self) -> None:
        """End all children, including those whose turn never came."""
        for child in self.opened.values():
            child.channel.close()
        for early in self.early.values():
            early.channel.close()
        self.opened.clear()
        self.early.clear()

    def abandon(self) -> None:
        """End all children at once; for an interruption."""
        for child in self.opened.values():
            child.channel.kill()
        for early in self.early.values():
            early.abandon()
        self.opened.clear()
        self.early.clear()

    def _turn_of(self, name: str) -> OpenChild:
        early = self.early.pop(name, None)
        if early is None:
            return self._open(ChildProcess(process_of(self.work, name), self.folder))
        return early.result() or self._open(early.channel)

    def _opened_where(
        self, has_room: Callable[[], bool], channel: ChildProcess, first: Ahead
    ) -> OpenChild | None:
        if not has_room():
            return None
        child = self._open(channel)
        if has_room() and unmet_expectation(first.case, child.facts, complete=False) is None:
            try:
                self.make_ready(channel, first.case, 0, None, first.key)
                child.ahead = first
                if _may_warm_up_early(first.case):
                    warm = self.warm_up(channel, first.case, first.key)
                    child.ahead = first._replace(warm=warm)
            except (ChildError, ProblemError) as error:
                child.ahead = first._replace(error=error)
        return child

    def _open(self, channel: ChildProcess) -> OpenChild:
        work = self.work
        facts = channel.open(
            work.target, work.options, self.profile, self.workspace, self.limits.open_s
        )
        self.facts[channel.process.name] = facts
        return OpenChild(channel, facts)


def process_of(work: SuiteWork, name: str) -> Process:
    """The process that a suite plans under this name. Raises ChildError where it plans none."""
    for process in work.plan.processes:
        if process.name == name:
            return process
    raise ChildError(f'the suite plans a case in the process "{name}", which it does not plan')


def _may_warm_up_early(case: Case) -> bool:
    """Whether its warm-up is a fixed number of repeats.

    A warm-up that runs until the times agree needs a core of its own.
    """
    return bool(case.sampling.warmup) and not case.sampling.sequence


def absence(error: ProblemError) -> Skipped | Failed:
    """The absence of a case whose child works and reports a problem."""
    if error.problem.missing:
        return Skipped(reason=error.problem.reason)
    return Failed(reason=error.problem.reason)
