"""List the pages of targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history import addresses
from site_gen.pages import findings, tally
from site_gen.pages.interface import Known, Page, said
from site_gen.pages.paging import Part, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROWS: Final = 250
"""Most rows of a page: about 300 kB."""
Targets = Part[findings.Target]


def pages(known: Known) -> Iterator[Page]:
    """One page, and further ones where there are many targets."""
    context = known.context
    told = tally.tally(context)
    found = list(parts(findings.targets(context), ROWS, addresses.SLA))
    for one in found:
        further = found[1:] if one.is_first else ()
        yield Page(
            one.address,
            one.titled("SLA"),
            "sla.html",
            said(one, told=told, further=further, begin=begins(found)),
            navigation="SLA" if one.is_first else "",
        )


def begins(found: Sequence[Targets]) -> Mapping[str, Targets]:
    """The page on which the rows of each status begin, where that is not the first."""
    starts: dict[str, Targets] = {}
    for one in found:
        for row in one.rows:
            starts.setdefault(row.status, one)
    return {status: one for status, one in starts.items() if not one.is_first}
