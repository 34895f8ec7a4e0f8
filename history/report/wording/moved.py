"""Words of a page that redirects old links."""

from __future__ import annotations

from typing import Final

NEW: Final = "Where they are now."
UNKNOWN: Final = "The benchmark of this link has no page here; these have one."


def moved(tool: str) -> str:
    """What stood at this address."""
    return f"The page of {tool} that stood here has moved, with its numbers."
