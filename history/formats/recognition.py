"""Recognise the format of files and folders by their content, never by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from history.formats import opened, registry
from history.formats.interface import Importable, ParsesFolder, Recognises, RecognisesFolder
from history.words.errors import BrokenEnvironmentError, UsageError
from history.words.registry import unknown

_LOOKED_INTO: Final = frozenset({".asv", ".benchmarks"})
"""Folders that tools put results into, although their names hide them."""
_SITE: Final = "soundmark-site.json"
"""Lies in a built site, whose numbers came from the history."""
_PASSED_BY: Final = frozenset({"node_modules", "__pycache__"})
_MOST_FILES: Final = 100_000


class Recognised(NamedTuple):
    """One file or folder, and what reads it."""

    path: Path
    format_: Importable


@dataclass
class Found:
    """The recognised files below the given paths."""

    taken: list[Recognised] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Files in folders that are of no format, by their place in the folder."""


class Asked(NamedTuple):
    """The arguments of ``soundmark import``."""

    format_: Importable | None
    """None where no format is named, so that the files have to tell."""
    paths: tuple[str, ...]


def asked(words: tuple[str, ...]) -> Asked:
    """The first word is a format if one of that name is registered; ``./csv`` is a file.

    Raises UsageError where it is neither a format nor a file, and without any word.
    """
    if not words:
        raise UsageError(
            "expected a file or folder with results.",
            hint="`soundmark import --list` shows what can be read.",
        )
    first, *rest = words
    if registry.FORMATS.has(first):
        if not rest:
            raise UsageError(
                f'expected a file after the format "{first}".',
                hint=f"A file or folder of that name is ./{first}.",
            )
        return Asked(registry.find(first, registry.IMPORT), tuple(rest))
    is_name = not any(sign in first for sign in "/\\.")
    if is_name and not Path(first).exists():
        raise unknown("format", first, registry.names(registry.IMPORT))
    return Asked(None, words)


def recognise(paths: Iterable[Path]) -> Found:
    """The format of every path; of a folder that is of none, of every file below it.

    Raises UsageError, with what fits, where a path is of no format or of several.
    """
    formats = tuple(_recognising())
    found, problems = Found(), []
    for path in paths:
        before = len(found.taken)
        if not path.is_dir():
            fits = _fitting(path, formats)
            if len(fits) == 1:
                found.taken.append(Recognised(path, fits[0]))
            else:
                problems.append(_several(path, fits) if fits else _none(path))
            continue
        for inner, fits in _walked(path, formats):
            if len(fits) == 1:
                found.taken.append(Recognised(inner, fits[0]))
            elif fits:
                problems.append(_several(inner, fits))
            else:
                found.left_out.append(inner.relative_to(path.parent).as_posix())
        if len(found.taken) == before and not problems:
            problems.append(f"{path.name or path}: nothing in this folder is of a known format")
    if problems:
        raise UsageError(
            f"{'; '.join(problems)}. Nothing was taken.",
            hint="Name the format, `soundmark import FORMAT PATH`; `soundmark import --list` shows"
            " all.",
        )
    return found


def of_format(format_: Importable, path: Path) -> Found:
    """What of a path a named format reads: the path, or the files in a folder of many.

    A folder that the format reads as a whole is left whole.
    """
    whole = Found([Recognised(path, format_)])
    if not path.is_dir() or isinstance(format_, ParsesFolder | RecognisesFolder):
        return whole
    found = Found()
    for inner, fits in _walked(path, (format_,)):
        if fits:
            found.taken.append(Recognised(inner, format_))
        else:
            found.left_out.append(inner.relative_to(path.parent).as_posix())
    return found if found.taken else whole


def _recognising() -> Iterator[Importable]:
    """Every format that tells its own files; one that cannot be loaded keeps no other out."""
    for name in registry.names(registry.IMPORT):
        try:
            found = registry.find(name, registry.IMPORT)
        except BrokenEnvironmentError:
            continue
        if isinstance(found, Recognises | RecognisesFolder):
            yield found


def _fitting(path: Path, formats: Iterable[Importable]) -> list[Importable]:
    head = opened.head(path)
    return [one for one in formats if isinstance(one, Recognises) and one.recognise(head)]


def _walked(
    folder: Path, formats: tuple[Importable, ...]
) -> Iterator[tuple[Path, list[Importable]]]:
    """Folders that a format reads as a whole, and every other regular file, sorted."""
    left, files = [folder], 0
    while left:
        here = left.pop()
        whole: list[Importable] = [
            one
            for one in formats
            if isinstance(one, RecognisesFolder) and one.recognise_folder(here)
        ]
        if whole:
            yield here, whole
            continue
        below = []
        for path in sorted(here.iterdir()):
            if path.is_dir():
                if _is_looked_into(path):
                    below.append(path)
            elif path.is_file() and not path.name.startswith("."):
                files += 1
                if files > _MOST_FILES:
                    raise UsageError(
                        f"{folder.name or folder}: expected at most {_MOST_FILES} files, found"
                        " more; nothing was taken.",
                        hint="Name the folder that holds the results.",
                    )
                yield path, _fitting(path, formats)
        left += reversed(below)


def _is_looked_into(folder: Path) -> bool:
    if folder.is_symlink() or folder.name in _PASSED_BY or (folder / _SITE).is_file():
        return False
    return not folder.name.startswith(".") or folder.name in _LOOKED_INTO


def _several(path: Path, fits: Iterable[Importable]) -> str:
    lines = "".join(f"\n  {one.name}: {one.summary}" for one in fits)
    return f"{path.name}: expected one format that fits, found several:{lines}\n"


def _none(path: Path) -> str:
    head = opened.head(path)
    if not head.strip():
        return f"{path.name}: expected results, found an empty file"
    names = ", ".join(registry.names(registry.IMPORT))
    return f"{path.name}: none of the formats fits ({names}); {opened.beginning(head)}"
