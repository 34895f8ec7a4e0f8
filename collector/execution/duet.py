"""Measure two commits in turn, in one job, and make one run record of it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from collector.execution import programs
from collector.execution.checkouts import Unready
from collector.execution.children import Limits
from collector.execution.collect import tool_version
from collector.execution.lanes import Lane, lanes_of, pairs_of
from collector.execution.visits import Absent, Pair, Visitor
from collector.planning import asked, rounds
from collector.planning.rounds import Allowance
from collector.results import scrub
from collector.results.visits import Visit, absent, points_of
from history.compare.duet import IDENTICAL, UNTOUCHED
from history.words.records import Failed, Point, Run, RunKind, RunRecord, Side, Skipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.execution.checkouts import Checkout
    from collector.execution.watcher import Watcher
    from collector.host.recorder import Recorder
    from collector.planning.plan import SuiteWork
    from history.words.records import Machine

OWN_S = 30.0
"""Seconds for one benchmark without a budget: twice a collection's default, for two sides."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The inputs of a duet."""

    project: str
    profile: str
    machine: Machine
    base: Checkout
    head: Checkout
    watcher: Watcher
    recorder: Recorder
    seed: int
    about: dict[str, str | int | float]
    """The request, stored with the run."""
    source: str = "collect"
    budget_s: float | None = None
    measure_identical: bool = False
    no_effect: tuple[str, ...] = ()
    """Patterns of files that no suite depends on, see ``asked``."""
    limits: Limits = field(default_factory=Limits)


class Failure(NamedTuple):
    """A failure of one side, printed but not stored."""

    side: Side
    what: str
    """Suite or benchmark."""
    reason: str
    log: tuple[str, ...]


@dataclass
class DuetResult:
    """The result of a duet."""

    record: RunRecord
    failures: tuple[Failure, ...]
    interrupted: bool = False


