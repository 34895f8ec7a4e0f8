"""What is said where the code is reviewed, beside the review itself."""

from __future__ import annotations


def resolved(head: str, earlier: str) -> str:
    """The line above a review that asks for nothing, where an earlier one asked for something."""
    before = f" What was found at {earlier[:12]} is not found any more." if earlier else ""
    return f"**Resolved at {head[:12]}.**{before}"


def not_measured(why: str) -> str:
    """The text of a check without a result."""
    return f"There is no result for this commit: {why}"


def shortened(text: str, most: int) -> str:
    """A title of at most so many letters, whose end shows that there was more."""
    return text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
