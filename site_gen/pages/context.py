"""The data that all reports share, indexed once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from history.judge.confounders import NOT_A_CAUSE
from history.project.annotations import about
from history.read import environments
from history.report.wording import environments as wording
from history.report.wording import moments, names
from history.words import calibration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from history.judge.changes import ChangeRow
    from history.judge.events import Event
    from history.judge.judge import Judgement
    from history.judge.targets import SlaRow
    from history.judge.verdict import Verdict
    from history.project.annotations import Annotation
    from history.read.runs import Machine, Run
    from history.read.series import Series
    from history.read.view import View
    from history.words.records import Commit
    from site_gen.catalogue import Benchmark, Catalogue
    from site_gen.pages.flames import Flames


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """Title, addresses and other facts of the site."""

    title: str
    description: str = ""
    url: str = ""
    repository: str = ""
    stale_after_days: float = 3.0
    simulated: bool = False
    theme: str = ""
    """Digest of the project's own templates, which affect every page."""

    @property
    def root(self) -> str:
        """The beginning of absolute addresses, ending in a slash; empty without a ``url``."""
        return f"{self.url.rstrip('/')}/" if self.url else ""


@dataclass(frozen=True, eq=False)
class Context:
    """The history, its judgement, the pages, and the site."""

    view: View
    """Runs, series and points, including those of abandoned commits, which judge nothing."""
    judgement: Judgement
    catalogue: Catalogue
    site: SiteInfo
    merged: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By id of an event, the pull requests merged in its range, as known to git."""
    flames: Mapping[tuple[str, int], Flames] = field(default_factory=dict)
    """By series and index of a change, the flame graphs of both its sides."""

    @cached_property
    def branches(self) -> tuple[str, ...]:
        """Names of the measured branches, the main one first; empty if it is the only one.

        Runs of an unknown branch are shown with those of the main one, as they are judged.
        """
        main = self.view.main_branch
        others = {run.commit.branch for run in self.view.counting} - {main, ""}
        return (main, *sorted(others)) if others else ()

    @cached_property
    def by_series(self) -> dict[str, tuple[Benchmark, Series]]:
        """Benchmark and series of every series id."""
        return {
            series.series_id: (benchmark, series)
            for benchmark in self.catalogue.benchmarks()
            for series in benchmark.series
        }

    @cached_property
    def by_path(self) -> dict[str, Benchmark]:
        """Every benchmark by the address of its page."""
        return {one.path: one for one in self.catalogue.benchmarks()}

    @cached_property
    def by_run_id(self) -> dict[str, Run]:
        """Every run that counts by its id."""
        return {run.run_id: run for run in self.view.counting}

    @cached_property
    def changes(self) -> dict[str, tuple[ChangeRow, ...]]:
        """Changes of every series that has any, oldest first."""
        found: dict[str, list[ChangeRow]] = {}
        for change in self.judgement.regressions:
            found.setdefault(change.series_id, []).append(change)
        return {key: tuple(sorted(rows, key=lambda one: one.index)) for key, rows in found.items()}

    @cached_property
    def events(self) -> dict[str, Event]:
        """Events of more than one change by id."""
        return {one.event_id: one for one in self.judgement.events if len(one.changes) > 1}

    @cached_property
    def every_event(self) -> dict[str, Event]:
        """All events by id."""
        return {one.event_id: one for one in self.judgement.events}

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
    def days(self) -> tuple[str, ...]:
        """The day of the commit of every run, in words, by the run's position."""
        return tuple(moments.day(run.commit.time) for run in self.view.runs)

    @cached_property
    def shas(self) -> tuple[str, ...]:
        """The short hash of every run's commit, by the run's position."""
        return tuple(names.short(run.commit.sha) for run in self.view.runs)

    @cached_property
    def machines(self) -> tuple[Machine, ...]:
        """Every machine that a run was made on, by label."""
        return tuple(sorted({run.machine for run in self.view.counting}, key=lambda one: one.label))

    @cached_property
    def order(self) -> dict[str, int]:
        """Index of every commit in commit order."""
        return {sha: place for place, sha in enumerate(self.commits)}

    @cached_property
    def _environments(self) -> dict[int, dict[str, str]]:
        """Environments by key, without calibration readings, which have their own table."""
        without = (calibration.GROUP,)
        return {
            key: environments.flat(one, without, wording.field)
            for key, one in self.view.environments.items()
        }

    def environment(self, run: Run) -> dict[str, str]:
        """The environment of a run: ``group.field`` -> text."""
        return self._environments.get(run.environment_key, {})

    def calibration(self, run: Run) -> calibration.Calibration | None:
        """The calibration of a run."""
        return calibration.decode(self.view.environments.get(run.environment_key, {}))

    @cached_property
    def changed(self) -> dict[int, tuple[str, ...]]:
        """Position of a run -> changes of its environment, for runs with any."""
        return {
            position: tuple(map(wording.difference, news))
            for position, news in environments.news(self.view, NOT_A_CAUSE).items()
        }

    @cached_property
    def shared(self) -> frozenset[tuple[str, str]]:
        """Pairs that the variants of all series share."""
        return names.shared(series.key.variant for _, series in self.by_series.values())

    @cached_property
    def target_rows(self) -> list[Any]:
        """Cache of the rows about targets; see ``findings``."""
        return []

    @cached_property
    def rows(self) -> dict[str, Any]:
        """Cache of the rows about series, by series id; see ``series_row``."""
        return {}

    def verdict(self, series: Series) -> Verdict:
        """The verdict of the series."""
        return self.judgement.verdicts[series.series_id]

    def annotations(self, benchmark: Benchmark) -> tuple[Annotation, ...]:
        """Notes whose scope matches this benchmark."""
        return tuple(
            note for note in self.judgement.annotations if about(note, benchmark.benchmark_id)
        )


def concerning(changed: Iterable[str], suite: str) -> tuple[str, ...]:
    """Environment changes that matter to a suite: those of a group ``other/…`` do not."""
    return tuple(
        words
        for words in changed
        if "/" not in words.partition(".")[0] or words.startswith(f"{suite}/")
    )
