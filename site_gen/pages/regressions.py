"""List the page of changes by what should be done about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history import addresses
from site_gen.pages import events, findings
from site_gen.pages.interface import Known, Page

if TYPE_CHECKING:
    from collections.abc import Iterator


def pages(known: Known) -> Iterator[Page]:
    """One page."""
    context = known.context
    yield Page(
        addresses.REGRESSIONS,
        "Regressions",
        "regressions.html",
        lambda: {"report": events.sections(context, findings.regressions(context))},
        navigation="Regressions",
    )
