"""A planted slowdown of 3 % between two variants, beside a competing load.

Two children do the same work, one of them 3 % more of it. Three ways of measuring are compared:
interleaved rounds with preempted samples left out (ours), the same samples with every one counted,
and all of A before all of B. Usage: python -m benchmarks.harness.planted [--trials N]
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import bare
from benchmarks.harness.load import ALL, ALONE, CHANGING, ONE, beside
from collector.contract import Case, Process, Sampling, StageTimer, SuitePlan
from collector.results.aggregate import choose, needed_of
from collector.results.samples import Arrays, arrays
from history.stats.effect import Ratio, paired_ratio, ratio_of_medians
from history.words.records import Variant

BESIDE = {"nobody": ALONE, "one": ONE, "all": ALL, "changing": CHANGING}
PLANTED = 0.03
LOOPS = 400
"""About 3 ms of arithmetic on an array in the cache."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the two variants are measured."""

    interleaved: bool = True
    repeats: int = 80
    rounds: int = 8
    processes: int = 1


class Planted(bare.BareSuite):
    """The same work in two processes; ``b`` does 3 % more of it."""

    name = "planted"
    summary = "A planted slowdown."
    options = Options

    def plan(self, options: Options, profile: str) -> SuitePlan:
        """One benchmark in two variants; two benchmarks when they are not to be interleaved."""
        del profile
        cases = tuple(
            Case(
                benchmark="work" if options.interleaved else f"work-{name}",
                process=name,
                metrics=("operation_time",),
                variant=Variant(implementation=name),
                sampling=Sampling(
                    repeats=options.repeats, rounds=options.rounds, processes=options.processes
                ),
            )
            for name in ("a", "b")
        )
        return SuitePlan(processes=(Process(name="a"), Process(name="b")), cases=cases)

    def open(self, process: Process, options: Options, profile: str, workspace: Path) -> Planted:
        """Remember which one this is."""
        del options, profile, workspace
        self._loops = LOOPS if process.name == "a" else round(LOOPS * (1 + PLANTED))
        self._values = np.ones(8192)
        return self

    def run(self, timer: StageTimer) -> object:
        """The work."""
        del timer
        for _ in range(self._loops):
            np.multiply(self._values, 1.0, out=self._values)
        return None


class Found(NamedTuple):
    """One way of measuring in one trial."""

    change: float
    low: float
    high: float


def measure(sampling: Options, *, interleaved: bool) -> list[Arrays]:
    """Samples of both variants from real children."""
    options = msgspec.structs.replace(sampling, interleaved=interleaved)
    found = bare.results(Planted(), "benchmarks.harness.planted:Planted", options)
    return [arrays(result.case, result.blocks) for result in found]


def change(data: Sequence[Arrays], *, clean: bool) -> Found:
    """Relative change from the first to the second, with its 95 % interval."""
    needed = needed_of(Sampling())
    before, after = (
        choose(one.total_s, one.preempted, needed).samples if clean else one.total_s for one in data
    )
    return _found(ratio_of_medians(before, after))


def change_by(data: Sequence[Arrays], what: str) -> Found:
    """The same from medians of each round or process, in pairs; one without clean samples is out.

    ``what`` is ``rounds`` or ``processes``.
    """
    medians = [_medians(one, np.asarray(getattr(one, what))) for one in data]
    shared = sorted(set(medians[0]) & set(medians[1]))
    before, after = ([side[number] for number in shared] for side in medians)
    return _found(paired_ratio(before, after))


def _medians(data: Arrays, groups: NDArray[np.int_]) -> dict[int, float]:
    clean = np.ones(data.n, dtype=bool)
    clean[list(data.preempted)] = False
    return {
        int(number): float(np.median(data.total_s[clean & (groups == number)]))
        for number in np.unique(groups)
        if (clean & (groups == number)).any()
    }


def _found(ratio: Ratio) -> Found:
    return Found(ratio.value - 1, ratio.interval.low - 1, ratio.interval.high - 1)


def main() -> None:
    """Print, for an idle and a loaded machine, what each way of measuring found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--beside", choices=tuple(BESIDE), action="append")
    parser.add_argument("--repeats", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=8, help="of each process")
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    trials = chosen.trials
    sampling = Options(repeats=chosen.repeats, rounds=chosen.rounds, processes=chosen.processes)
    print(
        f"{'neighbours':28} {'way':34} {'median':>8} {'worst error':>12} {'covers':>7} {'sees':>5}"
    )
    for others in (BESIDE[name] for name in chosen.beside or BESIDE):
        ways: dict[str, list[Found]] = {}
        with beside(others):
            for _ in range(trials):
                together = measure(sampling, interleaved=True)
                ways.setdefault("interleaved, preempted left out", []).append(
                    change(together, clean=True)
                )
                ways.setdefault("interleaved, all samples", []).append(
                    change(together, clean=False)
                )
                ways.setdefault("interleaved, paired by round", []).append(
                    change_by(together, "rounds")
                )
                if chosen.processes > 1:
                    ways.setdefault("interleaved, paired by process", []).append(
                        change_by(together, "processes")
                    )
                apart = measure(sampling, interleaved=False)
                ways.setdefault("one after the other, all samples", []).append(
                    change(apart, clean=False)
                )
        for way, found in ways.items():
            changes = [one.change for one in found]
            worst = max(abs(value - PLANTED) for value in changes)
            covers = sum(one.low <= PLANTED <= one.high for one in found)
            sees = sum(one.low > 0 for one in found)
            print(
                f"{others.name:28} {way:34} {statistics.median(changes) * 100:7.2f}%"
                f" {worst * 100:11.2f}%"
                f" {covers:4}/{trials} {sees:2}/{trials}"
            )


if __name__ == "__main__":
    main()
