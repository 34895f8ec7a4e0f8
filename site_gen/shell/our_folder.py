"""Recognise a folder with a site of ours, and refuse to build over anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import orjson

from history.store import sync
from history.words.errors import BrokenDataError, UsageError
from site_gen.writers import data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from site_gen.shell.navigation import Entry

MARKER: Final = "soundmark-site.json"
"""File in every built site; nothing is ever removed from a folder without it."""


def marker(held: int, pages: int = 0, runs: int = 0, places: Sequence[Entry] = ()) -> bytes:
    """What the file says: how many runs the site was made from, its pages and its navigation."""
    return orjson.dumps(
        {
            "pages": pages,
            "runs": runs,
            "held": held,
            "format": data.FORMAT,
            "navigation": msgspec.to_builtins(places),
        }
    )


def mark_as_ours(out: Path, held: int) -> None:
    """Mark the folder as a site before writing, so that an interrupted build is recognised."""
    if not (out / MARKER).is_file():
        out.mkdir(parents=True, exist_ok=True)
        (out / MARKER).write_bytes(marker(held))


def refuse_fewer(out: Path, connection: duckdb.DuckDBPyConnection) -> int:
    """Number of runs in the history; raises when the existing site was built from more."""
    held = sync.count_runs(connection)
    if not (out / MARKER).is_file():
        return held
    said = orjson.loads((out / MARKER).read_bytes())
    before = said.get("held", said.get("runs", 0))
    if held < before:
        raise BrokenDataError(
            f"the site in {_called(out)} was built from {before} runs, the history holds {held}; "
            "the site was left as it is.",
            hint="Bring the missing run files back and run `soundmark history sync`. If fewer are "
            "meant, remove that folder first, or name another one with --out.",
        )
    return held


def refuse_foreign(out: Path) -> None:
    """Raise unless the folder is empty or one of ours, since a build removes other files."""
    if out.is_file():
        raise UsageError(f"{_called(out)} is a file.", hint="Name a folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise UsageError(
            f"the folder {_called(out)} holds something that soundmark did not build.",
            hint="Name an empty or new folder with --out.",
        )


def _called(out: Path) -> str:
    """The folder's own name, also where it was typed as ``.``."""
    return out.resolve().name or str(out)