@dataclass(eq=False)
class _Duet:
    """The state of one duet."""

    setting: Setting
    visitor: Visitor
    pairs: list[Pair]
    lanes: list[Lane]
    identical: set[Pair] = field(default_factory=set)
    untouched: set[Pair] = field(default_factory=set)
    """The part of ``identical`` whose suites' ``paths`` match no changed file."""
    number: int = 0
    """Number of processes started so far, both sides together."""

    def make_ready(self) -> None:
        """Leave out what need not be measured; prepare and build the rest."""
        self._leave_out()
        for name, own in self._by_suite().items():
            if own[0] not in self.identical:
                self._prepare_suite(name, own)
        left = [pair for pair in self.pairs if pair.is_alive and pair not in self.identical]
        for pair in (pair for pair in left if pair.case.once):
            for side in Side:
                self._one_visit(pair, side)
        for pair in (pair for pair in left if not pair.case.once):
            if pair.process(Side.HEAD).spawns:
                self.visitor.prepare(pair)
                if pair.is_alive and self._same_program(pair):
                    self.identical.add(pair)
        for lane in self.lanes:
            lane.pairs = [pair for pair in lane.pairs if pair not in self.identical]
        for pair in self.pairs:
            self._look_at_the_other(pair)

    def measure(self) -> None:
        """All rounds."""
        seed = self.setting.seed
        order = rounds.shuffled(seed, len(self.lanes))
        drawn = {lane: rounds.orders(seed, lane.name, 2) for lane in self.lanes}
        standings = [lane.standing() for lane in self.lanes]
        place: int | None = None
        began = time.monotonic()
        while True:
            elapsed_s = time.monotonic() - began
            allowance = Allowance(
                series=sum(lane.series() for lane in self.lanes),
                own_s=OWN_S,
                budget_s=self.setting.budget_s,
            )
            place = rounds.next_one(standings, order, allowance, elapsed_s, place)
            if place is None:
                return
            lane = self.lanes[place]
            if lane.rounds >= len(drawn[lane]):
                drawn[lane] = rounds.orders(seed, lane.name, 2 * len(drawn[lane]))
            self._round(lane, drawn[lane][lane.rounds])
            standings[place] = lane.standing()

    def points(self) -> list[Point]:
        """Both sides of every case, base first."""
        found: list[Point] = []
        for pair in self.pairs:
            for side in Side:
                case, work = pair.cases[side], pair.works[side]
                if pair in self.identical:
                    reason = UNTOUCHED if pair in self.untouched else IDENTICAL
                    found += absent(work.name, case, side, Skipped(reason=reason))
                elif side in pair.absences:
                    found += absent(work.name, case, side, pair.absences[side].outcome)
                else:
                    found += points_of(case, side, pair.visits[side])
        return found

    def failures(self) -> tuple[Failure, ...]:
        """The failures of each side, each reason once."""
        found: dict[tuple[Side, str], Failure] = {}
        for pair in self.pairs:
            for side, why in pair.absences.items():
                if isinstance(why.outcome, Failed):
                    what = pair.works[side].label(pair.cases[side])
                    failure = Failure(side, what, why.outcome.reason, why.log)
                    found.setdefault((side, why.outcome.reason), failure)
        return tuple(found.values())

    def _round(self, lane: Lane, order: Sequence[Side]) -> None:
        """One round of a lane. A case that fails in it is left out of the whole round."""
        began = time.monotonic()
        taken: list[tuple[Pair, Side, Visit]] = []
        for side in order:
            for pair, visit in self._visits(lane.alive, side, lane.rounds, spawns=lane.spawns):
                taken.append((pair, side, visit))
        for pair, side, visit in taken:
            if pair.is_alive:
                pair.visits[side].append(visit)
        lane.rounds += 1
        lane.spent_s += time.monotonic() - began
        for pair in lane.pairs:
            self._look_at_the_other(pair)

    def _visits(
        self, pairs: list[Pair], side: Side, round_: int, *, spawns: bool
    ) -> list[tuple[Pair, Visit]]:
        number = self.number
        self.number += 1
        if not spawns:
            return list(self.visitor.visit_all(pairs, side, round_, number).items())
        found = ((pair, self.visitor.visit(pair, side, round_, number)) for pair in pairs)
        return [(pair, visit) for pair, visit in found if visit is not None]

    def _one_visit(self, pair: Pair, side: Side) -> None:
        spawns = pair.process(side).spawns
        for _, visit in self._visits([pair], side, 0, spawns=spawns):
            pair.visits[side].append(visit)

    def _look_at_the_other(self, pair: Pair) -> None:
        """When one side failed, test once whether the other one works."""
        for side in Side:
            other = Side.HEAD if side is Side.BASE else Side.BASE
            if side in pair.absences and other not in pair.absences and not pair.visits[other]:
                self._one_visit(pair, other)

    def _by_suite(self) -> dict[str, list[Pair]]:
        found: dict[str, list[Pair]] = {}
        for pair in self.pairs:
            found.setdefault(pair.work.name, []).append(pair)
        return found

    def _leave_out(self) -> None:
        """Leave out the suites whose files show that both sides run the same program."""
        untouched = self._untouched()
        for name, own in self._by_suite().items():
            if name in untouched:
                self.untouched.update(own)
            if name in untouched or self._same_sources(own[0].work):
                self.identical.update(own)

    def _untouched(self) -> frozenset[str]:
        """Suites whose ``paths`` match no changed file.

        Reports the reason for each, or why all are measured.
        """
        setting, note = self.setting, self.setting.watcher.note
        paths = {pair.work.name: pair.work.preparation.paths for pair in self.pairs}
        if setting.measure_identical or not any(paths.values()):
            return frozenset()
        changed = programs.changed(setting.base, setting.head)
        found = asked.asked(changed, paths, setting.no_effect)
        if found.unknown:
            more = f" and {len(found.unknown) - 1} more" if len(found.unknown) > 1 else ""
            note(f"every suite is measured: no `paths` match {found.unknown[0]}{more}")
        for name in sorted(found.untouched):
            note(f"{name}: not measured, {UNTOUCHED}")
        return found.untouched

    def _same_sources(self, work: SuiteWork) -> bool:
        setting = self.setting
        return not setting.measure_identical and programs.same_sources(
            setting.base, setting.head, work.preparation.sources
        )

    def _same_program(self, pair: Pair) -> bool:
        setting = self.setting
        if setting.measure_identical:
            return False
        environments = self.visitor.environments
        return programs.same_programs(
            (setting.base, setting.head),
            (pair.works[Side.BASE], pair.works[Side.HEAD]),
            pair.case,
            (environments[pair.work.name, Side.BASE], environments[pair.work.name, Side.HEAD]),
            setting.profile,
        )

    def _prepare_suite(self, name: str, pairs: list[Pair]) -> None:
        """Run ``prepare`` on both sides; where it fails, the suite is not measured."""
        for side, checkout in self.visitor.checkouts.items():
            if pairs[0].works[side].preparation.prepare:
                self.setting.watcher.note(f"{name}: preparing {checkout.name}")
            ready = checkout.ready(pairs[0].works[side])
            if isinstance(ready, Unready):
                for pair in pairs:
                    pair.absences[side] = Absent(Failed(reason=ready.reason), ready.log)
                ready = {}
            self.visitor.environments[name, side] = ready


