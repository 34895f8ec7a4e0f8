"""The files of a profiler's stacks, one folder a run.

They are stored beside the record and are no part of it: they are not sent to a shared record, and a
run is complete without them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

INDEX: Final = "index.json"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One benchmark that was run under a profiler, on one side of a duet or on its own."""

    label: str
    """``suite.benchmark[params] variant``."""
    suite: str
    benchmark: str
    params: dict[str, str] = {}
    side: str = ""
    tool: str
    file: str = ""
    """In the folder of the run: folded stacks, a line each; empty where there are none."""
    samples: int = 0
    problem: str = ""
    """The reason when there is no file."""


def folder(history_file: Path, run_id: str) -> Path:
    """The folder of a run's profiles."""
    return history_file.parent / "profiles" / run_id


def indexes(history_file: Path) -> list[Path]:
    """The index files of all profiles, sorted; they change whenever a profile does."""
    return sorted((history_file.parent / "profiles").glob(f"*/{INDEX}"))


def write(place: Path, found: Iterable[Profile]) -> None:
    """Write the index of a run's folder."""
    place.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(list(found)), indent=1)
    (place / INDEX).write_bytes(text + b"\n")


def read(place: Path) -> tuple[Profile, ...]:
    """The index of a run's folder; empty without one. Raises msgspec.DecodeError when damaged."""
    index = place / INDEX
    if not index.is_file():
        return ()
    return tuple(msgspec.json.decode(index.read_bytes(), type=list[Profile]))
