"""Everything the reports look things up in, indexed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from history.words.globs import matches_benchmark
from site_gen import format as text
from site_gen.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from site_gen.model import (
        Annotation,
        Benchmark,
        Catalogue,
        Change,
        Commit,
        Judgement,
        Series,
        SiteInfo,
        SlaRow,
    )
    from site_gen.pages.series_row import Glance


_UNKNOWN = Verdict("not enough data")


@dataclass(frozen=True, eq=False)
class Context:
    """The history, what was decided about it, and how the site introduces itself."""

    catalogue: Catalogue
    judgement: Judgement
    site: SiteInfo

    @cached_property
    def by_series(self) -> dict[str, tuple[Benchmark, Series]]:
        """Benchmark and series of every series id."""
        return {
            series.series_id: (benchmark, series)
            for benchmark in self.catalogue.benchmarks()
            for series in benchmark.series
        }

    @cached_property
    def changes(self) -> dict[str, tuple[Change, ...]]:
        """Changes of every series that has any, oldest first."""
        found: dict[str, list[Change]] = {}
        for change in self.judgement.changes:
            found.setdefault(change.series_id, []).append(change)
        return {key: tuple(sorted(rows, key=lambda one: one.index)) for key, rows in found.items()}

    @cached_property
    def targets(self) -> dict[str, tuple[SlaRow, ...]]:
        """SLA rows of every series that has any."""
        found: dict[str, list[SlaRow]] = {}
        for row in self.judgement.sla:
            found.setdefault(row.series_id, []).append(row)
        return {key: tuple(rows) for key, rows in found.items()}

    @cached_property
    def commits(self) -> dict[str, Commit]:
        """Every measured commit by its hash."""
        return {run.commit.sha: run.commit for run in self.catalogue.runs}

    @cached_property
    def order(self) -> dict[str, int]:
        """Place of every commit in commit order."""
        return {sha: place for place, sha in enumerate(self.commits)}

    @cached_property
    def shared(self) -> frozenset[tuple[str, str]]:
        """Pairs of the variant that every series has."""
        return text.shared_pairs(series.variant for _, series in self.by_series.values())

    @cached_property
    def glances(self) -> dict[str, Glance]:
        """Rows that were made already, by series id; see ``glance``."""
        return {}

    def verdict(self, series: Series) -> Verdict:
        """What was decided about the series."""
        return self.judgement.verdicts.get(series.series_id) or _UNKNOWN

    def annotations(self, benchmark: Benchmark) -> tuple[Annotation, ...]:
        """Notes whose scope holds this benchmark."""
        return tuple(
            note
            for note in self.judgement.annotations
            if matches_benchmark(note.scope, benchmark.benchmark_id)
        )


def concerning(changed: Iterable[str], suite: str) -> tuple[str, ...]:
    """Environment changes that matter to a suite: those of a group ``other/…`` do not."""
    return tuple(
        words
        for words in changed
        if "/" not in words.partition(".")[0] or words.startswith(f"{suite}/")
    )
