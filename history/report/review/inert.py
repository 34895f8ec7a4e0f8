"""Make text from outside harmless in Markdown: it is seen, and does nothing.

A forge acts on text in several passes: Markdown, raw HTML, automatic links, mentions, references to
issues, emoji. All of them leave code spans alone, so whatever is not plainly harmless becomes one.
"""

from __future__ import annotations

import re
from typing import Final

REPLACED: Final = "\N{REPLACEMENT CHARACTER}"
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""Control characters, and what has no width or turns the direction of a line."""
_PLAIN: Final = re.compile(r"[\w\s.,;:%()+/=−±–×·≈→⁻⁰¹²³⁴⁵⁶⁷⁸⁹-]*")
_ACTS: Final = re.compile(
    r"www\.|:/|:\w+(:|$)|\b[0-9a-f]{7,64}\b|\bGH-|%\w|_|^[\s\d+=-]*[.)+=-](\s|$)|^[ =+-]*$",
    re.IGNORECASE,
)
"""Automatic links, emoji, hashes of commits, references, emphasis, lists and rules."""


def inert(text: str) -> str:
    """The text for a line or a table cell of Markdown; nothing of it links, calls or formats."""
    clean = visible(text)
    if not clean:
        return ""
    if _PLAIN.fullmatch(clean) and not _ACTS.search(clean):
        return clean
    return code(clean)


def code(text: str) -> str:
    """The text as a code span, in which a forge reads nothing.

    A grave accent and a pipe would end the span or the cell, so the two stand as their look-alikes.
    """
    clean = (
        visible(text).replace("`", "\N{MODIFIER LETTER GRAVE ACCENT}").replace("|", "\N{DIVIDES}")
    )
    return f"`{clean}`" if clean else ""


def visible(text: str) -> str:
    """One line without characters that act instead of being seen."""
    return " ".join(_UNSEEN.sub(REPLACED, text).split())
