"""The same function and the same command, measured by other tools and by ours.

Every tool measures again and again, in turn and in changing order (A B, B A), alone and beside
neighbours. Two questions: do the medians agree, and how far do a tool's figures lie apart from
trial to trial, both the one it prints first and the median of its samples? Other tools state no
interval of a median, so theirs is made of their samples as ours is made of ours; beside the number
of overlaps stands how many there would be if samples were taken for independent.

Usage: python -m benchmarks.harness.peers --pyperf PYTHON [--trials N] [--beside NAME]
"""

from __future__ import annotations

import argparse
import importlib
import json
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks.harness import bare, load
from benchmarks.harness.work import COMMAND, work
from collector.contract import Case, Process, Sampling, StageTimer, SuitePlan
from collector.protocol import isolation
from collector.results import points
from collector.suites import registry
from history.compare import select
from history.stats.batches import ordered_interval
from history.stats.summary import Interval, IntervalMethod, median_interval
from history.words.records import Measured

RUNS = 70
"""Of the command, in one trial of either tool; a second and a half."""
BESIDE = {
    "nobody": load.ALONE,
    "one": load.ONE,
    "pinned": load.PINNED,
    "shared": load.SHARED,
    "all": load.ALL,
}
ROOT = Path(__file__).resolve().parents[2]


class Run(NamedTuple):
    """One tool, once: seconds."""

    printed: float
    """What the tool prints first and compares by: a median or a mean."""
    median: float
    stated: Interval
    independent: Interval
    """The one of samples that are taken for independent."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In what surroundings the function is measured."""

    processes: int = 10
    """As many as pyperf starts."""
    torch: bool = False
    """Beside a loaded torch, as torch.utils.benchmark has it."""


class Function(bare.BareSuite):
    """The function as a suite of ours."""

    name = "function"
    summary = "The function every tool measures."
    options = Options

    def plan(self, options: Options, profile: str) -> SuitePlan:
        """One case."""
        del profile
        case = Case(
            benchmark="work",
            process="main",
            metrics=("operation_time",),
            # As long as torch.utils.benchmark is given.
            sampling=Sampling(
                block_s=0.001,
                max_repeats=4000,
                max_s=3.0,
                half_width=1e-4,
                processes=options.processes,
            ),
        )
        return SuitePlan(processes=(Process(name="main"),), cases=(case,))

    def open(self, process: Process, options: Options, profile: str, workspace: Path) -> Function:
        """Nothing to load but torch, where it is wanted."""
        del process, profile, workspace
        if options.torch:
            importlib.import_module("torch")
        return self

    def run(self, timer: StageTimer) -> object:
        """The function."""
        del timer
        work()
        return None


def our_run(suite: Any, target: str, options: Any) -> Run:  # noqa: ANN401 - any suite
    """The headline of a suite's only case."""
    (result,) = bare.results(suite, target, options)
    outcome = points.make(suite, suite.name, result).points[0].outcome
    if not isinstance(outcome, Measured) or outcome.low is None or outcome.high is None:
        raise SystemExit(f"soundmark measured nothing: {outcome}")
    kept = select.counted(len(outcome.samples), outcome.preempted, outcome.n)
    counted = [outcome.samples[place] for place in kept]
    stated = Interval(outcome.low, outcome.high, IntervalMethod(outcome.interval.replace("-", " ")))
    return Run(outcome.value, outcome.value, stated, median_interval(counted))


def our_function(options: Options) -> Run:
    """The function in children of ours."""
    return our_run(Function(), "benchmarks.harness.peers:Function", options)


def our_command(cores: str | tuple[int, ...] = ()) -> Run:
    """The command by our command suite."""
    suite = registry.load("command")
    table = {
        "name": "peer",
        "run": shlex.join(COMMAND),
        "warmup": 1,
        "repeats": RUNS,
        "cores": cores,
    }
    return our_run(suite, registry.target_of("command"), msgspec.convert(table, suite.options))


def torch_benchmark() -> Run:
    """torch.utils.benchmark in a fresh process, with its own choice of block size."""
    code = (
        "import json; from torch.utils.benchmark import Timer;"
        "t = Timer('work()', setup='from benchmarks.harness.work import work');"
        "print(json.dumps(t.blocked_autorange(min_run_time=3.0).times))"
    )
    return _of(json.loads(_output([sys.executable, "-c", code])), statistics.median)


def pyperf(python: str) -> Callable[[], Run]:
    """Pyperf as its command line runs it: 10 processes of 3 values (--fast)."""

    def measure() -> Run:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "found.json"
            setup = "from benchmarks.harness.work import work"
            command = [python, "-m", "pyperf", "timeit", "--fast", "--quiet", "-o", str(file)]
            _output([*command, "--inherit-environ", "PYTHONPATH", "-s", setup, "work()"])
            runs = json.loads(file.read_text())["benchmarks"][0]["runs"]
        values = [(value, n) for n, run in enumerate(runs) for value in run.get("values", [])]
        times, processes = zip(*values, strict=True)
        return _of(times, statistics.mean, processes)

    return measure


