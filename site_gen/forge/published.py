"""Fetch the list of pages of a published site, without a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history import addresses
from history.report.review import links
from site_gen.forge.errors import ForgeError
from site_gen.forge.http import Http

if TYPE_CHECKING:
    from history.report.review.links import Links


def pages(url: str) -> Links:
    """The pages of the site at that address. Raises ForgeError where none is published there."""
    root = url.rstrip("/")
    http = Http(root, {})
    try:
        data = http.download(f"/{addresses.PAGES}", links.MOST_BYTES)
    except ForgeError as error:
        raise ForgeError(
            f"no site answers at {root}: {error.message}",
            hint="Publish it first (`soundmark init --github` writes a workflow that does), or "
            "correct `url` in the table [site]. Until then rows have no links.",
            status=error.status,
        ) from error
    finally:
        http.close()
    return links.decode(data, root)
