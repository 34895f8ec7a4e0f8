"""Link to pages that the published site has, by the list of pages that it publishes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from history import addresses
from history.words.errors import BrokenDataError

FORMAT: Final = 1
MOST_BYTES: Final = 64 * 2**20
_URL: Final = re.compile(r"https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~%+-]+)*/?")


class Index(msgspec.Struct, frozen=True):
    """The contents of ``data/pages.json``."""

    format: int
    pages: list[str]
    """Addresses below the root, as in ``history.addresses``, sorted."""
    url: str = ""
    """Address of the root; empty when the project has not set it."""
    pictures: list[str] = []
    """Pictures of trends, as addresses below the root."""
    newest_run: datetime | None = None
    """Start of the newest run on the site."""


@dataclass(frozen=True, slots=True)
class Links:
    """The pages of one site; without a site nothing is linked."""

    url: str = ""
    pages: frozenset[str] = field(default_factory=frozenset)
    pictures: frozenset[str] = field(default_factory=frozenset)
    newest_run: datetime | None = None
    """Start of the newest run on the site; None when unknown."""
    ci_run: str = ""
    """Page of the CI run that measured, from the forge, never from a review."""

    def of(self, address: str) -> str:
        """The whole address of a page; empty where the site has no such page."""
        page, _, _ = address.partition("/?")
        page, _, _ = page.partition("/#")
        if not address or not self.url or page not in self.pages:
            return ""
        return f"{self.url}/{address}" + ("" if page != address else "/")

    def picture(self, page: str) -> str:
        """The whole address of the picture of a benchmark's trend; empty where there is none."""
        address = addresses.picture_of(page.partition("/?")[0])
        return f"{self.url}/{address}" if self.url and address in self.pictures else ""


NONE: Final = Links()


def encode(
    url: str, pages: list[str], pictures: list[str], newest_run: datetime | None = None
) -> bytes:
    """The list of a site."""
    return msgspec.json.encode(Index(FORMAT, sorted(pages), url, sorted(pictures), newest_run))


def decode(data: bytes, url: str = "") -> Links:
    """The links of a site whose list this is; ``url`` where it was fetched from.

    Raises BrokenDataError when it is no such list, or when nobody has said where the site is.
    """
    if len(data) > MOST_BYTES:
        raise BrokenDataError(f"expected a list of pages of at most {MOST_BYTES} bytes.")
    try:
        found = msgspec.json.decode(data, type=Index)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise BrokenDataError(
            "expected the list of pages of a site, found something else.",
            hint="It is the file data/pages.json of a site that was built by this version.",
        ) from None
    if found.format != FORMAT:
        raise BrokenDataError(
            f"expected a list of pages of format {FORMAT}, found format {found.format}.",
            hint="Build the site with the same version of soundmark.",
        )
    root = (url or found.url).rstrip("/")
    if not _URL.fullmatch(root):
        raise BrokenDataError(
            "the list of pages does not say where the site is published.",
            hint="Set `url` in the table [site] of soundmark.toml and build the site again, or "
            "give --site its address.",
        )
    return Links(root, frozenset(found.pages), frozenset(found.pictures), found.newest_run)