def hyperfine() -> Run:
    """Hyperfine without a shell, as many runs and as warm as ours."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        command = shlex.join(COMMAND)
        sampling = ["--warmup", "1", "--runs", str(RUNS)]
        _output(
            ["hyperfine", "-N", "--style", "none", *sampling, "--export-json", str(file), command]
        )
        times = json.loads(file.read_text())["results"][0]["times"]
    return _of(times, statistics.mean)


def _of(
    times: Sequence[float],
    printed: Callable[[Sequence[float]], float],
    processes: Sequence[int] = (),
) -> Run:
    intervals = ordered_interval(times, processes=processes), median_interval(times)
    return Run(printed(times), statistics.median(times), *intervals)


def _output(command: list[str]) -> str:
    # What our children get, so that all measure the same: with OpenMP left free, the same function
    # takes 2 % longer once torch is loaded.
    environment = isolation.environment(Process(name="main")) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr or done.stdout}")
    return done.stdout


def report(
    name: str,
    tools: dict[str, Callable[[], Run]],
    trials: int,
    neighbours: Sequence[load.Neighbours],
) -> None:
    """One line per tool and neighbour; ratios are to our own line above."""
    for others in neighbours:
        found: dict[str, list[Run]] = {tool: [] for tool in tools}
        with load.beside(others):
            for trial in range(trials):  # in turn, so that the machine treats all alike
                for tool in tools if trial % 2 == 0 else reversed(tools):
                    found[tool].append(tools[tool]())
        ours = found["soundmark"]
        for tool, several in found.items():
            overlaps = [
                sum(_overlap(*both) for both in zip(one, own, strict=True))
                for one, own in (
                    ([run.stated for run in several], [run.stated for run in ours]),
                    ([run.independent for run in several], [run.independent for run in ours]),
                )
            ]
            middle = statistics.median(run.median for run in several)
            ratio = middle / statistics.median(run.median for run in ours)
            among = median_interval([run.median for run in several])
            spreads = " ".join(
                f"{own * 100:7.2f} % {own / one:6.2f}x"
                for figures in ([run.printed for run in several], [run.median for run in several])
                for own, one in zip(
                    _spreads(figures), _spreads([r.median for r in ours]), strict=True
                )
            )
            print(
                f"{name:9} {others.name:26} {tool:22} {middle * 1e6:10.1f} µs {ratio:6.3f}"
                f" [{among.low * 1e6:8.1f}, {among.high * 1e6:8.1f}]"
                f" {spreads} {overlaps[0]:4}/{trials} ({overlaps[1]})",
                flush=True,
            )


def _overlap(one: Interval, other: Interval) -> bool:
    return one.low <= other.high and other.low <= one.high


def _spreads(figures: Sequence[float]) -> tuple[float, float]:
    """Range of a tool's figures, and of the middle half of them, as shares of their median."""
    low, middle, high = statistics.quantiles(figures, n=4, method="inclusive")
    return (max(figures) - min(figures)) / middle, (high - low) / middle


def main() -> None:
    """Compare what is installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pyperf", metavar="PYTHON", help="an interpreter that has pyperf")
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--what", choices=("both", "function", "command"), default="both")
    parser.add_argument("--beside", choices=tuple(BESIDE), action="append")
    chosen = parser.parse_args()
    neighbours = [BESIDE[name] for name in chosen.beside or ("nobody", "pinned", "shared")]
    print(
        f"{'what':9} {'beside':26} {'tool':22} {'median':>13} {'/ours':>6}"
        f" {'95 % over trials':>20}"
        f" {'printed: range':>17} {'middle half':>17} {'median: range':>17} {'middle half':>17}"
        " overlap (independent)"
    )
    functions: dict[str, Callable[[], Run]] = {"soundmark": partial(our_function, Options())}
    if chosen.pyperf:
        functions["pyperf --fast"] = pyperf(chosen.pyperf)
    beside_torch: dict[str, Callable[[], Run]] = {
        "soundmark": partial(our_function, Options(processes=5, torch=True)),
        "torch.utils.benchmark": torch_benchmark,
    }
    if chosen.what in {"both", "function"}:
        report("function", functions, chosen.trials, neighbours)
        report("in torch", beside_torch, chosen.trials, neighbours)
    commands: dict[str, Callable[[], Run]] = {
        "soundmark": lambda: our_command("quietest"),
        "soundmark, free": our_command,
    }
    if shutil.which("hyperfine"):
        commands["hyperfine"] = hyperfine
    if chosen.what in {"both", "command"}:
        report("command", commands, chosen.trials, neighbours)


if __name__ == "__main__":
    main()
