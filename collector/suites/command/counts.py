"""Count the instructions and allocations of a program's run, instead of timing it.

A count is the same on a busy machine and on an idle one, so that two runs can be compared exactly.
Counting slows a program down: 20 to 100 times under callgrind, hardly with perf.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

INSTRUCTIONS: Final = "instructions"
ALLOCATIONS: Final = "allocations"
CALLGRIND: Final = "callgrind"
PERF: Final = "perf"
METRICS: Final = {CALLGRIND: (INSTRUCTIONS, ALLOCATIONS), PERF: (INSTRUCTIONS,)}
"""The metrics that each tool counts."""
UNSEEN: Final = (
    "no C library was seen to call, so allocations cannot be counted: the program is linked"
    " statically; let it print its own (reads, metric allocations)"
)
_ALLOCATORS: Final = frozenset(
    ("malloc", "calloc", "realloc", "aligned_alloc", "memalign", "posix_memalign", "valloc")
)
"""``operator new`` and Rust's system allocator end in one of these."""
_FILES: Final = "count.*"
_SYMBOL: Final = re.compile(r"(c?fn)=\((\d+)\)(?: (.*))?")
_LIBC: Final = re.compile(r"(?:ob|cob)=\(\d+\) .*/(?:libc[.-]|ld-musl|libSystem)")
_EVENT: Final = "instructions:u"
_PROBE_S: Final = 20.0


class CannotCountError(FileNotFoundError):
    """The tool is not installed, or lacks permission to count here."""


def command(tool: str, argv: Iterable[str], folder: Path) -> list[str]:
    """The command that runs ``argv`` and writes the counts of it and its children to ``folder``."""
    if tool == PERF:
        return ["perf", "stat", "-x,", "-e", _EVENT, "-o", str(folder / "count.perf"), "--", *argv]
    out = f"--callgrind-out-file={folder}/count.%p"
    return ["valgrind", "-q", "--tool=callgrind", "--trace-children=yes", out, *argv]


def check(tool: str, env: Mapping[str, str]) -> None:
    """Raise CannotCountError, with what to do, where ``tool`` cannot count."""
    program = {PERF: "perf", CALLGRIND: "valgrind"}[tool]
    path = shutil.which(program, path=env.get("PATH"))
    if path is None:
        package = {PERF: "linux-perf", CALLGRIND: "valgrind"}[tool]
        raise CannotCountError(f"there is no program {program} (Debian: apt install {package})")
    if tool == PERF:
        line = [path, "stat", "-x,", "-e", _EVENT, "--", "true"]
        tried = subprocess.run(
            line, capture_output=True, text=True, env=dict(env), timeout=_PROBE_S, check=False
        )
        if of_perf(tried.stderr) is None:
            raise CannotCountError(
                "perf may not count instructions here: the machine has no hardware counters, as"
                " most virtual ones, or kernel.perf_event_paranoid is above 2;"
                ' counts = "callgrind" needs neither'
            )


def read(tool: str, folder: Path) -> dict[str, float]:
    """Metric -> count of a run and its children; unknown metrics are left out."""
    texts = [path.read_text("utf-8", "replace") for path in sorted(folder.glob(_FILES))]
    if tool == PERF:
        found = [count for text in texts if (count := of_perf(text)) is not None]
        return {INSTRUCTIONS: float(sum(found))} if found else {}
    if not texts:
        return {}
    both = [of_callgrind(text) for text in texts]
    counts = {INSTRUCTIONS: float(sum(one for one, _ in both))}
    known = [calls for _, calls in both if calls is not None]
    return counts | ({ALLOCATIONS: float(sum(known))} if known else {})


def of_perf(text: str) -> int | None:
    """The count in what ``perf stat -x,`` wrote; None where it says ``<not supported>``."""
    for line in text.splitlines():
        fields = line.split(",")
        if any(field.startswith("instructions") for field in fields):
            return int(fields[0]) if fields[0].isdigit() else None
    return None


def of_callgrind(text: str) -> tuple[int, int | None]:
    """Instructions and calls that allocate, of one process; None without a C library to call."""
    names: dict[str, str] = {}
    called = ""
    calls = instructions = 0
    sees_libc = False
    for line in text.splitlines():
        if symbol := _SYMBOL.fullmatch(line):
            kind, number, name = symbol.groups()
            if name is not None:
                names[number] = name.split("'")[0].split("@")[0]
            if kind == "cfn":
                called = names.get(number, "")
        elif line.startswith("calls="):
            if called in _ALLOCATORS:
                calls += int(line[6:].split()[0])
        elif line.startswith(("totals:", "summary:")):
            instructions = max(instructions, int(line.split()[1]))
        elif not sees_libc and _LIBC.match(line):
            sees_libc = True
    return instructions, calls if sees_libc or calls else None
