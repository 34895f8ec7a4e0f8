"""Run an external sampling profiler and read the stacks that it recorded."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from history.words.errors import BrokenEnvironmentError

TOOLS: Final = ("perf", "py-spy")
_RATE: Final = "199"
"""Samples a second; a prime, so that nothing that repeats is always seen at one place."""
_EVENT: Final = "cpu-clock:u"
_FOLDED: Final = ["-f", "raw", "-r", _RATE]
"""Options of py-spy: one line a stack."""
_GIVE_UP_S: Final = 60.0
_GET: Final = {
    "perf": "Debian: apt install linux-perf.",
    "py-spy": "Install it with: pip install 'soundmark[profile]'.",
}


class Stack(NamedTuple):
    """One stack: functions from the outermost in, and its number of samples."""

    frames: tuple[str, ...]
    samples: int


def check(tool: str) -> None:
    """Raise BrokenEnvironmentError, in one line, when ``tool`` is missing or lacks permission."""
    program = _program(tool)
    if program is None:
        raise BrokenEnvironmentError(f"--profile-with: there is no {tool} here.", hint=_GET[tool])
    sleeper = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE)
    try:
        argv = (
            [program, "dump", "--pid", str(sleeper.pid)]
            if tool == "py-spy"
            else [program, "record", "-q", "-e", _EVENT, "-o", "-", "--", "true"]
        )
        for left in range(5, -1, -1):  # py-spy cannot look into a Python that is still starting
            tried = subprocess.run(argv, capture_output=True, timeout=_GIVE_UP_S, check=False)
            if tried.returncode == 0:
                return
            time.sleep(0.2 if left else 0.0)
    finally:
        sleeper.kill()
        sleeper.communicate()
    said = tried.stderr.decode("utf-8", "replace").strip().splitlines()
    why = f": {said[-1].strip()[:160]}" if said else ""
    raise BrokenEnvironmentError(
        f"--profile-with: {tool} may not look into programs here{why}",
        hint="See kernel.perf_event_paranoid (perf) or kernel.yama.ptrace_scope (py-spy).",
    )


def around(tool: str, out: Path) -> list[str]:
    """The command to put before a program and its arguments to profile it."""
    program = _program(tool) or tool
    if tool == "perf":
        return [program, "record", "-q", "-F", _RATE, "-g", "-e", _EVENT, "-o", str(out), "--"]
    return [program, "record", *_FOLDED, "--subprocesses", "-o", str(out), "--"]


def attached(tool: str, pid: int, out: Path) -> list[str]:
    """The command that profiles a running process and its children until it is interrupted."""
    program = _program(tool) or tool
    if tool == "perf":
        look = ["-F", _RATE, "-g", "-e", _EVENT, "-p", str(pid)]
        return [program, "record", "-q", *look, "-o", str(out)]
    return [program, "record", *_FOLDED, "--pid", str(pid), "-o", str(out)]


def stacks(tool: str, out: Path) -> list[Stack]:
    """The recorded stacks, sorted by their functions; may be empty."""
    if not out.is_file():
        return []
    if tool == "py-spy":
        return of_folded(out.read_text("utf-8", "replace"))
    line = [_program(tool) or tool, "script", "-i", str(out), "-F", "comm,ip,sym"]
    said = subprocess.run(line, capture_output=True, timeout=_GIVE_UP_S, check=False)
    return of_perf(said.stdout.decode("utf-8", "replace"))


def of_folded(text: str) -> list[Stack]:
    """``main;loop 12``: one stack a line."""
    found: Counter[tuple[str, ...]] = Counter()
    for line in text.splitlines():
        names, _, count = line.rpartition(" ")
        if names and count.isdigit():
            found[tuple(names.split(";"))] += int(count)
    return _sorted(found)


def of_perf(text: str) -> list[Stack]:
    """Blocks of ``perf script``: the name of the program, then its functions, innermost first.

    Functions without a name come together; what is outermost is the program.
    """
    found: Counter[tuple[str, ...]] = Counter()
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.strip()]
        if len(lines) < 2:
            continue
        frames = [line.split(None, 1)[1] for line in lines[1:] if len(line.split(None, 1)) == 2]
        known = [frame.replace(";", ":") for frame in reversed(frames)]
        kept = [one for place, one in enumerate(known) if place == 0 or one != known[place - 1]]
        found[lines[0].strip().replace(";", ":"), *kept] += 1
    return _sorted(found)


def folded(found: Iterable[Stack]) -> str:
    """The text that flamegraph.pl, speedscope and inferno read."""
    return "".join(f"{';'.join(one.frames)} {one.samples}\n" for one in found)


def _sorted(found: Counter[tuple[str, ...]]) -> list[Stack]:
    return [Stack(frames, samples) for frames, samples in sorted(found.items())]


def _program(tool: str) -> str | None:
    beside = Path(sys.executable).parent / tool
    return str(beside) if beside.is_file() else shutil.which(tool)
