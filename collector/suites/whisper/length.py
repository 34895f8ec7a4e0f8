"""Say how many tokens are made of every 30 s."""

from __future__ import annotations

from typing import NamedTuple


class Length(NamedTuple):
    """At most, or exactly, so many."""

    tokens: int
    exactly: bool
    """Random weights seldom end by themselves; a fixed number keeps the work equal."""
