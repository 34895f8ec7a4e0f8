"""The same function and the same command, measured by other tools and by ours.

Every tool runs several times in turn, alone and beside a neighbour on one core. Two questions: do
the medians agree, and how far do a tool's own medians lie apart from run to run?

Usage: python -m benchmarks.harness.peers --pyperf PYTHON [--runs N]
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks.harness import load
from benchmarks.harness.work import COMMAND, work
from collector import plan, points
from collector.runner import Runner
from collector.suites import registry
from collector.suites.interface import Case, Laps, Outcome, Process, Sampling, SuitePlan
from history.records import Measured
from history.stats.summary import median_interval

ROOT = Path(__file__).resolve().parents[2]


class Run(NamedTuple):
    """One tool, once: seconds."""

    median: float
    low: float
    high: float


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing can be set."""


class Function:
    """The function as a suite of ours."""

    name = "function"
    version = 1
    summary = "The function every tool measures."
    needs = ()
    options = Options

    def plan(self, options: Options, profile: str) -> SuitePlan:
        """One case."""
        del options, profile
        case = Case(
            benchmark="work",
            process="main",
            metrics=("operation_time",),
            sampling=Sampling(block_s=0.001, min_repeats=40, max_repeats=400, max_s=3.0),
        )
        return SuitePlan(processes=(Process(name="main"),), cases=(case,))

    def open(self, process: Process, options: Options, profile: str, workspace: Path) -> Function:
        """Nothing to load."""
        del process, options, profile, workspace
        return self

    def facts(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def prepare(self, case: Case) -> Function:
        """The work is the suite itself."""
        del case
        return self

    def run(self, laps: Laps) -> object:
        """The function."""
        del laps
        return work()

    def finish(self) -> Outcome:
        """Nothing to say."""
        return Outcome()

    def close(self) -> None:
        """Nothing is held."""

    def derive(self, case: Case, samples: Any, outcome: Outcome) -> dict[str, Any]:  # noqa: ANN401
        """Nothing beyond the time."""
        del case, samples, outcome
        return {}


class _Quiet:
    def group_started(self, work: object, group: object) -> None:
        """Nothing is shown."""

    def phase(self, case: object, text: str) -> None:
        """Nothing is shown."""

    def progress(self, case: object, done: int, total: int) -> None:
        """Nothing is shown."""


def ours(suite: Any, target: str, options: Any) -> Run:  # noqa: ANN401 - any suite
    """The headline of a suite's only case."""
    sent: dict[str, Any] = msgspec.to_builtins(options)
    planned = suite.plan(options, "quick")
    (listed,) = plan.assemble([(suite.name, target, suite, sent, planned)])
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(listed, "quick", Path(folder), Path(folder), _Quiet())
        (result,) = runner.results()
    outcome = points.make(suite, suite.name, result).points[0].outcome
    if not isinstance(outcome, Measured) or outcome.low is None or outcome.high is None:
        raise SystemExit(f"soundmark measured nothing: {outcome}")
    return Run(outcome.value, outcome.low, outcome.high)


def our_function() -> Run:
    """The function in a child of ours."""
    return ours(Function(), "benchmarks.harness.peers:Function", Options())


def our_command() -> Run:
    """The command by our command suite."""
    suite = registry.load("command")
    # As many runs as hyperfine makes of a command this short in its three seconds.
    table = {"name": "peer", "run": shlex.join(COMMAND), "warmup": 1, "repeats": 70}
    return ours(suite, registry.target_of("command"), msgspec.convert(table, suite.options))


def torch_benchmark() -> Run:
    """torch.utils.benchmark in a fresh process, with its own choice of block size."""
    code = (
        "import json; from torch.utils.benchmark import Timer;"
        "t = Timer('work()', setup='from benchmarks.harness.work import work');"
        "print(json.dumps(t.blocked_autorange(min_run_time=3.0).times))"
    )
    return _of(json.loads(_output([sys.executable, "-c", code])))


def pyperf(python: str) -> Callable[[], Run]:
    """Pyperf as its command line runs it: 10 processes of 3 values (--fast)."""

    def measure() -> Run:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "found.json"
            setup = "from benchmarks.harness.work import work"
            command = [python, "-m", "pyperf", "timeit", "--fast", "--quiet", "-o", str(file)]
            _output([*command, "--inherit-environ", "PYTHONPATH", "-s", setup, "work()"])
            runs = json.loads(file.read_text())["benchmarks"][0]["runs"]
        return _of([value for run in runs for value in run.get("values", [])])

    return measure


def hyperfine() -> Run:
    """Hyperfine without a shell, with its own choice of runs."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        command = shlex.join(COMMAND)
        _output(["hyperfine", "-N", "--style", "none", "--export-json", str(file), command])
        times = json.loads(file.read_text())["results"][0]["times"]
    return _of(times)


def _of(times: Sequence[float]) -> Run:
    interval = median_interval(times)
    return Run(statistics.median(times), interval.low, interval.high)


def _output(command: list[str]) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr or done.stdout}")
    return done.stdout


def report(name: str, tools: dict[str, Callable[[], Run]], runs: int) -> None:
    """One line per tool; its first column names who else was running."""
    for others in (load.ALONE, load.ONE):
        found: dict[str, list[Run]] = {tool: [] for tool in tools}
        with load.beside(others):
            for _ in range(runs):  # in turn, so that the machine treats all alike
                for tool, measure in tools.items():
                    found[tool].append(measure())
        spreads = {tool: _spread(several) for tool, several in found.items()}
        middle = {tool: statistics.median(run.median for run in found[tool]) for tool in tools}
        for tool, several in found.items():
            overlaps = sum(
                one.low <= ours.high and ours.low <= one.high
                for one, ours in zip(several, found["soundmark"], strict=True)
            )
            print(
                f"{name:9} {others.name:18} {tool:22} {middle[tool] * 1e6:10.1f} µs"
                f" {middle[tool] / middle['soundmark']:6.3f} {spreads[tool] * 100:7.2f} %"
                f" {spreads[tool] / spreads['soundmark']:6.2f}x {overlaps:3}/{runs}",
                flush=True,
            )


def _spread(several: Sequence[Run]) -> float:
    """Range of a tool's medians as a share of their middle."""
    medians = [run.median for run in several]
    return (max(medians) - min(medians)) / statistics.median(medians)


def main() -> None:
    """Compare what is installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pyperf", metavar="PYTHON", help="an interpreter that has pyperf")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--what", choices=("both", "function", "command"), default="both")
    chosen = parser.parse_args()
    print(
        f"{'what':9} {'beside':18} {'tool':22} {'median':>13} {'to ours':>7} {'spread':>8}"
        f" {'to ours':>8} overlap"
    )
    functions: dict[str, Callable[[], Run]] = {
        "soundmark": our_function,
        "torch.utils.benchmark": torch_benchmark,
    }
    if chosen.pyperf:
        functions["pyperf --fast"] = pyperf(chosen.pyperf)
    if chosen.what in {"both", "function"}:
        report("function", functions, chosen.runs)
    commands: dict[str, Callable[[], Run]] = {"soundmark": our_command}
    if shutil.which("hyperfine"):
        commands["hyperfine"] = hyperfine
    if chosen.what in {"both", "command"}:
        report("command", commands, chosen.runs)


if __name__ == "__main__":
    main()
