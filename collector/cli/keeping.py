"""Make sure that results can be stored, and are stored however the command ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import msgspec

from history.vcs import ci_run
from history.words.errors import BrokenEnvironmentError

if TYPE_CHECKING:
    from history.words.records import RunRecord


def check_writable(folder: Path) -> None:
    """Raise before measuring when the run file could not be written."""
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise BrokenEnvironmentError(
            f"the ledger {folder} cannot be written: {nearest} is no folder that you may write to.",
            hint="Name another one with --ledger, or mend its rights.",
        )


def in_job(record: RunRecord, told: str) -> RunRecord:
    """The same run with the page of its CI run: the given one, else this job's."""
    address = told or ci_run.of_job()
    return msgspec.structs.replace(record, run=msgspec.structs.replace(record.run, ci_url=address))


@contextmanager
def ended_like_interrupted() -> Iterator[None]:
    """Treat SIGTERM as Ctrl-C: a cancelled job keeps what was measured."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
