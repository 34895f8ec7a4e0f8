"""The number of tokens generated for every 30 s."""

from __future__ import annotations

from typing import NamedTuple


class Length(NamedTuple):
    """A maximum or an exact number of tokens."""

    tokens: int
    exactly: bool
    """Random weights seldom end by themselves; a fixed number keeps the work equal."""
