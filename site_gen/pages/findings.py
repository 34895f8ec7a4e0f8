"""Build the reports about targets and regressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from history.report.wording import names, numbers
from history.report.wording import targets as wording
from site_gen.pages.change_groups import ChangeGroup, change_groups
from site_gen.pages.series_row import SeriesRow, row_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.judge.targets import SlaRow
    from history.words.key import SeriesKey
    from site_gen.pages.context import Context


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """One line of the SLA table."""

    row: SlaRow
    series_row: SeriesRow | None
    limit: str
    value: str
    interval: str
    margin: str
    """``46 % over, needs 31 % less``."""
    best: str
    compliance: str
    bar: tuple[float, float, float] | None
    """Value, low and high in percent of the width of the bar, on which the limit is at 66."""

    @property
    def status(self) -> str:
        """The status under which it is counted."""
        return str(self.row.status)

    @property
    def margin_tone(self) -> str:
        """Good on the right side of the limit and bad on the other, whatever the status is."""
        left = self.row.margin_percent
        return "calm" if left is None else "good" if left >= 0 else "bad"


@dataclass(frozen=True, slots=True, eq=False)
class RegressionsReport:
    """Changes by status."""

    suspects: tuple[ChangeGroup, ...]
    open_: tuple[ChangeGroup, ...]
    improvements: tuple[ChangeGroup, ...]
    closed: tuple[ChangeGroup, ...]
    neutral: tuple[ChangeGroup, ...]
    """Changes of metrics without a direction."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The common pairs of the variants of a table of targets."""

    every: names.Common
    own: Mapping[str, names.Common]
    """By benchmark, the further common pairs of its rows."""

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """(benchmarks, common pairs); empty benchmarks mean all rows; equal pairs are merged."""
        found: dict[str, list[str]] = {}
        for benchmark, one in self.own.items():
            if one.words:
                found.setdefault(one.words, []).append(benchmark)
        lines = [(", ".join(benchmarks), words) for words, benchmarks in found.items()]
        return (*((("", self.every.words),) if self.every.words else ()), *lines)

    def rest(self, key: SeriesKey) -> str:
        """The variant of a row without the common pairs; may be empty."""
        own = self.own[key.benchmark_id]
        return (own if own.words else self.every).rest(key.variant)


def in_common(rows: Sequence[Target]) -> Shared:
    """The common pairs of all rows, and of the rows of each benchmark."""
    known = [one.row.key for one in rows if one.row.key.variant]
    every = names.common([key.variant for key in known])
    of: dict[str, list[str]] = {key.benchmark_id: [] for key in (one.row.key for one in rows)}
    for key in known:
        of[key.benchmark_id].append(key.variant)
    return Shared(every, {name: names.common(own, every.hidden) for name, own in of.items()})


LIMIT_AT = 66.0
"""Position of the limit on a bar, in percent: values up to 1.5 times the limit fit in."""


def targets(context: Context) -> tuple[Target, ...]:
    """The SLA table, by status: broken targets first, then uncertain ones; made once."""
    rows = context.target_rows
    if len(rows) != len(context.judgement.sla):
        order = {"fail": 0, "uncertain": 1, "missing": 2, "pass": 3, "skipped": 5}
        rows[:] = sorted(
            (_target(context, row) for row in context.judgement.sla),
            key=lambda one: (order.get(one.status, 4), one.row.target, one.row.key.machine),
        )
    return tuple(rows)


def regressions(context: Context) -> RegressionsReport:
    """All changes, newest first within each group."""
    changes = context.judgement.regressions
    judged = [one for one in changes if one.has_direction]
    confirmed = [one for one in judged if one.status == "confirmed"]
    return RegressionsReport(
        suspects=change_groups(context, [one for one in judged if one.status == "suspect"]),
        open_=change_groups(context, [one for one in confirmed if one.is_regression]),
        improvements=change_groups(context, [one for one in confirmed if not one.is_regression]),
        closed=change_groups(context, [one for one in judged if not one.is_open]),
        neutral=change_groups(context, [one for one in changes if not one.has_direction]),
    )


def _target(context: Context, row: SlaRow) -> Target:
    known = context.by_series.get(row.series_id)
    bar = None
    if row.limit and row.value is not None:
        bar = (
            _on_bar(row.value, row.limit),
            _on_bar(row.value if row.low is None else row.low, row.limit),
            _on_bar(row.value if row.high is None else row.high, row.limit),
        )
    seen = row_of(context, *known) if known else None
    is_range = known is not None and known[1].last in known[1].ranges
    return Target(
        row=row,
        series_row=seen,
        limit=wording.limit(row),
        value=wording.value(row) or numbers.MISSING,
        interval=numbers.interval(row.low, row.high, row.key.shown_in, is_range=is_range),
        margin=wording.margin(row) or numbers.MISSING,
        best=numbers.value(row.best, row.key.shown_in),
        compliance="" if row.compliance_30 is None else numbers.share(row.compliance_30, 0),
        bar=bar,
    )


def _on_bar(value: float, limit: float) -> float:
    """Position of a value, in percent of the width of the bar."""
    return min(max(value / limit * LIMIT_AT, 0.0), 100.0)
