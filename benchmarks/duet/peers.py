"""What other tools say about the same two commits; each as a person reads what it prints.

All of them run everything of one commit before everything of the other, but asv, which takes two
rounds of each in turn. Each takes as many runs as a duet does at most.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.duet.project import CASES, checked_out, command

RUNS: Final = 48
"""Runs of each side of a case: what a duet takes in 24 rounds."""
CRITERION_ALPHA: Final = 0.05
CRITERION_NOISE: Final = 0.01
"""criterion.rs, book/src/analysis.md: significance level and noise threshold."""
RESAMPLES: Final = 20_000
ASV_FACTOR: Final = 1.02
"""asv's own is 1.1, which would never call 5 %; 2 % is what a duet calls."""

Called = dict[int, str]
"""Case -> ``slower`` or ``faster``; those that are not in it are called the same."""


def hyperfine(repository: Path) -> Called:
    """Called where the printed ratio lies further from 1 than its printed deviation."""
    base, head = checked_out(repository)
    found: Called = {}
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out.json"
        for case in range(CASES):
            lines = [subprocess.list2cmdline(command(side, case)) for side in (base, head)]
            subprocess.run(
                [
                    *("hyperfine", "--shell=none", "--warmup=1", f"--runs={RUNS}"),
                    *("--export-json", str(out), *lines),
                ],
                check=True,
                capture_output=True,
            )
            before, after = json.loads(out.read_text())["results"]
            ratio = after["mean"] / before["mean"]
            spread = math.hypot(*(one["stddev"] / one["mean"] for one in (before, after)))
            if abs(ratio - 1) > ratio * spread:
                found[case] = _named(ratio)
    return found


def pyperf(repository: Path, python: Path) -> Called:
    """Called where `compare_to` says slower or faster: Student's t at 95 %."""
    base, head = checked_out(repository)
    found: Called = {}
    for case in range(CASES):
        with tempfile.TemporaryDirectory() as scratch:
            files = [str(Path(scratch) / name) for name in ("base.json", "head.json")]
            for side, file in zip((base, head), files, strict=True):
                subprocess.run(
                    [
                        *(str(python), "-m", "pyperf", "command", "--quiet"),
                        *("--processes=6", f"--values={RUNS // 6}", "--warmups=1", "--loops=1"),
                        *("--output", file, "--", *command(side, case)),
                    ],
                    check=True,
                    capture_output=True,
                )
            told = subprocess.run(
                [str(python), "-m", "pyperf", "compare_to", *files],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        match = re.search(r"\b(slower|faster)\b", told)
        if match:
            found[case] = match.group(1)
    return found


def asv(repository: Path, python: Path) -> Called:
    """Called where `continuous` lists a benchmark: its own test, and a factor of 1.02."""
    folder = repository.parent / f"{repository.name}-asv"
    (folder / "benchmarks").mkdir(parents=True)
    (folder / "benchmarks" / "__init__.py").touch()
    (folder / "benchmarks" / "work.py").write_text(_ASV_BENCHMARK)
    copy = "import shutil; shutil.copy('{build_dir}/work.py', '{env_dir}/work.py')"
    settings = {
        "version": 1,
        "project": "work",
        "repo": str(repository),
        "branches": ["main"],
        "environment_type": "virtualenv",
        "pythons": [f"{sys.version_info.major}.{sys.version_info.minor}"],
        "build_command": [],
        "install_command": [f'in-dir={{env_dir}} python -c "{copy}"'],
        "uninstall_command": ['return-code=any python -c "pass"'],
    }
    (folder / "asv.conf.json").write_text(json.dumps(settings))
    asv_ = [str(python), "-m", "asv"]
    subprocess.run([*asv_, "machine", "--yes"], cwd=folder, check=True, capture_output=True)
    told = subprocess.run(
        [*asv_, "continuous", f"--factor={ASV_FACTOR}", "--split", "main~1", "main"],
        cwd=folder,
        check=False,  # it exits with 1 where something was found
        capture_output=True,
        text=True,
    )
    if "time_case" not in told.stdout + told.stderr:
        raise RuntimeError(f"asv measured nothing: {told.stdout[-2000:]}{told.stderr[-2000:]}")
    found: Called = {}
    for line in told.stdout.splitlines():
        match = re.match(r"\|\s*([+-])\s*\|.*time_case\((\d+)\)", line)
        if match:
            found[int(match.group(2))] = "slower" if match.group(1) == "+" else "faster"
    return found


_ASV_BENCHMARK: Final = f"""import subprocess
import sys
from pathlib import Path


class Work:
    params = list(range({CASES}))
    number = 1
    repeat = {RUNS // 2}
    rounds = 2
    warmup_time = 0
    timeout = 600

    def time_case(self, case):
        script = Path(sys.prefix) / "work.py"
        subprocess.run([sys.executable, "-I", "-S", str(script), str(case)], check=True)
"""


def sequential(repository: Path) -> Called:
    """As criterion.rs compares: all of base, all of head, a bootstrapped t-test and 1 %."""
    base, head = checked_out(repository)
    found: Called = {}
    generator = np.random.default_rng(0)
    for case in range(CASES):
        before, after = (_timed(command(side, case)) for side in (base, head))
        whole = np.concatenate([before, after])
        drawn = generator.choice(whole, (RESAMPLES, whole.size))
        seen = _t(before[None], after[None])[0]
        null = _t(drawn[:, : before.size], drawn[:, before.size :])
        p = float((np.abs(null) >= abs(seen)).mean())
        ratios = generator.choice(after, (RESAMPLES, after.size)).mean(axis=1)
        ratios /= generator.choice(before, (RESAMPLES, before.size)).mean(axis=1)
        low, high = np.quantile(ratios, [0.025, 0.975]) - 1
        if p < CRITERION_ALPHA and (low > CRITERION_NOISE or high < -CRITERION_NOISE):
            found[case] = _named(1 + low)
    return found


def available(pyperf_python: Path | None) -> Mapping[str, Callable[[Path], Called]]:
    """The tools that are here, by name; ``pyperf_python`` has pyperf, asv and virtualenv."""
    found: dict[str, Callable[[Path], Called]] = {"criterion-style": sequential}
    if shutil.which("hyperfine"):
        found["hyperfine"] = hyperfine
    if pyperf_python is not None:
        found["pyperf"] = lambda repository: pyperf(repository, pyperf_python)
        found["asv"] = lambda repository: asv(repository, pyperf_python)
    return found


def _timed(words: list[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    subprocess.run(words, check=True)
    times = np.empty(RUNS)
    for place in range(RUNS):
        began = time.perf_counter()
        subprocess.run(words, check=True)
        times[place] = time.perf_counter() - began
    return times


def _t(
    before: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    after: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Welch's t along the last axis."""
    error = (
        before.var(axis=1, ddof=1) / before.shape[1] + after.var(axis=1, ddof=1) / after.shape[1]
    )
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = (
        after.mean(axis=1) - before.mean(axis=1)
    ) / np.sqrt(error)
    return found


def _named(ratio: float) -> str:
    return "slower" if ratio > 1 else "faster"
