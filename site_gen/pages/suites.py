"""Work out the pages of suites: how each benchmark of one stands, and what ran on which device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from history import addresses
from site_gen.pages import matrix, overview
from site_gen.pages.interface import Known, Page, reported, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_gen.catalogue import Suite
    from site_gen.pages.context import Context
    from site_gen.pages.series_row import SeriesRow


@dataclass(frozen=True, slots=True, eq=False)
class SuiteReport:
    """Everything on a suite's page."""

    card: overview.SuiteCard
    rows: tuple[SeriesRow, ...]
    machines: tuple[str, ...]
    matrices: tuple[matrix.Matrix, ...]
    """What ran on which device; empty where there is one device only."""


def pages(known: Known) -> Iterator[Page]:
    """The list of suites, then each."""
    context = known.context
    cards = tuple(overview.card(context, suite) for suite in context.catalogue.suites)
    yield Page(addresses.SUITES, "Suites", "suites.html", said(cards), navigation="Suites")
    for card in cards:
        suite = card.suite
        yield Page(
            suite.path,
            f"{suite.name} suite",
            "suite.html",
            reported(_suite, context, suite, card),
            navigation=suite.name,
            below=addresses.SUITES,
        )


def _suite(context: Context, suite: Suite, card: overview.SuiteCard) -> SuiteReport:
    rows = tuple(
        row for benchmark in suite.benchmarks for row in overview.headlines(context, benchmark)
    )
    machines = tuple(sorted({row.series.key.machine for row in rows}))
    return SuiteReport(card, rows, machines, matrix.build(suite))
