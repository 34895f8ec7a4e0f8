"""The environment and empty folder of a run, its output and its failure."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from collector.protocol import isolation
from collector.suites.command.expand import SCRATCH
from collector.suites.command.readers import RunOutput
from history.words.errors import SoundmarkError

if TYPE_CHECKING:
    from collector.contract import Process


class RunFailedError(SoundmarkError):
    """The program failed."""

    def __init__(self, message: str, *, hint: str = "", log: Sequence[str] = ()) -> None:
        """Keep the last lines of its output."""
        super().__init__(message, hint=hint)
        self.log = tuple(log)


def empty(folder: Path) -> None:
    """Make it an empty folder; one that is empty is not touched.

    Making and removing folders leaves the file system work that goes on under the next run: on two
    cores the middle half of runs of 20 ms spread over 11 % of the median instead of 3 %.
    """
    try:
        with os.scandir(folder) as entries:
            if next(entries, None) is None:
                return
        shutil.rmtree(folder)
    except FileNotFoundError:
        pass
    folder.mkdir()


def fingerprint(name: str, output: RunOutput) -> str:
    """Hash of ``stdout`` or of a file that a run output. Raises RunFailedError without it."""
    path = Path(name.replace(f"{{{SCRATCH}}}", str(output.scratch)))
    path = output.stdout if name == "stdout" else output.folder / path
    if not path.is_file():
        raise RunFailedError(f"fingerprint: the program left no file {Path(name).name}.")
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def environment(process: Process, *, threads: bool) -> dict[str, str]:
    """The environment soundmark was started with, without the settings of measuring children.

    Thread variables are set only for a variant that says how many; what else the process asks for,
    its programs get too.
    """
    try:
        started: Mapping[str, str] = psutil.Process(os.getppid()).environ()
    except (psutil.Error, OSError):
        started = {
            key: value for key, value in os.environ.items() if key not in isolation.asked(process)
        }
    base = {key: value for key, value in started.items() if key not in isolation.removed(started)}
    if threads:
        asked = isolation.asked(process).items()
        base |= {key: value for key, value in asked if key.endswith("_NUM_THREADS")}
    return base | process.environment
