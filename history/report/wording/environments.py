"""Tell what is new in an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.read import environments
from history.report.wording import numbers

if TYPE_CHECKING:
    from history.read.environments import Difference

MOST_LETTERS: Final = 60
"""Letters of a value that are told; what was cut off ends in an ellipsis."""


def difference(found: Difference) -> str:
    """``libraries.torch: 2.12 → 2.13``: one field, then and now."""
    return f"{found.name}: {_side(found.before)} → {_side(found.now)}"


def field(value: object) -> str:
    """What a field of an environment says, as a person reads it."""
    return numbers.number(value) if isinstance(value, float) else environments.text_of(value)


def _side(text: str | None) -> str:
    if text is None:
        return "absent"
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
