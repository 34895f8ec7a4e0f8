"""Suites whose children show when they are opened, made ready and warmed up.

They import little, as all toys do: every child imports the file of its toy.
"""

from __future__ import annotations

import os

from collector.contract import Sampling
from tests.collector import toys


class OpensForEver(toys.Pair):
    """Its second child never comes to an end of being opened."""

    def open(self, process, options, profile, workspace):
        while process.name == "b":
            (workspace / "begun").touch()
        return super().open(process, options, profile, workspace)


class CannotOpen(toys.Neighbours):
    """Its child says that it cannot."""

    def open(self, process, options, profile, workspace):
        raise RuntimeError("nothing to open")


class PreparesInTurn(toys.Sleep):
    """Its case is made ready once, and tells where."""

    def open(self, process, options, profile, workspace):
        self.workspace = workspace
        return super().open(process, options, profile, workspace)

    def prepare(self, case):
        with (self.workspace / "prepared").open("a") as told:
            told.write(case.benchmark + "\n")
        return super().prepare(case)


class Repeats(toys.Sleep):
    """Tells of every repeat, its warm-up included."""

    sampling = Sampling(warmup=1, repeats=2)

    def open(self, process, options, profile, workspace):
        self.workspace = workspace
        return super().open(process, options, profile, workspace)

    def work(self, timer):
        with (self.workspace / "repeats").open("a") as told:
            told.write("one\n")


class RepeatsInStages(Repeats):
    """Owes the memory of its stage as well."""

    metrics = ("total_time", "forward_time", "peak_rss")
    stages = ("forward_time",)

    def work(self, timer):
        super().work(timer)
        timer.end_stage("forward_time")


class RepeatsUntilWarm(Repeats):
    """Nobody knows how often before the times agree."""

    sampling = Sampling(repeats=2)


class RepeatsInSequence(Repeats):
    """Each repeat builds on the one before."""

    sampling = Sampling(warmup=1, repeats=2, sequence=True)


class DiesWarmingUp(Repeats):
    """Its child ends in its first repeat."""

    def work(self, timer):
        os._exit(4)


class CannotPrepare(toys.Sleep):
    """Its child opens and can make nothing ready."""

    def prepare(self, case):
        raise RuntimeError("nothing to prepare")


class DiesPreparing(toys.Sleep):
    """Its child ends while it makes a case ready."""

    def prepare(self, case):
        os._exit(3)


class Shared(toys.Pair):
    """Asks for memory that is shared with whoever has the same libraries open."""

    metrics = ("operation_time", "pss")
