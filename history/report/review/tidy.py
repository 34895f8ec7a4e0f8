"""Shorten texts for a review and remove invisible characters.

Every text of a review passes through here, so that changed texts are counted.
"""

from __future__ import annotations

from history.report.review.inert import one_line
from history.report.review.result import MOST_LETTERS, MOST_LETTERS_OF_A_REASON


class Tidy:
    """Cleans texts for a review, and counts those that it changed."""

    def __init__(self) -> None:
        self.changed = 0

    def name(self, text: str) -> str:
        """A name or another short text."""
        return self._fit(text, MOST_LETTERS)

    def reason(self, text: str) -> str:
        """A reason."""
        return self._fit(text, MOST_LETTERS_OF_A_REASON)

    def _fit(self, text: str, most: int) -> str:
        fit = one_line(text)
        if len(fit) > most:
            fit = f"{fit[: most - 1]}…"
        self.changed += fit != text
        return fit
