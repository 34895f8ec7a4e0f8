"""Link a requested measurement to its comment by the title of its run.

The workflow makes the title of what it was started with, and only who may write to the repository
starts it; the job that answers gets the title from the forge. Nothing of it comes from a fork.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

PATTERN: Final = re.compile(r"[A-Za-z0-9_.*?\[][A-Za-z0-9_.*?\[\]=,/:+@-]{0,199}")
"""What may stand behind ``/bench``: names of benchmarks with ``*`` and ``?``."""
_TITLE: Final = re.compile(
    rf"/bench (\d{{1,20}}) of #(\d{{1,10}}) at ([0-9a-f]{{40,64}}):(?: ({PATTERN.pattern}))?"
)


class Request(NamedTuple):
    """One measurement that somebody asked for."""

    comment: int
    """Id of the comment that asks."""
    number: int
    """Pull request below which it stands."""
    head: str
    """Whole hash of the commit that is measured, as it was when the comment was read."""
    pattern: str = ""
    """Which benchmarks; empty for all."""

    @property
    def title(self) -> str:
        """Of the run that measures."""
        return f"/bench {self.comment} of #{self.number} at {self.head}: {self.pattern}".rstrip()

    def key(self, name: str) -> str:
        """Of the comment that answers; ``name`` is that of all of ours."""
        return f"{name}:bench:{self.comment}"


def read(title: str) -> Request | None:
    """What the title of a run says; None for one that nobody asked for in a comment."""
    found = _TITLE.fullmatch(title.strip())
    if found is None:
        return None
    comment, number, head, pattern = found.groups()
    return Request(int(comment), int(number), head, pattern or "")
