"""Let one fresh process of one side measure its part of a round.

Where programs do the work, each run is a process of its own, and one child starts those of both
sides. Where the child itself does it, every visit is a new child.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from collector.contract import Process
from collector.execution.both_sides import TARGET, OneSide, Sides
from collector.execution.children import Limits, process_of
from collector.measure.report import Block, Finished, Warm
from collector.protocol import messages
from collector.protocol.process import ChildError, ChildProcess, ProblemError
from collector.results import points
from collector.results.samples import CaseResult, Taken
from collector.results.visits import Visit
from history.words.records import Failed, Invalid, Side, Skipped

if TYPE_CHECKING:
    from collector.contract import Case, Sampling
    from collector.execution.checkouts import Checkout
    from collector.execution.watcher import Reporter
    from collector.planning.plan import SuiteWork

PARTS: Final = 4
"""A visit takes this part (1/4) of the samples and time of a whole collection, since a duet has at
least twelve visits a side.
"""

Absence = Skipped | Failed | Invalid


class Absent(NamedTuple):
    """The reason why a side cannot measure a case."""

    outcome: Absence
    log: tuple[str, ...] = ()
    """The last lines of the failed program's output."""


@dataclass(eq=False)
class Pair:
    """One case on both sides, with its measurements."""

    works: dict[Side, SuiteWork]
    cases: dict[Side, Case]
    visits: dict[Side, list[Visit]] = field(default_factory=lambda: {Side.BASE: [], Side.HEAD: []})
    absences: dict[Side, Absent] = field(default_factory=dict)
    warm: set[Side] = field(default_factory=set)
    keys: dict[Side, tuple[ChildProcess, int]] = field(default_factory=dict)
    """Side -> the child, and the key in it, that already holds the prepared next visit."""

    @property
    def is_alive(self) -> bool:
        """Whether both sides can be measured, as far as known."""
        return not self.absences

    @property
    def case(self) -> Case:
        """The case of the head."""
        return self.cases[Side.HEAD]

    @property
    def work(self) -> SuiteWork:
        """The suite of the head."""
        return self.works[Side.HEAD]

    def process(self, side: Side) -> Process:
        """The process of the case on one side. Raises ChildError where none was planned."""
        return process_of(self.works[side], self.cases[side].process)


