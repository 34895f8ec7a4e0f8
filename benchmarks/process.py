"""Run a command to its end, and read what it used."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Used(NamedTuple):
    """What a process and all that it started used."""

    cpu_s: float
    """User and system time."""
    wall_s: float
    peak_bytes: int
    """Largest memory of the largest of them."""


def run(command: Sequence[str], folder: Path | None = None) -> Used:
    """Run it in a folder, silently. Raises SystemExit with its errors when it fails."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            told = errors.read().decode(errors="replace")
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{told}")
    cpu_s = used.ru_utime + used.ru_stime
    return Used(cpu_s, time.perf_counter() - began, used.ru_maxrss * 1024)
