"""Time one operation of soundmark itself, once: what our suite `soundmark` runs every night.

`prepare` makes the history that the others work on; they print JSON lines for a command suite.

Usage: python -m benchmarks.own prepare|start|import|sync|detection|site|chart|harness
"""

from __future__ import annotations

import argparse
import contextlib
import io
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from benchmarks.harness.cost import KINDS, cost
from benchmarks.site import made

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER: Final = Path("build/own").resolve()
"""Below the folder of the configuration, where a command suite runs."""
SIZE: Final = made.of_points(2_000)
CONFIG, POINTS, RUNS = FOLDER / "soundmark.toml", FOLDER / "points.csv", FOLDER / "runs"
HISTORY, SITE = FOLDER / "history.duckdb", FOLDER / "site"
PATIENCE_MS: Final = 300_000
ROUNDS: Final = 10
"""Of samples of no work; the suite repeats the whole."""


def prepare() -> None:
    """A history of 2,000 points and its site, made by the program of this checkout."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    CONFIG.write_text(made.CONFIG, encoding="utf-8")
    made.write(POINTS, SIZE, range(SIZE.commits))
    _soundmark("import", "csv", POINTS, "--ledger", RUNS, "--history", HISTORY)
    _soundmark(*_build_into(SITE))


def start() -> float:
    """The help of the command, from the start of the interpreter to its end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "soundmark", "--help"], check=True, capture_output=True)
    return time.perf_counter() - began


def import_() -> float:
    """A CSV file into an empty history."""
    with tempfile.TemporaryDirectory() as scratch:
        record = ("--ledger", f"{scratch}/runs", "--history", f"{scratch}/history.duckdb")
        return _soundmark("import", "csv", POINTS, *record)


def sync() -> float:
    """A database made anew of the run files."""
    with tempfile.TemporaryDirectory() as scratch:
        return _soundmark(
            "history", "sync", "--ledger", RUNS, "--history", f"{scratch}/history.duckdb"
        )


def detection() -> float:
    """The changes of every series, none of which was judged before."""
    from history.detect.registry import DEFAULT, detector
    from history.judge import answers
    from history.project.workspace import open_workspace
    from history.read import view

    with open_workspace(CONFIG, HISTORY, RUNS).reading() as connection:
        history = view.read(connection)
    began = time.perf_counter()
    answers.detect(history, detector(DEFAULT))
    return time.perf_counter() - began


def site() -> float:
    """The whole website from nothing, in the frame of our own."""
    with tempfile.TemporaryDirectory() as scratch:
        return _soundmark(*_build_into(Path(scratch) / "site"))


def chart() -> float:
    """A benchmark's page in Chromium: from its address to the first chart that a script drew."""
    from tests import browsers

    suites = orjson.loads((SITE / "data/benchmarks.json").read_bytes())["suites"]
    path = next(iter(suites.values()))[0]["path"]
    with browsers.served(SITE) as root, browsers.chromium(browsers.installed()) as browser:
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(f"{root}{path}/", wait_until="commit")
        drawn = page.locator('[data-chart="trend"] canvas').first
        drawn.wait_for(timeout=PATIENCE_MS)
        return time.perf_counter() - began


def _without_browser() -> str:
    """Why no chart can be drawn here; empty where one can."""
    if find_spec("playwright") is None:
        return "playwright is not installed"
    from tests import browsers

    return "" if browsers.installed() else "neither Chromium nor Chrome is here"


def _soundmark(*words: object) -> float:
    """How long a command takes once the interpreter and the front door are there, in seconds."""
    from soundmark import main

    said = io.StringIO()
    began = time.perf_counter()
    with contextlib.redirect_stdout(said):
        main([*map(str, words), "--config", str(CONFIG)], standalone_mode=False)
    return time.perf_counter() - began


def _build_into(out: Path) -> tuple[object, ...]:
    return (
        *("site", "build", "--shell", "plain", "--out", out),
        *("--ledger", RUNS, "--history", HISTORY),
    )


def _tell(took_s: float | None, reason: str = "", **params: str) -> None:
    """Print one line that the command suite reads."""
    line: dict[str, Any] = {"soundmark": 1, "metrics": {"operation_time": took_s}}
    if params:
        line["params"] = params
    if reason:
        line |= {"status": "skipped", "reason": reason}
    print(orjson.dumps(line).decode())


OPERATIONS: Final[dict[str, Callable[[], float]]] = {
    "start": start,
    "import": import_,
    "sync": sync,
    "detection": detection,
    "site": site,
    "chart": chart,
}


def main() -> None:
    """Do what the first word says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own", description=__doc__)
    parser.add_argument("what", choices=("prepare", *OPERATIONS, "harness"))
    what = parser.parse_args().what
    if what == "prepare":
        prepare()
    elif what == "harness":
        for sample, arguments in KINDS.items():
            inside_ns, _ = cost(*arguments, rounds=ROUNDS)
            _tell(inside_ns / 1e9, sample=sample)
    elif what == "chart" and (reason := _without_browser()):
        _tell(None, reason)
    else:
        _tell(OPERATIONS[what]())


if __name__ == "__main__":
    main()
