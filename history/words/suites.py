"""Names of the suites that soundmark brings, for whoever must not import what measures."""

from __future__ import annotations

import difflib
from importlib.metadata import entry_points
from typing import Final

BUILT_IN: Final = (
    "alignment", "command", "golden", "lifecycle", "micro", "pipeline", "tts", "whisper",
)  # fmt: skip
GROUP: Final = "soundmark.suites"
"""Entry-point group through which other packages offer suites."""
_ALIKE: Final = 0.75
"""Two letters of six swapped, or one left out; names of other packages are rarely so near."""


def meant(name: str) -> str:
    """The suite of ours that a name is a slip of; empty where it may well be that of another.

    The package that offers it need not be installed wherever a history is read. A name that adds to
    one of ours, such as ``whisper-large``, is taken for one of another package.
    """
    if name in BUILT_IN or ":" in name or any(own in name for own in BUILT_IN):
        return ""
    if any(entry.name == name for entry in entry_points(group=GROUP)):
        return ""
    return next(iter(difflib.get_close_matches(name, BUILT_IN, n=1, cutoff=_ALIKE)), "")
