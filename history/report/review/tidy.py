"""Make texts fit for a review: as long as it takes, without characters that act.

Whoever fills in a review takes every text through here, so that what was changed is counted.
"""

from __future__ import annotations

from history.report.review.inert import visible
from history.report.review.result import MOST_LETTERS, MOST_LETTERS_OF_A_REASON


class Tidy:
    """Makes texts fit for a review, and counts those that it had to change."""

    def __init__(self) -> None:
        self.changed = 0

    def name(self, text: str) -> str:
        """A name or another short text."""
        return self._fit(text, MOST_LETTERS)

    def reason(self, text: str) -> str:
        """Why something is so."""
        return self._fit(text, MOST_LETTERS_OF_A_REASON)

    def _fit(self, text: str, most: int) -> str:
        fit = visible(text)
        if len(fit) > most:
            fit = f"{fit[: most - 1]}…"
        self.changed += fit != text
        return fit