@dataclass(eq=False)
class Visitor:
    """Starts children and sends them commands; rounds are decided elsewhere."""

    checkouts: dict[Side, Checkout]
    profile: str
    reporter: Reporter
    limits: Limits = field(default_factory=Limits)
    environments: dict[tuple[str, Side], dict[str, str]] = field(default_factory=dict)
    """Suite and side -> environment variables from ``prepare`` for its programs."""
    facts: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)
    """Suite and process -> facts of each side."""
    _shared: dict[tuple[str, str], ChildProcess] = field(default_factory=dict)
    _keys: int = 0

    def close(self) -> None:
        """End all remaining children."""
        for child in self._shared.values():
            child.close()
        self._shared.clear()

    def abandon(self) -> None:
        """End them at once; for an interruption."""
        for child in self._shared.values():
            child.kill()
        self._shared.clear()

    def prepare(self, pair: Pair) -> None:
        """Prepare and build both sides of a case; a side that fails becomes absent."""
        for side in Side:
            self.reporter.phase(pair.case, f"preparing {side}")
            try:
                child = self._of_both(pair)
                pair.keys[side] = (child, self._prepared(child, pair, side))
            except (ProblemError, ChildError) as error:
                self._lost(pair, side, error)

    def visit(self, pair: Pair, side: Side, round_: int, number: int) -> Visit | None:
        """One run of a program; None when it failed, and then the side is absent."""
        try:
            return self._visited(self._of_both(pair), pair, side, round_, number)
        except (ProblemError, ChildError) as error:
            self._lost(pair, side, error)
            return None

    def visit_all(
        self, pairs: list[Pair], side: Side, round_: int, number: int
    ) -> dict[Pair, Visit]:
        """Measure these cases of one process in a new child."""
        found: dict[Pair, Visit] = {}
        child: ChildProcess | None = None
        try:
            for place, pair in enumerate(pairs):
                try:
                    child = child or self._opened(pair, side)
                except (ProblemError, ChildError) as error:
                    for other in pairs[place:]:  # the next one would say the same
                        self._lost(other, side, error)
                    return found
                try:
                    found[pair] = self._visited(child, pair, side, round_, number)
                except ProblemError as error:
                    self._lost(pair, side, error)
                except ChildError as error:
                    self._lost(pair, side, error)
                    child = None
        except BaseException:
            if child is not None:
                child.kill()
            raise
        if child is not None:
            child.close()
        return found

    def _visited(
        self, child: ChildProcess, pair: Pair, side: Side, round_: int, number: int
    ) -> Visit:
        case = pair.cases[side]
        spawns = pair.process(side).spawns
        ready, key = pair.keys.pop(side, (None, 0))
        if ready is not child:
            key = self._prepared(child, pair, side)
        sampling = _part(case, spawns=spawns)
        warm = []
        if not spawns or (side not in pair.warm and case.sampling.warmup != 0):
            self.reporter.phase(case, f"{side}, warming up")
            limit_s = sampling.max_s + self.limits.repeat_of(case) * max(1, sampling.warmup or 0)
            warm = [child.ask(messages.WarmUp(key=key), Warm, limit_s)]
        pair.warm.add(side)
        self.reporter.phase(case, f"{side}, round {round_ + 1}")
        repeats = sampling.repeats or 1
        max_s = 0.0 if spawns or case.sampling.repeats is not None else sampling.max_s
        allowed_s = max_s + self.limits.repeat_of(case) * (1 if max_s else repeats)
        command = messages.Round(key=key, repeats=repeats, max_s=max_s)
        block = child.ask(command, Block, allowed_s)
        finished = child.ask(messages.Finish(key=key), Finished, self.limits.finish_s)
        self._keep_facts(pair, side, finished.facts, spawns=spawns)
        if spawns:
            own = finished.facts.get(str(side), {})
            finished = msgspec.structs.replace(finished, facts=own)
        result = CaseResult(
            case, warm=warm, blocks=[Taken(round_, block, number)], finished=[finished]
        )
        work = pair.works[side]
        return Visit(round_, number, points.make(work.suite, work.name, result).points)

    def _prepared(self, child: ChildProcess, pair: Pair, side: Side) -> int:
        self._keys += 1
        case, spawns = pair.cases[side], pair.process(side).spawns
        sampling = _part(case, spawns=spawns)
        if side in pair.warm and spawns:
            sampling = msgspec.structs.replace(sampling, warmup=0)
        sent = msgspec.structs.replace(
            case, sampling=sampling, process=str(side) if spawns else case.process
        )
        command = messages.Prepare(key=self._keys, case=sent)
        child.ask(command, messages.Prepared, self.limits.prepare_s)
        return self._keys

    def _of_both(self, pair: Pair) -> ChildProcess:
        """The child that starts the programs of both sides of this case."""
        name = (pair.work.name, pair.case.process)
        if name not in self._shared:
            told = Sides(
                target=pair.work.target, sides={str(side): self._one(pair, side) for side in Side}
            )
            head = self.checkouts[Side.HEAD]
            both = head.process(msgspec.structs.replace(pair.process(Side.HEAD), name="both"), {})
            self._shared[name] = self._child(both, head, TARGET, msgspec.to_builtins(told))
        return self._shared[name]

    def _one(self, pair: Pair, side: Side) -> OneSide:
        checkout, work = self.checkouts[side], pair.works[side]
        added = self.environments.get((work.name, side), {})
        return OneSide(
            folder=str(checkout.folder),
            options=work.options,
            process=checkout.process(pair.process(side), added),
            workspace=str(checkout.room / "cache"),
        )

    def _opened(self, pair: Pair, side: Side) -> ChildProcess:
        one = self._one(pair, side)
        self.reporter.phase(pair.case, f"opening {side}")
        checkout, target = self.checkouts[side], pair.works[side].target
        return self._child(one.process, checkout, target, one.options)

    def _child(
        self, process: Process, checkout: Checkout, target: str, options: dict[str, object]
    ) -> ChildProcess:
        child = ChildProcess(process, checkout.folder)
        child.open(target, options, self.profile, checkout.room / "cache", self.limits.open_s)
        return child

    def _lost(self, pair: Pair, side: Side, error: ProblemError | ChildError) -> None:
        pair.keys.clear()
        if isinstance(error, ProblemError):
            problem = error.problem
            kind = Skipped if problem.missing else Failed
            pair.absences[side] = Absent(kind(reason=problem.reason), problem.log)
            return
        pair.absences[side] = Absent(Failed(reason=error.reason))
        shared = self._shared.pop((pair.work.name, pair.case.process), None)
        if shared is not None:
            shared.kill()

    def _keep_facts(
        self, pair: Pair, side: Side, facts: dict[str, object], *, spawns: bool
    ) -> None:
        own = self.facts.setdefault((pair.work.name, pair.case.process), {})
        own |= facts if spawns else {str(side): facts}


def _part(case: Case, *, spawns: bool) -> Sampling:
    """The sampling options of one visit."""
    whole = case.sampling
    if spawns:
        return msgspec.structs.replace(whole, repeats=1)
    wanted = whole.min_repeats if whole.repeats is None else whole.repeats
    return msgspec.structs.replace(
        whole, repeats=max(1, math.ceil(wanted / PARTS)), max_s=whole.max_s / PARTS
    )
