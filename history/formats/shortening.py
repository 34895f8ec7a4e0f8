"""Cut the paths of a computer out of names, only as far as the names stay different.

A record holds no absolute path and no user's name, and two names that differ stay two.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
"""Address of an object in memory, as Python writes it: another one in every run."""
_FOLDERS: Final = re.compile(r"(?<![\w.~])(?<!:/)(?:[A-Za-z]:)?[/\\](?:[^\s/\\'\"=:;,]+[/\\])+")
"""The folders of an absolute path, up to its last part; an address on the web is none."""
_WHOLE: Final = re.compile(r"^(?:[A-Za-z]:)?[/\\](?:[^/\\]+[/\\])+")
"""The same of a text that is nothing but a path, in which a blank is a letter."""
_HOMES: Final = frozenset({"home", "Users"})
"""Folders whose folders are named after people."""


def apart(texts: Iterable[str], *, paths: bool = False) -> dict[str, str]:
    """Text -> the same with its absolute paths cut to their last part.

    Where two texts would become one, as many of the last folders stay as tell them apart. Two that
    differ in nothing but a drive or a user's name become one all the same. With ``paths`` every
    text is one path and nothing else.
    """
    kept = dict.fromkeys(texts, 0)
    while True:
        short = {text: shortened(text, folders, paths=paths) for text, folders in kept.items()}
        alike = defaultdict(list)
        for text, cut in short.items():
            alike[cut].append(text)
        longer = [
            text
            for group in alike.values()
            if len(group) > 1
            for text in group
            if kept[text] < _most(text, paths)
        ]
        if not longer:
            return short
        for text in longer:
            kept[text] += 1


def shortened(text: str, folders: int = 0, *, paths: bool = False) -> str:
    """The text with every absolute path cut to its last part and at most so many folders."""

    def cut(found: re.Match[str]) -> str:
        names = _nameable(found.group())
        return "".join(f"{name}/" for name in names[max(0, len(names) - folders) :])

    return (_WHOLE if paths else _FOLDERS).sub(cut, text)


def _most(text: str, paths: bool) -> int:  # noqa: FBT001 - as it was asked for
    pattern = _WHOLE if paths else _FOLDERS
    return max((len(_nameable(found)) for found in pattern.findall(text)), default=0)


def _nameable(path: str) -> list[str]:
    """Folders without the drive and without the home of a user."""
    names = [name for name in re.split(r"[/\\]", path) if name and not name.endswith(":")]
    return names[2:] if names[0] in _HOMES else names
