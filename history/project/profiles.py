"""Where the stacks of a run that a profiler saw are kept, and what is known of each file.

They stand beside the record, one folder a run, and are no part of it: they are not sent to a shared
record, and a run is complete without them.
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
    """Why there is no file."""


def folder(history_file: Path, run_id: str) -> Path:
    """The folder of a run's profiles."""
    return history_file.parent / "profiles" / run_id


def indexes(history_file: Path) -> list[Path]:
    """What tells of the profiles of every run, sorted: it changes whenever any of them does."""
    return sorted((history_file.parent / "profiles").glob(f"*/{INDEX}"))


def write(place: Path, found: Iterable[Profile]) -> None:
    """Write what is known of the files in a folder of a run."""
    place.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(list(found)), indent=1)
    (place / INDEX).write_bytes(text + b"\n")


def read(place: Path) -> tuple[Profile, ...]:
    """What a folder of a run holds; empty without any. Raises msgspec.DecodeError when damaged."""
    index = place / INDEX
    if not index.is_file():
        return ()
    return tuple(msgspec.json.decode(index.read_bytes(), type=list[Profile]))
