"""The interface of a shell, which makes the frames before any page is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from site_gen.shell.frame import slot_address

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from site_gen.shell.frame import Frame
    from site_gen.shell.navigation import Entry

ASSETS: Final = Path(str(files("site_gen") / "assets"))
THEME: Final = "theme.css"
"""The style sheet around pages, which only a site of our own has."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The inputs of a shell. Texts are not escaped yet."""

    title: str
    description: str
    url: str
    """Address of the published site; may be empty."""
    footer: str
    navigation: tuple[Entry, ...]
    addresses: tuple[str, ...]
    """Addresses of every generated page, including the navigation."""
    others: Collection[str] = ()
    """Names of the other generated files, which documentation may link to."""
    styles: tuple[str, ...] = ()
    """Names of the style sheets of the project's own, which come after ours."""

    @property
    def named(self) -> tuple[str, ...]:
        """Addresses of the pages in the navigation, from top to bottom."""
        return tuple(one.path for top in self.navigation for one in (top, *top.below))

    @property
    def loose(self) -> tuple[str, ...]:
        """Addresses under which the frames of all other pages are made."""
        others = set(self.addresses) - set(self.named)
        return tuple(sorted({slot_address(one) for one in others}))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the documentation, and its address."""

    title: str
    address: str
    """Relative to the site, with its fragment."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The result of a shell."""

    frames: Mapping[str, Frame]
    """Frames of the pages in the navigation by address, since each marks another entry as active;
    of all others by ``slot_address``.
    """
    files: Mapping[str, Path]
    """Further files of the site, by name: documentation, style sheets, the error page."""
    documents: tuple[str, ...]
    """Addresses of the pages of the documentation."""
    sections: tuple[Section, ...] = ()
    """Headings for the search index."""

    def of(self, address: str) -> Frame:
        """The frame that the page at an address stands in."""
        return self.frames.get(address) or self.frames[slot_address(address)]


class Shell(Protocol):
    """Makes frames. A shell is made for one build."""

    @property
    def method_pages(self) -> tuple[tuple[str, str], ...]:
        """Title and address of the documentation's pages about methods."""
        ...

    @property
    def made_of(self) -> str:
        """Hash of the project's documentation; empty without any."""
        ...

    def frames(self, plan: Plan) -> Frames:
        """The frames of a site. Raises BrokenEnvironmentError where they cannot be made."""
        ...
