"""List the page of targets: every one, and how many hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history import addresses
from site_gen.pages import findings, tally
from site_gen.pages.interface import Known, Page

if TYPE_CHECKING:
    from collections.abc import Iterator


def pages(known: Known) -> Iterator[Page]:
    """One page."""
    context = known.context
    yield Page(
        addresses.SLA,
        "SLA",
        "sla.html",
        lambda: {"report": findings.targets(context), "told": tally.tally(context)},
        navigation="SLA",
    )
