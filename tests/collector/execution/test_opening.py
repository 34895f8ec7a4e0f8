"""Children of a work list that are opened before their turn."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import psutil
import pytest

from collector.contract import Process, SuitePlan
from collector.execution import opening
from collector.execution.children import Limits
from collector.execution.runner import Runner
from collector.measure import memory
from tests.collector import opening_toys, toys
from tests.collector.harness import FAST, Quiet, work_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="children talk over POSIX pipes")


def runner_of(toy, folder: Path, limits: Limits = FAST) -> Runner:
    return Runner(work_of(toy), "quick", folder, folder, Quiet(), limits)


def statuses(runner: Runner) -> list[bool]:
    return [result.absence is None for result in runner.results()]


def children() -> set[int]:
    return {one.pid for one in psutil.Process().children()}


def test_all_children_of_a_work_list_are_open_before_anything_is_measured(tmp_path):
    runners = [runner_of(toys.Pair, tmp_path), runner_of(toys.Sleep, tmp_path)]
    opening.side_by_side(runners, print)
    ready = [one.result() for runner in runners for one in runner._children.early.values()]
    assert len(ready) == 3
    assert all(child is not None and child.facts for child in ready)
    assert not any(runner._children.opened for runner in runners)
    assert [statuses(runner) for runner in runners] == [[True, True], [True]]


def test_the_first_case_of_a_child_is_made_ready_before_anything_is_measured_and_not_again(
    tmp_path,
):
    runner = runner_of(opening_toys.PreparesInTurn, tmp_path)
    opening.side_by_side([runner], print)
    assert (tmp_path / "prepared").read_text() == "work\n"
    assert statuses(runner) == [True]
    assert (tmp_path / "prepared").read_text() == "work\n"


@pytest.mark.parametrize(
    ("toy", "reason"),
    [
        (opening_toys.CannotPrepare, "RuntimeError: nothing to prepare"),
        (opening_toys.DiesPreparing, "the child ended with exit code 3"),
        (opening_toys.DiesWarmingUp, "the child ended with exit code 4"),
    ],
)
def test_what_could_not_be_made_ready_is_told_by_its_own_case(tmp_path, toy, reason):
    broken, well = runner_of(toy, tmp_path), runner_of(toys.Sleep, tmp_path)
    opening.side_by_side([broken, well], print)
    assert [result.absence.reason for result in broken.results()] == [reason]
    assert statuses(well) == [True]


def repeats(folder: Path) -> int:
    told = folder / "repeats"
    return len(told.read_text().splitlines()) if told.exists() else 0


def test_a_warm_up_of_known_length_comes_before_anything_is_measured_and_not_again(tmp_path):
    runner = runner_of(opening_toys.Repeats, tmp_path)
    opening.side_by_side([runner], print)
    assert repeats(tmp_path) == 1
    (result,) = runner.results()
    assert repeats(tmp_path) == 3
    assert [warm.repeats for warm in result.warm] == [1]


def test_the_repeat_that_gives_the_memory_of_stages_comes_with_the_warm_up(tmp_path):
    if not memory.reset_peak():
        pytest.skip("this system cannot reset the peak of a process")
    runner = runner_of(opening_toys.RepeatsInStages, tmp_path)
    opening.side_by_side([runner], print)
    assert repeats(tmp_path) == 2
    (result,) = runner.results()
    assert repeats(tmp_path) == 4
    (finished,) = result.finished
    assert finished.memory["forward_peak_rss"] > 10e6


@pytest.mark.parametrize("toy", [opening_toys.RepeatsUntilWarm, opening_toys.RepeatsInSequence])
def test_any_other_warm_up_waits_for_its_turn(tmp_path, toy):
    runner = runner_of(toy, tmp_path)
    opening.side_by_side([runner], print)
    assert repeats(tmp_path) == 0
    assert statuses(runner) == [True]
    assert repeats(tmp_path) >= 3


def test_what_may_import_most_is_opened_first(tmp_path):
    light = Process(name="main", light=True)
    work = work_of(toys.Sleep)
    begun = []

    class Noted(Runner):
        def open_ahead(self, process, first, pool, has_room):
            begun.append(process.light)
            return super().open_ahead(process, first, pool, has_room)

    of_light = work._replace(plan=SuitePlan(processes=(light,), cases=work.plan.cases))
    runners = [Noted(one, "quick", tmp_path, tmp_path, Quiet(), FAST) for one in (of_light, work)]
    opening.side_by_side(runners, print)
    for runner in runners:
        runner.abandon()
    assert begun == [False, True]


def test_many_at_once_are_told(tmp_path):
    told: list[str] = []
    runners = [runner_of(toys.Pair, tmp_path) for _ in range(2)]
    opening.side_by_side(runners, told.append)
    for runner in runners:
        runner.abandon()
    assert told == ["opening 4 processes side by side, before anything is timed"]


def test_the_child_that_was_opened_ahead_is_the_one_that_measures(tmp_path):
    at_first = children()
    runner = runner_of(toys.Sleep, tmp_path)
    opening.side_by_side([runner], print)
    opened = children() - at_first
    results = runner.results()
    next(results)
    assert children() - at_first <= opened
    results.close()
    assert not children() & opened


def test_where_there_is_no_room_each_is_opened_in_its_turn(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "ROOM_BYTES", 2**60)
    runner = runner_of(toys.Pair, tmp_path)
    opening.side_by_side([runner], print)
    assert [one.result() for one in runner._children.early.values()] == [None, None]
    assert statuses(runner) == [True, True]


def test_what_starts_programs_waits_for_its_turn(tmp_path):
    runner = runner_of(toys.Spawns, tmp_path)
    opening.side_by_side([runner], print)
    assert not runner._children.early


def test_what_works_on_a_device_waits_for_its_turn(tmp_path):
    work = work_of(toys.Pair)
    moved = tuple(
        msgspec.structs.replace(case, variant=msgspec.structs.replace(case.variant, device="cuda"))
        for case in work.groups[0]
    )
    runner = Runner(work._replace(groups=(moved,)), "quick", tmp_path, tmp_path, Quiet(), FAST)
    opening.side_by_side([runner], print)
    assert not runner._children.early


def test_nobody_is_opened_beside_one_whose_shared_memory_is_read(tmp_path):
    runners = [runner_of(opening_toys.Shared, tmp_path), runner_of(toys.Sleep, tmp_path)]
    opening.side_by_side(runners, print)
    assert not any(runner._children.early for runner in runners)


def test_what_fails_to_open_is_told_by_its_own_cases(tmp_path):
    broken, well = runner_of(opening_toys.CannotOpen, tmp_path), runner_of(toys.Sleep, tmp_path)
    opening.side_by_side([broken, well], print)
    reasons = {result.absence.reason for result in broken.results()}
    assert reasons == {"RuntimeError: nothing to open"}
    assert statuses(well) == [True]


def test_an_interruption_ends_children_that_are_still_being_opened(tmp_path):
    runner = runner_of(opening_toys.OpensForEver, tmp_path, Limits())
    before = children()
    with ThreadPoolExecutor(2) as pool:
        due = opening.may_be_early(runner.work)
        early = [runner.open_ahead(*one, pool, lambda: True) for one in due]
        assert len(children() - before) >= len(early)
        while not (tmp_path / "begun").exists():
            time.sleep(0.01)
        runner.abandon()
    assert children() == before


def test_children_whose_turn_never_comes_are_ended(tmp_path):
    runner = runner_of(toys.Pair, tmp_path)
    before = children()
    opening.side_by_side([runner], print)
    runner.abandon()
    assert children() == before


def test_processes_that_another_program_starts_wait_for_their_turn(tmp_path):
    work = work_of(toys.Sleep)
    (process,) = work.plan.processes
    under = Process(name=process.name, under=("env",))
    planned = SuitePlan(processes=(under,), cases=work.plan.cases)
    runner = Runner(work._replace(plan=planned), "quick", tmp_path, tmp_path, Quiet(), FAST)
    opening.side_by_side([runner], print)
    assert not runner._children.early
    assert statuses(runner) == [True]
