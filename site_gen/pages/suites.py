"""Build the pages of suites: the rows of their benchmarks, and device matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history import addresses
from history.judge.gate import FAILING
from site_gen.pages import matrix, overview
from site_gen.pages.interface import Known, Page, said
from site_gen.pages.paging import Part, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from history.read.view import View
    from site_gen.pages.context import Context
    from site_gen.pages.series_row import SeriesRow

ROWS: Final = 250
"""Most rows of a page: about 350 kB."""
LICENCE: Final = " licence"
"""Suffix of the environment field with the licence of a model."""
NEWEST: Final = 30
"""Newest runs that are searched for it: a machine may measure other suites."""


@dataclass(frozen=True, slots=True, eq=False)
class SuiteReport:
    """Everything on a suite's page."""

    card: overview.SuiteCard
    part: Part[SeriesRow]
    machines: tuple[str, ...]
    matrices: tuple[matrix.Matrix, ...]
    """Device matrices, on the first page; empty with one device."""
    licences: tuple[tuple[str, str], ...] = ()
    """The package of each model and the licence it is under, on the first page."""


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
    """The pages of a suite, as many as its rows need; what fails comes first."""
    rows = [row for one in card.suite.benchmarks for row in overview.headlines(context, one)]
    rows.sort(key=lambda row: row.verdict.never_run or row.verdict.word not in FAILING)
    machines = tuple(sorted({row.series.key.machine for row in rows}))
    for part in parts(rows, ROWS, card.suite.path):
        matrices = matrix.build(card.suite) if part.is_first else ()
        known = licences(context.view, card.suite.name) if part.is_first else ()
        yield SuiteReport(card, part, machines, matrices, known)


def licences(view: View, suite: str) -> tuple[tuple[str, str], ...]:
    """Package and licence of each model in the newest run of a suite."""
    for run in reversed(view.counting[-NEWEST:]):
        groups = view.environments.get(run.environment_key, {})
        found = {
            field.removesuffix(LICENCE): str(text)
            for group, fields in groups.items()
            if group.startswith(f"{suite}/")
            for field, text in fields.items()
            if field.endswith(LICENCE)
        }
        if found:
            return tuple(sorted(found.items()))
    return ()
