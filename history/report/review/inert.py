"""Escape text from outside in Markdown.

A forge processes text in several passes: Markdown, raw HTML, automatic links, mentions, references
to issues, emoji. None of them changes code spans, so any text that is not plainly harmless becomes
one.
"""

from __future__ import annotations

import re
from typing import Final

REPLACED: Final = "\N{REPLACEMENT CHARACTER}"
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""Control characters, zero-width characters and direction marks."""
_PLAIN: Final = re.compile(r"[\w\s.,;:%()+/=−±–×·≈→⁻⁰¹²³⁴⁵⁶⁷⁸⁹-]*")
_ACTS: Final = re.compile(
    r"www\.|:/|:\w+(:|$)|\b[0-9a-f]{7,64}\b|\bGH-|%\w|_|^[\s\d+=-]*[.)+=-](\s|$)|^[ =+-]*$",
    re.IGNORECASE,
)
"""Automatic links, emoji, hashes of commits, references, emphasis, lists and rules."""


def inert(text: str) -> str:
    """The text for a line or a table cell of Markdown, without links, mentions or formatting."""
    clean = one_line(text)
    if not clean:
        return ""
    if _PLAIN.fullmatch(clean) and not _ACTS.search(clean):
        return clean
    return code(clean)


def code(text: str) -> str:
    """The text as a code span.

    A grave accent or a pipe would end the span or the cell, so they are replaced by similar
    characters.
    """
    clean = (
        one_line(text).replace("`", "\N{MODIFIER LETTER GRAVE ACCENT}").replace("|", "\N{DIVIDES}")
    )
    return f"`{clean}`" if clean else ""


def one_line(text: str) -> str:
    """One line without invisible characters."""
    return " ".join(_UNSEEN.sub(REPLACED, text).split())
