"""Text fields with a pattern, and errors that describe it in words."""

from __future__ import annotations

from typing import Final

import msgspec

_SAID: Final[dict[str, str]] = {}


def form(pattern: str, said: str, *, max_length: int | None = None) -> msgspec.Meta:
    """A form for a field; ``said`` follows "expected", with an example where one helps."""
    _SAID[pattern] = said
    return msgspec.Meta(pattern=pattern, max_length=max_length)


def in_words(message: str) -> str:
    """A message of msgspec with the words for each form in place of its expression."""
    for pattern, said in _SAID.items():
        message = message.replace(f"`str` matching regex {pattern!r}", said)
    return message
