"""Insert pages into a frame: a finished page of the shell, split where pages differ.

A shell writes this module's slots for title, description, address and content into a page, which is
then split there. Inserting a page is joining texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Final

from history.words.errors import BrokenEnvironmentError
from site_gen.shell.policy import guarded
from site_gen.writers.text import clean

TITLE: Final = "soundmark-slot-title"
DESCRIPTION: Final = "soundmark-slot-description"
ADDRESS: Final = "soundmark-slot-address"
"""Placeholder for a folder of a page's address."""
CONTENT: Final = '<div id="soundmark-slot-content"><h1></h1></div>'


# A theme's templates leave a fifth of a page empty, which every page would carry.
_INDENTED: Final = re.compile(r"\s*\n\s*")
_BLOCKS: Final = "head|body|div|nav|ul|li|header|main|article|footer|form|meta|link|title"
"""Elements between which white space is not rendered."""
_BETWEEN: Final = re.compile(rf"(</?(?:{_BLOCKS})\b[^<>]*>)\n(?=</?(?:{_BLOCKS})\b)")
_IN_ITEMS: Final = re.compile(r"(<li\b[^<>]*>)\n(?=<a\b)|(</a>)\n(?=</li>)")


@dataclass(frozen=True, slots=True)
class Frame:
    """A page split into fixed parts and slots, which have odd indices."""

    parts: tuple[str, ...]

    def stamp(self, title: str, description: str, address: str, content: str) -> str:
        """The whole page. Title and description are text, the content is HTML."""
        said = {
            TITLE: escape(clean(title)),
            DESCRIPTION: escape(clean(description)),
            CONTENT: content,
        }
        below = f"{address}/" if address else ""
        parts = list(self.parts)
        parts[1::2] = [said.get(slot, below) for slot in parts[1::2]]
        return "".join(parts)


def slot_address(address: str) -> str:
    """The address under which the frame of a page outside of the navigation is made.

    Links of a frame are relative. So pages share one if they lie equally deep in the same first
    folder: of folders with a place in the navigation there are no others above them.
    """
    first, *rest = address.split("/")
    return "/".join([first if rest else ADDRESS, *[ADDRESS] * len(rest)])


def tightened(page: str) -> str:
    """The page without white space that is not rendered."""
    page = _BETWEEN.sub(r"\1", _INDENTED.sub("\n", page))
    return _IN_ITEMS.sub(lambda found: found[1] or found[2], page)


def cut(page: str, address: str) -> Frame:
    """Split a finished page, which was made for an address, into a frame.

    Raises BrokenEnvironmentError when it has no slot for content.
    """
    if page.count(CONTENT) != 1:
        raise BrokenEnvironmentError(
            "the frame of the site has no place for the content of pages.",
            hint="The theme was changed so that it leaves out or repeats the content; "
            "soundmark site build --shell plain needs no theme.",
        )
    page = guarded(tightened(page))
    slots = [CONTENT, TITLE, DESCRIPTION]
    if ADDRESS in address:
        slots.append(f"{address}/")
    return Frame(tuple(re.split(f"({'|'.join(map(re.escape, slots))})", page)))
