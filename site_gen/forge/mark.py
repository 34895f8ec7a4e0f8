"""The hidden first line that identifies our comments and issues, and their job."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(
    r"<!-- soundmark key=([A-Za-z0-9._:-]{1,100}) head=([0-9a-f]{0,64}) order=(\d{1,20}) "
    r"state=([a-z]{1,20}) -->"
)
OPEN: Final = "open"
"""A person should act."""
RESOLVED: Final = "resolved"
"""There was a finding, and it is resolved."""
QUIET: Final = "quiet"
"""There never was a finding."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The content of the hidden first line."""

    key: str
    """Key of the comment."""
    head: str = ""
    """Hash of the commit that it is about."""
    order: int = 0
    """Order of the job that wrote it; a lower one never overwrites a higher one. 0: unknown."""
    state: str = OPEN

    def on(self, text: str) -> str:
        """The text with this mark before it."""
        return (
            f"<!-- soundmark key={self.key} head={self.head} order={self.order} "
            f"state={self.state} -->\n{text}"
        )


def read(body: str) -> Mark | None:
    """The mark of a comment; None for a comment that is not ours.

    Only the first line counts, since the rest may hold text from outside.
    """
    first = body.split("\n", 1)[0].strip()
    found = _LINE.fullmatch(first)
    if found is None:
        return None
    key, head, order, state = found.groups()
    return Mark(key, head, int(order), state)
