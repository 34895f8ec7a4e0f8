"""The line by which a comment or an issue is known to be ours, and of which job it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(
    r"<!-- soundmark key=([A-Za-z0-9._:-]{1,100}) head=([0-9a-f]{0,64}) order=(\d{1,20}) "
    r"state=([a-z]{1,20}) -->"
)
OPEN: Final = "open"
"""Something is asked of a person."""
RESOLVED: Final = "resolved"
"""Something was, and no longer is."""
QUIET: Final = "quiet"
"""Nothing ever was."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the first line of a comment says, which a forge shows to nobody."""

    key: str
    """Which of our comments it is."""
    head: str = ""
    """Hash of the commit that it is about."""
    order: int = 0
    """Of the job that wrote it; a lower one never overwrites a higher one. 0: not known."""
    state: str = OPEN

    def on(self, text: str) -> str:
        """The text with this mark before it."""
        return (
            f"<!-- soundmark key={self.key} head={self.head} order={self.order} "
            f"state={self.state} -->\n{text}"
        )


def read(body: str) -> Mark | None:
    """The mark of a comment; None where it is none of ours.

    Only the first line counts: what stands below may come from anybody.
    """
    first = body.split("\n", 1)[0].strip()
    found = _LINE.fullmatch(first)
    if found is None:
        return None
    key, head, order, state = found.groups()
    return Mark(key, head, int(order), state)
