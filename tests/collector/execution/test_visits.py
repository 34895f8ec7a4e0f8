"""Suites that measure in the child itself: every visit of a round is a new child."""

from typing import Any

import pytest

from collector.execution import duet
from collector.execution.checkouts import Checkout
from collector.execution.duet import Setting
from collector.planning import rounds
from history.words.records import Commit, Failed, Machine, Measured, RunKind, Side
from tests.collector import fresh_toys
from tests.collector.harness import FAST, Quiet, work_of
from tests.history.builders import START


def commit(name):
    return Commit(sha=name * 10, time=START)


class Recorder:
    def before(self):
        self.groups = {}

    after = before

    def suite(self, work, facts):
        self.groups[work.name] = facts

    def add(self, group, fields):
        self.groups[group] = fields

    def environment(self):
        return self.groups

    def warnings(self):
        return []


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """A duet of a toy with itself, of two rounds."""
    monkeypatch.setattr(rounds, "MOST_ROUNDS", 0)
    monkeypatch.setattr(rounds.Allowance, "least_rounds", 2)

    def run(toy):
        sides = {}
        for name in ("base", "head"):
            folder = tmp_path / name
            folder.mkdir()
            sides[name] = Checkout(name, commit(name), folder, folder, tmp_path / f"{name}-room")
        recorder: Any = Recorder()
        setting = Setting(
            project="toys",
            profile="quick",
            machine=Machine(name="box"),
            base=sides["base"],
            head=sides["head"],
            watcher=Quiet(),
            recorder=recorder,
            seed=1,
            about={},
            measure_identical=True,
            limits=FAST,
        )
        work = work_of(toy)
        return duet.measure((work,), (work,), setting)

    return run


def outcomes(made, metric, benchmark="work"):
    return {
        point.side: point.outcome
        for point in made.record.points
        if (point.metric, point.benchmark) == (metric, benchmark)
    }


def test_every_visit_is_a_process_of_its_own(measured):
    made = measured(fresh_toys.Slower)
    assert made.record.run.kind is RunKind.DUET
    found = outcomes(made, "pid")
    base, head = found[Side.BASE], found[Side.HEAD]
    assert isinstance(base, Measured)
    pids = [dict(zip(one.processes, one.samples, strict=True)) for one in (base, head)]
    assert len(set(pids[0].values()) | set(pids[1].values())) == len(pids[0]) + len(pids[1])
    assert all(len(set(one.rounds)) * 2 == len(set(one.processes)) for one in (base, head))
    # The cases of a process share its visits.
    work, last = (outcomes(made, "pid", one)[Side.HEAD] for one in ("work", "last"))
    assert set(work.samples) == set(last.samples)


def test_a_side_whose_child_cannot_be_opened_is_absent_and_the_other_was_looked_at(measured):
    made = measured(fresh_toys.Elsewhere)
    found = outcomes(made, "operation_time")
    assert "speech_project" in found[Side.BASE].reason
    assert isinstance(found[Side.HEAD], Measured)
    assert set(found[Side.HEAD].rounds) <= {0}


def test_a_case_that_ends_its_child_costs_only_itself(measured):
    made = measured(fresh_toys.Broken)
    assert isinstance(outcomes(made, "pid")[Side.BASE], Failed)
    assert isinstance(outcomes(made, "pid", "last")[Side.HEAD], Measured)