def measure(base: Sequence[SuiteWork], head: Sequence[SuiteWork], setting: Setting) -> DuetResult:
    """Measure the cases that both sides plan. After Ctrl-C the finished rounds are kept."""
    started, clock = datetime.now(UTC), time.monotonic()
    checkouts = {Side.BASE: setting.base, Side.HEAD: setting.head}
    visitor = Visitor(checkouts, setting.profile, setting.watcher, setting.limits)
    pairs, lone = pairs_of(base, head)
    duet = _Duet(setting, visitor, pairs, lanes_of(pairs))
    interrupted = False
    setting.recorder.before()
    try:
        duet.make_ready()
        duet.measure()
    except KeyboardInterrupt:
        interrupted = True
        visitor.abandon()
    finally:
        visitor.close()
        setting.watcher.close()
    setting.recorder.after()
    points = duet.points()
    for side, work, case in lone:
        points += absent(work.name, case, side, Skipped(reason=f"only the {side} has it."))
    for side, works in ((Side.BASE, base), (Side.HEAD, head)):
        for work in works:
            for absence in work.plan.absences:
                points += absent(work.name, absence.case, side, absence.outcome)
    run = Run(
        run_id=uuid.uuid4().hex,
        started_at=started,
        commit=setting.head.commit,
        machine=setting.machine,
        project=setting.project,
        source=setting.source,
        kind=RunKind.DUET,
        base=setting.base.commit,
        profile=setting.profile,
        tool_version=tool_version(),
        duration_s=round(time.monotonic() - clock, 3),
        environment=_environment(duet, head),
        warnings=tuple(scrub.text(text) for text in _warnings(duet, interrupted=interrupted)),
    )
    return DuetResult(RunRecord(run=run, points=tuple(points)), duet.failures(), interrupted)


def _environment(duet: _Duet, works: Sequence[SuiteWork]) -> dict[str, object]:
    recorder = duet.setting.recorder
    for work in works:
        facts = {
            process: found
            for (suite, process), found in duet.visitor.facts.items()
            if suite == work.name
        }
        recorder.suite(work, facts)
    recorder.add("duet", duet.setting.about | {"seed": duet.setting.seed})
    recorder.add("rounds", {lane.name: lane.rounds for lane in duet.lanes if lane.rounds})
    found: dict[str, object] = dict(recorder.environment())
    return found


def _warnings(duet: _Duet, *, interrupted: bool) -> list[str]:
    setting = duet.setting
    found = [
        f"{checkout.name}: {remark}"
        for checkout in (setting.base, setting.head)
        for remark in checkout.remarks
    ]
    if interrupted:
        found.append("Interrupted; the rounds that were finished are kept.")
    return found + setting.recorder.warnings()
