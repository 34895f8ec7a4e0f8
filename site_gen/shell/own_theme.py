"""Read the folder with a project's own styles and templates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from history.words.errors import ConfigError
from site_gen.writers.kept import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE: Final = "theme"
"""Folder of the site that its files are copied to."""
_INLINE: Final = re.compile(r"<script\b(?![^>]*\b(?:src|type)\s*=)", re.IGNORECASE)
"""A script that stands in a page: the policy of every page forbids that it runs."""
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class OwnTheme:
    """The contents of the folder; empty without one."""

    folder: str = ""
    """As the configuration names it."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """Name -> text of templates: overrides of ours, or names that begin with ``_``."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Every other file, by its name in the site."""
    digest: str = ""
    """Hash of the templates."""

    @property
    def styles(self) -> tuple[str, ...]:
        """Names in the site of the style sheets that every page loads: those of no folder."""
        return tuple(name for name in self.files if name.endswith(".css") and name.count("/") == 1)

    @property
    def made_of(self) -> str:
        """One name for everything in the folder."""
        parts = [
            part for name, path in self.files.items() for part in (name.encode(), path.read_bytes())
        ]
        return digest(self.digest.encode(), *parts) if self.folder else ""


NONE: Final = OwnTheme()


def read(root: Path, folder: str) -> OwnTheme:
    """The theme in a folder beside the configuration; an empty name is none.

    Raises ConfigError where it is not there, or holds what cannot be used.
    """
    if not folder:
        return NONE
    place = root / folder
    _refuse_elsewhere(root, place, folder)
    templates: dict[str, str] = {}
    others: dict[str, Path] = {}
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if not path.is_file() or any(part.startswith(".") for part in name.split("/")):
            continue
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{folder}/{ascii(name)[1:-1]}: expected a name of letters, digits, dots, - and _."
            )
        if not path.resolve().is_relative_to(place.resolve()):
            raise ConfigError(
                f"{folder}/{name}: expected a file of this folder, found a link that leads out.",
                hint="Everything in it is published; copy the file into the folder.",
            )
        if name.endswith(".html"):
            templates[name] = _template(folder, name, path)
        else:
            others[f"{PLACE}/{name}"] = path
    parts = [part for name, text in templates.items() for part in (name, text)]
    return OwnTheme(folder, templates, others, digest(*(part.encode("utf-8") for part in parts)))


def ours() -> frozenset[str]:
    """Names of our templates, which a project may override."""
    place = Path(str(files("site_gen") / "pages" / "templates"))
    return frozenset(path.relative_to(place).as_posix() for path in place.rglob("*.html"))


def _template(folder: str, name: str, path: Path) -> str:
    known = ours()
    if name not in known and not name.rpartition("/")[2].startswith("_"):
        near = get_close_matches(name, known, n=1)
        meant = f' Did you mean "{near[0]}"?' if near else ""
        raise ConfigError(
            f"{folder}/{name}: no page of the site has a template of that name.{meant}",
            hint=f"Those are {', '.join(sorted(known))}; a template that others include begins "
            "with _.",
        )
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"{folder}/{name}: expected a text in UTF-8.") from None
    if _INLINE.search(text):
        raise ConfigError(
            f"{folder}/{name}: has a script in the page, which the policy of the site's pages "
            "forbids to run.",
            hint=f"Put it into {folder}/own.js, and load that: "
            f'<script src="{{{{ root }}}}{PLACE}/own.js" defer></script>.',
        )
    return text


def _refuse_elsewhere(root: Path, place: Path, folder: str) -> None:
    """All of the folder is published, so it must be one inside of the project."""
    if not place.is_dir():
        raise ConfigError(
            f"site.theme_dir: expected a folder with styles and templates, found none at {folder}.",
            hint="It is looked for beside soundmark.toml.",
        )
    inside, whole = place.resolve(), root.resolve()
    if inside == whole or not inside.is_relative_to(whole):
        raise ConfigError(
            f"site.theme_dir: expected a folder inside of the project's, found {folder}.",
            hint="Everything in it is published, so it must hold nothing else.",
        )
