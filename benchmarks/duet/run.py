"""Count false verdicts on equal code and planted slowdowns that are found, beside a load.

Jobs of two kinds, ten programs of 50 ms each: in one kind both commits do the same, in the other
the head takes 5 % longer in one program and 3 % in another. Every tool gets every job. Results are
added to a file, one line a tool and job, and a job that is in it is not measured again.

Usage: python -m benchmarks.duet.run [--equal N] [--planted N] [--tool NAME] [--peers PYTHON]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.duet import peers
from benchmarks.duet.peers import Called
from benchmarks.duet.project import CASES, Cost, make, measured_cost
from benchmarks.harness.load import ALONE, CHANGING, ONE, beside

PLANTED: Final = {3: 0.05, 7: 0.03}
BESIDE: Final = {"changing": CHANGING, "nobody": ALONE, "one": ONE}
ROOT: Final = Path(__file__).resolve().parents[2]
ORDER: Final = ("duet", "hyperfine", "pyperf", "asv", "criterion-style")


def duet(repository: Path) -> Called:
    """Called where any time of a program is a regression or an improvement."""
    words = ["collect", "--against", "HEAD~1", "--measure-identical"]
    subprocess.run(
        [sys.executable, "-m", "soundmark", *words],
        cwd=repository,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,  # it exits with 1 where something was found
        capture_output=True,
    )
    shown = subprocess.run(
        [sys.executable, "-m", "soundmark", "history", "show", "", "--format", "json"],
        cwd=repository,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    found: Called = {}
    words_of = {"regression": "slower", "improvement": "faster"}
    for point in json.loads(shown.stdout)[-1]["points"]:
        if point["verdict"] in words_of:
            found.setdefault(int(point["params"].partition("=")[2]), words_of[point["verdict"]])
    return found


def run(
    tools: Mapping[str, Callable[[Path], Called]],
    jobs: Sequence[tuple[str, int]],
    neighbours: str,
    results: Path,
) -> None:
    """Measure what is not in the file yet; jobs are (kind, number)."""
    done = {(one["tool"], one["kind"], one["job"], one["beside"]) for one in _read(results)}
    with tempfile.TemporaryDirectory(prefix="duet-") as folder:
        cost = measured_cost(Path(folder))
        for kind, number in jobs:
            for name, tool in tools.items():
                if (name, kind, number, neighbours) in done:
                    continue
                place = Path(folder) / f"{kind}-{number}-{name}"
                one = _measured(tool, place, cost, kind, neighbours)
                one |= {"tool": name, "kind": kind, "job": number, "beside": neighbours}
                with results.open("a") as out:
                    out.write(json.dumps(one) + "\n")
                print(f"{kind} {number} {name}: {one['called'] or 'nothing'}, {one['s']:.0f} s")


def _measured(
    tool: Callable[[Path], Called], place: Path, cost: Cost, kind: str, neighbours: str
) -> dict[str, Any]:
    repository = make(place, cost, PLANTED if kind == "planted" else {})
    with beside(BESIDE[neighbours]):
        time.sleep(0.5)
        began = time.monotonic()
        called = tool(repository)
        return {
            "called": {str(case): what for case, what in called.items()},
            "s": time.monotonic() - began,
        }


def table(results: Sequence[Mapping[str, Any]]) -> str:
    """One line for each tool and load."""
    heading = f"{'tool':16} {'beside':10} {'false on equal code':>20} {'false beside planted':>21}"
    lines = [f"{heading} {'5 %':>6} {'3 %':>6} {'s a job':>8}"]
    for neighbours in BESIDE:
        for tool in ORDER:
            own = [one for one in results if (one["tool"], one["beside"]) == (tool, neighbours)]
            if own:
                lines.append(_line(tool, neighbours, own))
    return "\n".join(lines)


def _line(tool: str, neighbours: str, own: Sequence[Mapping[str, Any]]) -> str:
    equal = [one for one in own if one["kind"] == "equal"]
    planted = [one for one in own if one["kind"] == "planted"]
    others = CASES - len(PLANTED)
    false = sum(len(one["called"]) for one in equal)
    beside_planted = sum(sum(int(case) not in PLANTED for case in one["called"]) for one in planted)
    found = {
        case: sum(one["called"].get(str(case)) == "slower" for one in planted) for case in PLANTED
    }
    seconds = sum(one["s"] for one in own) / len(own)
    return (
        f"{tool:16} {neighbours:10} {f'{false} of {CASES * len(equal)}':>20}"
        f" {f'{beside_planted} of {others * len(planted)}':>21}"
        f" {f'{found[3]}/{len(planted)}':>6} {f'{found[7]}/{len(planted)}':>6} {seconds:8.0f}"
    )


def _read(results: Path) -> list[dict[str, Any]]:
    if not results.is_file():
        return []
    return [json.loads(line) for line in results.read_text().splitlines()]


def main() -> None:
    """Measure, and print the table of all that is in the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--equal", type=int, default=20, help="jobs of equal code")
    parser.add_argument("--planted", type=int, default=20, help="jobs with planted slowdowns")
    parser.add_argument("--tool", action="append", help="only this one; may be repeated")
    parser.add_argument("--peers", type=Path, help="a Python that has pyperf, asv and virtualenv")
    parser.add_argument("--beside", choices=tuple(BESIDE), default="changing")
    parser.add_argument("-o", "--results", type=Path, default=Path("duet-results.jsonl"))
    chosen = parser.parse_args()
    known: dict[str, Callable[[Path], Called]] = {"duet": duet}
    known |= peers.available(chosen.peers)
    tools: dict[str, Callable[[Path], Called]]
    tools = {name: known[name] for name in ORDER if name in known}
    if chosen.tool:
        tools = {name: tools[name] for name in chosen.tool}
    jobs = [("equal", number) for number in range(chosen.equal)]
    jobs += [("planted", number) for number in range(chosen.planted)]
    run(tools, jobs, chosen.beside, chosen.results)
    print(table(_read(chosen.results)))


if __name__ == "__main__":
    main()
