"""Work out the pages of suites: how each benchmark of one stands, and what ran on which device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history import addresses
from site_gen.pages import matrix, overview
from site_gen.pages.interface import Known, Page, said
from site_gen.pages.paging import Part, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_gen.pages.context import Context
    from site_gen.pages.series_row import SeriesRow

ROWS: Final = 250
"""Of a page: some 350 kB."""


@dataclass(frozen=True, slots=True, eq=False)
class SuiteReport:
    """Everything on a suite's page."""

    card: overview.SuiteCard
    part: Part[SeriesRow]
    machines: tuple[str, ...]
    matrices: tuple[matrix.Matrix, ...]
    """What ran on which device, on the first page; empty where there is one device only."""


def pages(known: Known) -> Iterator[Page]:
    """The list of suites, then each."""
    context = known.context
    cards = tuple(overview.card(context, suite) for suite in context.catalogue.suites)
    yield Page(addresses.SUITES, "Suites", "suites.html", said(cards), navigation="Suites")
    for card in cards:
        for one in _suite(context, card):
            yield Page(
                one.part.address,
                one.part.titled(f"{card.suite.name} suite"),
                "suite.html",
                said(one),
                navigation=card.suite.name if one.part.is_first else "",
                below=addresses.SUITES,
            )


def _suite(context: Context, card: overview.SuiteCard) -> Iterator[SuiteReport]:
    """The pages of a suite, as many as its rows need."""
    rows = [row for one in card.suite.benchmarks for row in overview.headlines(context, one)]
    machines = tuple(sorted({row.series.key.machine for row in rows}))
    for part in parts(rows, ROWS, card.suite.path):
        matrices = matrix.build(card.suite) if part.is_first else ()
        yield SuiteReport(card, part, machines, matrices)
