"""Read a site or a file that is given to a command as a folder, a file or an address."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from history.report.review.links import Links

_MADE_BY: Final = "`soundmark site build` writes data/pages.json into the site."


def links(site: str) -> Links:
    """The links of a built site, of its ``data/pages.json``, or of the one at an address.

    Without a place there are none. Raises SoundmarkError where it cannot be read.
    """
    from history import addresses
    from history.report.review import links as link_list

    if not site:
        return link_list.NONE
    if "://" in site:
        from site_gen.forge import published

        return published.pages(site)
    place = Path(site)
    return link_list.decode(
        content(
            place / addresses.PAGES if place.is_dir() else place, link_list.MOST_BYTES, _MADE_BY
        )
    )


def content(file: Path, most: int, made_by: str) -> bytes:
    """The content of a file, at most one byte more than the limit.

    ``made_by`` is the hint of the error when it cannot be read.
    """
    from history.words.errors import UsageError

    try:
        with file.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}.",
            hint=made_by,
        ) from None
