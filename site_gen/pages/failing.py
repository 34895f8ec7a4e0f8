"""Find what the newest runs failed to measure, which pages show before any change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from history.judge import gate
from history.judge.verdict import SEVERITY, Absent, LeftBehind, Word, absent
from history.read.series import MEASURED
from history.report.wording import absences
from history.words.metrics import headline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from history.read.series import Series
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """Series of one benchmark, variant and machine without a value for one reason."""

    benchmark: Benchmark
    series: tuple[Series, ...]
    """The one that introduces the benchmark first."""
    about: Absent | LeftBehind

    @property
    def variant(self) -> str:
        """How it ran."""
        return self.series[0].key.variant

    @property
    def is_new(self) -> bool:
        """Whether the newest run is the first without a value."""
        return isinstance(self.about, Absent) and self.about.points == 1

    @property
    def word(self) -> Word:
        """fail, invalid or missing."""
        return self.about.word if isinstance(self.about, Absent) else Word.MISSING

    @property
    def status(self) -> str:
        """The status under which it is counted."""
        return absences.status(self.word)


@dataclass(frozen=True, slots=True, eq=False)
class Failures:
    """The failures, new ones apart from known ones."""

    new: tuple[Failure, ...] = ()
    still: tuple[Failure, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.new or self.still)

    @property
    def new_series(self) -> int:
        """Number of series newly without a value."""
        return sum(len(one.series) for one in self.new)

    @property
    def still_series(self) -> int:
        """Number of series without a value for longer."""
        return sum(len(one.series) for one in self.still)


def now(context: Context) -> Failures:
    """The failures at the newest points, as in ``soundmark check``."""
    return _grouped(
        context,
        (
            (row.series_id, row.reason.about)
            for row in gate.rows(context.judgement)
            if row.series_id and isinstance(row.reason.about, Absent | LeftBehind)
        ),
    )


def at_commits(context: Context) -> dict[str, Failures]:
    """The failures at the newest point of each series at each commit, by hash.

    Series that were skipped and had never run before are left out.
    """
    found: dict[str, list[tuple[str, Absent]]] = {}
    judged = context.judgement.history
    for series in judged.series:
        for place in map(int, np.flatnonzero(series.status != MEASURED)):
            sha = judged.run(series, place).commit.sha
            if place + 1 < series.size and judged.run(series, place + 1).commit.sha == sha:
                continue  # tried again at the same commit
            about = absent(judged, series, place)
            if about is not None and (about.last or about.word is not Word.MISSING):
                found.setdefault(sha, []).append((series.series_id, about))
    return {sha: _grouped(context, rows) for sha, rows in found.items()}


def _grouped(context: Context, rows: Iterable[tuple[str, Absent | LeftBehind]]) -> Failures:
    groups: dict[tuple[str, str, str, Absent | LeftBehind], list[str]] = {}
    for series_id, about in rows:
        known = context.by_series.get(series_id)
        if known is not None:
            benchmark, series = known
            key = (benchmark.path, series.key.variant, series.key.machine, about)
            groups.setdefault(key, []).append(series_id)
    found = [_failure(context, ids, key[-1]) for key, ids in groups.items()]
    found.sort(key=_urgency)
    return Failures(
        tuple(one for one in found if one.is_new), tuple(one for one in found if not one.is_new)
    )


def _failure(context: Context, ids: list[str], about: Absent | LeftBehind) -> Failure:
    benchmark = context.by_series[ids[0]][0]
    series = [context.by_series[one][1] for one in ids]
    first = headline({one.key.metric for one in series})
    series.sort(key=lambda one: (one.key.metric != first, one.key.metric))
    return Failure(benchmark, tuple(series), about)


def _urgency(one: Failure) -> tuple[int, int, str, str, str]:
    key = one.series[0].key
    place = SEVERITY.index(one.word)
    return place, -len(one.series), one.benchmark.benchmark_id, key.machine, key.variant
