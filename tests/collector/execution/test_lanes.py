"""Cases of two sides that share a round, and how far each is."""

from typing import Any

from collector.contract import Case, Process, SuitePlan
from collector.execution.lanes import lanes_of, pairs_of
from collector.execution.visits import Absent, Pair
from collector.planning import plan
from collector.results.visits import Visit
from history.words.records import Failed, Measured, Point, Side


def case(benchmark: str, process: str = "main", **more: Any) -> Case:
    return Case(benchmark=benchmark, process=process, metrics=("wall_time", "cpu_time"), **more)


def works(*cases: Case, spawns: bool = False) -> Any:
    processes = tuple(Process(name=name, spawns=spawns) for name in ("main", "other"))
    planned = SuitePlan(processes=processes, cases=cases)
    suite: Any = object()
    return plan.assemble([plan.Planned("cli", "m:M", suite, {}, planned)])


def pairs(*cases: Case, spawns: bool = False) -> list[Pair]:
    both = works(*cases, spawns=spawns)
    return pairs_of(both, both)[0]


def names(found: Any) -> list[list[str]]:
    return [[pair.case.benchmark for pair in lane.pairs] for lane in found]


def test_cases_that_one_side_alone_plans_are_told_apart_from_pairs():
    base, head = works(case("old"), case("both")), works(case("both"), case("new"))
    found, lone = pairs_of(base, head)
    assert [pair.case.benchmark for pair in found] == ["both"]
    assert [(side, one.benchmark) for side, _, one in lone] == [
        (Side.BASE, "old"), (Side.HEAD, "new"),
    ]  # fmt: skip


def test_all_cases_of_one_process_share_a_lane_and_each_program_has_its_own():
    cases = (case("a"), case("b"), case("c", "other"))
    assert names(lanes_of(pairs(*cases))) == [["a", "b"], ["c"]]
    assert names(lanes_of(pairs(*cases, spawns=True))) == [["a"], ["b"], ["c"]]


def test_what_is_done_once_has_no_rounds():
    assert names(lanes_of(pairs(case("a"), case("build", once=True)))) == [["a"]]


def visits(pair: Pair, side: Side, *values: float) -> list[Visit]:
    """One visit for each value: the first metric alone matters."""
    return [
        Visit(
            place // 2,
            2 * place + (side is Side.HEAD),
            (Point(suite="cli", benchmark=pair.case.benchmark, metric="wall_time",
                   outcome=Measured(value=value, n=1)),),
        )
        for place, value in enumerate(values)
    ]  # fmt: skip


def test_a_lane_is_as_far_as_its_least_certain_case():
    steady, noisy = pairs(case("a"), case("b"))
    (lane,) = lanes_of([steady, noisy])
    assert lane.standing().noise is None, "nothing was measured yet"
    for side in Side:
        steady.visits[side] = visits(steady, side, *[1.0] * 24)
        noisy.visits[side] = visits(noisy, side, *[1.0, 1.2] * 8)
    lane.rounds = 12
    standing = lane.standing()
    assert standing.noise is not None
    assert standing.noise > 0
    assert standing.pairs == 16
    noisy.absences[Side.HEAD] = Absent(Failed(reason="it ended"))
    assert lane.standing().noise == 0


def test_a_lane_of_which_nothing_can_be_measured_is_over():
    (pair,) = pairs(case("a"))
    (lane,) = lanes_of([pair])
    assert not lane.standing().over
    pair.absences[Side.BASE] = Absent(Failed(reason="it ended"))
    assert lane.standing().over
    assert lane.series() == 0


def test_series_are_those_found_and_at_least_those_that_are_owed():
    (pair,) = pairs(case("a"))
    (lane,) = lanes_of([pair])
    assert lane.series() == 2
    (visit,) = visits(pair, Side.HEAD, 1.0)
    pair.visits[Side.HEAD] = [visit._replace(points=visit.points * 5)]
    assert lane.series() == 5
