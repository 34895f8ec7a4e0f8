"""List the page of downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history import addresses
from site_gen.pages.interface import Known, Page, said

if TYPE_CHECKING:
    from collections.abc import Iterator


def pages(known: Known) -> Iterator[Page]:
    """One page."""
    yield Page(addresses.DATA, "Data", "data.html", said(known.downloads), navigation="Data")
