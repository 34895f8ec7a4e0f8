"""Words for changes of an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.read import environments
from history.report.wording import numbers

if TYPE_CHECKING:
    from history.read.environments import Difference

MOST_LETTERS: Final = 60
"""Longest value that is printed; a longer one is cut with an ellipsis."""


def difference(found: Difference) -> str:
    """``libraries.torch: 2.12 → 2.13``: one field, then and now."""
    return f"{found.name}: {_side(found.before)} → {_side(found.now)}"


def field(value: object) -> str:
    """The value of a field as text."""
    return numbers.number(value) if isinstance(value, float) else environments.text_of(value)


def _side(text: str | None) -> str:
    if text is None:
        return "absent"
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
