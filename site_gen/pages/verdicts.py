"""Build the pages that list every series of one verdict, to which counts link."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from history import addresses
from history.judge.verdict import SEVERITY, Word
from site_gen.pages.interface import Known, Page, said
from site_gen.pages.paging import Part, parts
from site_gen.pages.series_row import SeriesRow, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from site_gen.pages.context import Context

NEVER_RUN: Final = "skipped"
"""Label of series that have never run on their machine; they count under no verdict."""
ROWS: Final = 600
"""Most rows of a page: about 350 kB."""
_PLAIN: Final = frozenset({Word.OK, Word.NOT_ENOUGH_DATA, Word.NO_DIRECTION})
"""Verdicts without news: their series are listed without a reason."""


@dataclass(frozen=True, slots=True, eq=False)
class OfSuite:
    """The series of one suite, or those that fit on a page."""

    name: str
    total: int
    """Number of series, including those on other pages."""
    rows: tuple[SeriesRow, ...]
    goes_on: bool
    """Whether it continues from the previous page."""

    @property
    def anchor(self) -> str:
        """Its anchor on the page."""
        return addresses.slug(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class VerdictReport:
    """One page of the series of one verdict."""

    word: str
    part: Part[SeriesRow]
    suites: tuple[OfSuite, ...]
    elsewhere: Mapping[str, str]
    """On the first page: suites that begin on other pages, with their addresses."""
    told: bool
    """Whether reasons are shown."""


def pages(known: Known) -> Iterator[Page]:
    """One page for each verdict that any series has, and further ones where they are many."""
    for one in build(known.context):
        title = one.part.titled(f"Series with the verdict {one.word}")
        yield Page(one.part.address, title, "verdict.html", said(one))


def build(context: Context) -> Iterator[VerdictReport]:
    """The pages of every verdict that any series has, the gravest first."""
    found: dict[str, list[SeriesRow]] = {}
    for benchmark in context.catalogue.benchmarks():
        for series in benchmark.series:
            row = row_of(context, benchmark, series)
            word = NEVER_RUN if row.verdict.never_run else str(row.verdict.word)
            found.setdefault(word, []).append(row)
    for word in (*SEVERITY, NEVER_RUN):
        if word in found:
            yield from _pages(word, found[word])


def _pages(word: str, rows: list[SeriesRow]) -> Iterator[VerdictReport]:
    totals = {name: len(own) for name, own in _by_suite(rows)}
    begun: dict[str, str] = {}
    listed = []
    for part in parts(rows, ROWS, addresses.verdict(word)):
        suites = []
        for name, own in _by_suite(part.rows):
            suites.append(OfSuite(name, totals[name], own, name in begun))
            begun.setdefault(name, part.address)
        listed.append((part, tuple(suites)))
    first = addresses.verdict(word)
    elsewhere = {name: at for name, at in begun.items() if at != first}
    for part, own_suites in listed:
        others = elsewhere if part.is_first else {}
        yield VerdictReport(word, part, own_suites, others, word not in _PLAIN)


def _by_suite(
    rows: list[SeriesRow] | tuple[SeriesRow, ...],
) -> list[tuple[str, tuple[SeriesRow, ...]]]:
    grouped = groupby(rows, key=lambda row: row.benchmark.suite)
    return [(name, tuple(own)) for name, own in grouped]
