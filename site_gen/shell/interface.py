"""What a shell is: it makes the frame around every page before any page of the site is there."""

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
"""The asset that says what is around pages: only a site of our own has it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a shell is told about a site. Texts may hold anything; whoever writes them escapes."""

    title: str
    description: str
    url: str
    """Where the site will be published; may be empty."""
    footer: str
    navigation: tuple[Entry, ...]
    addresses: tuple[str, ...]
    """Every generated page, those of the navigation too."""
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
    """A heading of the documentation, and where it is."""

    title: str
    address: str
    """Relative to the site, with its fragment."""


@dataclass(frozen=True, slots=True)
class Frames:
    """What a shell made."""

    frames: Mapping[str, Frame]
    """Of the pages in the navigation by their address, as each shows another part as active; of all
    others by ``slot_address``."""
    files: Mapping[str, Path]
    """What else belongs to the site, by name: documentation, style sheets, the page for errors."""
    documents: tuple[str, ...]
    """Addresses of the pages of the documentation."""
    sections: tuple[Section, ...] = ()
    """What can be found in it by typing."""

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
        """One name for all that the project has for its documentation; empty without any."""
        ...

    def frames(self, plan: Plan) -> Frames:
        """The frames of a site. Raises BrokenEnvironmentError where they cannot be made."""
        ...
