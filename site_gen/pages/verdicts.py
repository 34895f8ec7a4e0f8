"""Work out the pages that list every series of one verdict: where every count leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history import addresses
from history.judge.verdict import SEVERITY, Word
from site_gen.pages.interface import Known, Page, said
from site_gen.pages.series_row import SeriesRow, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_gen.pages.context import Context

NEVER_RUN: Final = "skipped"
"""What has never run on its machine lost nothing, so it counts under no verdict."""
_PLAIN: Final = frozenset({Word.OK, Word.NOT_ENOUGH_DATA, Word.NO_DIRECTION})
"""Verdicts that say nothing happened: their series are listed without a reason."""


@dataclass(frozen=True, slots=True, eq=False)
class OfSuite:
    """The series of one suite."""

    name: str
    anchor: str
    rows: tuple[SeriesRow, ...]


@dataclass(frozen=True, slots=True, eq=False)
class VerdictReport:
    """Every series of one verdict."""

    word: str
    total: int
    suites: tuple[OfSuite, ...]
    told: bool
    """Whether each says why."""


def pages(known: Known) -> Iterator[Page]:
    """One page for each verdict that any series has."""
    for one in build(known.context):
        title = f"Series with the verdict {one.word}"
        yield Page(addresses.verdict(one.word), title, "verdict.html", said(one))


def build(context: Context) -> tuple[VerdictReport, ...]:
    """One page per verdict that any series has, the gravest first."""
    found: dict[str, dict[str, list[SeriesRow]]] = {}
    for suite in context.catalogue.suites:
        for benchmark in suite.benchmarks:
            for series in benchmark.series:
                row = row_of(context, benchmark, series)
                word = NEVER_RUN if row.verdict.never_run else str(row.verdict.word)
                found.setdefault(word, {}).setdefault(suite.name, []).append(row)
    return tuple(
        VerdictReport(
            word,
            sum(map(len, suites.values())),
            tuple(
                OfSuite(name, addresses.slug(name), tuple(rows)) for name, rows in suites.items()
            ),
            word not in _PLAIN,
        )
        for word in (*SEVERITY, NEVER_RUN)
        if (suites := found.get(word))
    )
