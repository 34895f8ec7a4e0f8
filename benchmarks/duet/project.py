"""Make a repository of two commits with ten programs of 50 ms, some slower in the second."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

CASES: Final = 10
TARGET_S: Final = 0.05
PYTHON: Final = (sys.executable, "-I", "-S")

# Native code on one piece of memory, as in benchmarks.harness.work: not a loop of the interpreter.
_WORK: Final = """import re
import sys

TEXT = "the quick brown fox jumps over the lazy dog and " * 200
PATTERN = re.compile(r"o[a-z]* l[a-z]+ c")
LOOPS = {loops}

for _ in range(LOOPS[int(sys.argv[1])]):
    PATTERN.search(TEXT)
"""
_TABLE: Final = """[[suite]]
use = "command"
name = "work"
run = {run}
matrix = {{ case = {cases} }}
cores = "quietest"
"""


class Cost(NamedTuple):
    """What a program consists of, in seconds on this machine."""

    start_s: float
    loop_s: float

    @property
    def loops(self) -> int:
        """Loops that fill the target."""
        return max(1, round((TARGET_S - self.start_s) / self.loop_s))

    def slower_by(self, share: float) -> int:
        """Loops of a program that takes that much longer, its start included."""
        whole = self.start_s + self.loops * self.loop_s
        return self.loops + round(share * whole / self.loop_s)


def measured_cost(folder: Path) -> Cost:
    """The shortest of several runs: what is planted must not depend on the neighbours."""
    script = folder / "work.py"
    script.write_text(_WORK.format(loops=[1, 2001]))
    best = [min(_once(script, case) for _ in range(15)) for case in (0, 1)]
    return Cost(best[0], (best[1] - best[0]) / 2000)


def make(folder: Path, cost: Cost, planted: Mapping[int, float]) -> Path:
    """A repository whose head is slower in the planted cases; case -> share of the whole run."""
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / ".gitignore").write_text(".soundmark/\n.asv/\n")
    run = [*PYTHON, "work.py", "{case}"]
    (folder / "soundmark.toml").write_text(_TABLE.format(run=run, cases=list(range(CASES))))
    base = [cost.loops] * CASES
    head = [cost.slower_by(planted[case]) if case in planted else n for case, n in enumerate(base)]
    for name, loops in (("base", base), ("head", head)):
        # The comment makes the sources differ where nothing is planted.
        (folder / "work.py").write_text(f"# {name}\n" + _WORK.format(loops=loops))
        _git(folder, "add", "--all")
        _git(folder, "commit", "--quiet", "--message", name)
    return folder


def checked_out(repository: Path) -> tuple[Path, Path]:
    """Both commits in folders beside the repository, for tools that know no git."""
    found = []
    for name, revision in (("base", "HEAD~1"), ("head", "HEAD")):
        place = repository.parent / f"{repository.name}-{name}"
        _git(repository, "worktree", "add", "--quiet", "--detach", str(place), revision)
        found.append(place)
    return found[0], found[1]


def command(checkout: Path, case: int) -> list[str]:
    """The program of a case."""
    return [*PYTHON, str(checkout / "work.py"), str(case)]


def _once(script: Path, case: int) -> float:
    began = time.perf_counter()
    subprocess.run([*PYTHON, str(script), str(case)], check=True)
    return time.perf_counter() - began


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True)
