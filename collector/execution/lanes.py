"""Group the cases of two sides into lanes that share a round, with the progress of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collector.execution.visits import Pair
from collector.planning.rounds import Standing
from collector.results.visits import points_of
from history.compare import rounds
from history.compare.rounds import Sampled
from history.words.records import Measured, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collector.contract import Case
    from collector.planning.plan import SuiteWork


@dataclass(eq=False)
class Lane:
    """Cases measured together: one case of a program, or all cases of one process."""

    name: str
    pairs: list[Pair]
    spawns: bool
    rounds: int = 0
    spent_s: float = 0.0

    @property
    def alive(self) -> list[Pair]:
        """The cases that both sides can measure."""
        return [pair for pair in self.pairs if pair.is_alive]

    def series(self) -> int:
        """Number of series that will be tested: those found, at least those that the cases name."""
        return sum(
            max(len(pair.case.metrics), *(len(one.points) for one in pair.visits[Side.HEAD][:1]), 0)
            for pair in self.alive
        )

    def standing(self) -> Standing:
        """The progress of its least certain case."""
        found = [_evidence(pair) for pair in self.alive]
        known = [one.noise for one in found if one.noise is not None]
        return Standing(
            rounds=self.rounds,
            pairs=min((one.pairs for one in found), default=0),
            noise=max(known) if len(known) == len(found) and known else None,
            spent_s=self.spent_s,
            over=not found,
        )


def pairs_of(
    base: Sequence[SuiteWork], head: Sequence[SuiteWork]
) -> tuple[list[Pair], list[tuple[Side, SuiteWork, Case]]]:
    """The cases that both sides plan, in the head's order, and those that only one plans."""
    planned = {
        side: {_identity(work, case): (work, case) for work in works for case in work.plan.cases}
        for side, works in ((Side.BASE, base), (Side.HEAD, head))
    }
    before, after = planned[Side.BASE], planned[Side.HEAD]
    pairs = [
        Pair(
            works={Side.BASE: before[key][0], Side.HEAD: work},
            cases={Side.BASE: before[key][1], Side.HEAD: case},
        )
        for key, (work, case) in after.items()
        if key in before
    ]
    lone = [
        (side, work, case)
        for side, here, there in ((Side.BASE, before, after), (Side.HEAD, after, before))
        for key, (work, case) in here.items()
        if key not in there
    ]
    return pairs, lone


def lanes_of(pairs: Iterable[Pair]) -> list[Lane]:
    """The lanes of these cases; what is done once, such as a build, has none."""
    lanes: dict[tuple[str, ...], Lane] = {}
    for pair in pairs:
        if pair.case.once:
            continue
        spawns = pair.process(Side.HEAD).spawns
        name = pair.work.label(pair.case)
        key = (pair.work.name, name) if spawns else (pair.work.name, "", pair.case.process)
        if key in lanes:
            lanes[key].pairs.append(pair)
        else:
            lanes[key] = Lane(name, [pair], spawns)
    return list(lanes.values())


def _identity(work: SuiteWork, case: Case) -> tuple[object, ...]:
    params = tuple(sorted(case.params.items()))
    # Cases that share a process are kept apart when they report memory metrics.
    return (work.name, case.benchmark, params, case.variant.pairs(), case.metrics)


def _evidence(pair: Pair) -> rounds.Evidence:
    """The evidence so far of the first metric of a case."""
    return rounds.evidence(_sampled(pair, Side.BASE), _sampled(pair, Side.HEAD))


def _sampled(pair: Pair, side: Side) -> Sampled:
    visits = [visit._replace(points=visit.points[:1]) for visit in pair.visits[side]]
    points = points_of(pair.cases[side], side, visits)
    outcome = points[0].outcome if points else None
    if not isinstance(outcome, Measured):
        return Sampled()
    return Sampled(outcome.samples, outcome.rounds, outcome.processes, outcome.preempted)
