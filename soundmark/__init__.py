"""The front door: the ``soundmark`` command, and a history as pandas DataFrames.

    import soundmark

    with soundmark.open() as history:
        newest = history.latest(metric="total_time")

Documented in ``docs/reference/python.md``. Everything else in this distribution may change.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from history.words.errors import SoundmarkError
from soundmark.command import main

if TYPE_CHECKING:
    from history.frames.opened import History, open  # noqa: A004 - as gzip.open
else:

    def __getattr__(name: str) -> object:
        """Import what reads a history when it is first asked for: a command starts without it."""
        if name not in {"History", "open"}:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module("history.frames.opened"), name)


__all__ = ["History", "SoundmarkError", "main", "open"]


def __dir__() -> list[str]:
    return sorted(__all__)
