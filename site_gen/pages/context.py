"""Everything the reports look things up in, indexed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from history.judge.confounders import NOT_A_CAUSE
from history.read import environments
from history.words import calibration
from history.words.globs import matches_benchmark
from site_gen import format as text
from site_gen.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from history.read.runs import Machine, Run
    from history.read.series import Series
    from history.read.view import View
    from history.words.records import Commit
    from site_gen.catalogue import Benchmark, Catalogue
    from site_gen.model import Annotation, Change, Judgement, SiteInfo, SlaRow
    from site_gen.pages.series_row import Glance


_UNKNOWN = Verdict("not enough data")


@dataclass(frozen=True, eq=False)
class Context:
    """The history, what was decided about it, and how the site introduces itself."""

    view: View
    """Runs, series and points; positions of runs are places in its list."""
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
        return {run.commit.sha: run.commit for run in self.view.counting}

    @cached_property
    def machines(self) -> tuple[Machine, ...]:
        """Every machine that a run was made on, by label."""
        return tuple(sorted({run.machine for run in self.view.counting}, key=lambda one: one.label))

    @cached_property
    def order(self) -> dict[str, int]:
        """Place of every commit in commit order."""
        return {sha: place for place, sha in enumerate(self.commits)}

    @cached_property
    def _environments(self) -> dict[int, dict[str, str]]:
        """By key; without the readings of the reference work, which have a table of their own."""
        without = (calibration.GROUP,)
        return {key: environments.flat(one, without) for key, one in self.view.environments.items()}

    def environment(self, run: Run) -> dict[str, str]:
        """What a run ran in: ``group.field`` to text."""
        return self._environments.get(run.environment_key, {})

    def calibration(self, run: Run) -> calibration.Calibration | None:
        """What the reference work said about the machine during a run."""
        return calibration.decode(self.view.environments.get(run.environment_key, {}))

    @cached_property
    def changed(self) -> dict[int, tuple[str, ...]]:
        """Position of a run to what is new in its environment, for runs where anything is."""
        return {
            position: tuple(map(text.difference, news))
            for position, news in environments.news(self.view, NOT_A_CAUSE).items()
        }

    @cached_property
    def shared(self) -> frozenset[tuple[str, str]]:
        """Pairs of the variant that every series has."""
        return text.shared_pairs(series.key.variant for _, series in self.by_series.values())

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
