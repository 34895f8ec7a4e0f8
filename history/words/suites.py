"""Names of the built-in suites, for packages that must not import the collector."""

from __future__ import annotations

import difflib
from typing import Final

BUILT_IN: Final = (
    "alignment", "command", "golden", "lifecycle", "micro", "pipeline", "tts", "whisper",
)  # fmt: skip
GROUP: Final = "soundmark.suites"
"""Entry-point group through which other packages offer suites."""
_ALIKE: Final = 0.75
"""Similarity of a misspelling: two letters of six swapped, or one left out."""


def meant(name: str) -> str:
    """The built-in suite that a name misspells; empty when it may be another package's suite.

    That package need not be installed where a history is read. A name that extends ours, such as
    ``whisper-large``, counts as another package's.
    """
    if name in BUILT_IN or ":" in name or any(own in name for own in BUILT_IN):
        return ""
    from importlib.metadata import entry_points  # slow, and a measuring child asks for none

    if any(entry.name == name for entry in entry_points(group=GROUP)):
        return ""
    return next(iter(difflib.get_close_matches(name, BUILT_IN, n=1, cutoff=_ALIKE)), "")
