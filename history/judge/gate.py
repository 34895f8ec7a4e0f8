"""List the findings: the one list behind ``check``, pages, feeds and reports.

A failed, invalid or missing result fails like a regression: success must mean that something was
measured and found good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history.judge.detectable import HasDetectable
from history.judge.size import UNKNOWN, Amount
from history.judge.targets import Compliance
from history.judge.thresholds import Idleness
from history.judge.verdict import SEVERITY, LeftBehind, Reason, Word

if TYPE_CHECKING:
    from history.judge.judge import Judgement
    from history.judge.thresholds import Finding
    from history.words.key import SeriesKey

FAILING: Final = frozenset({Word.FAIL, Word.INVALID, Word.MISSING})
"""Verdicts that make ``check`` exit with 1."""
SHOWN: Final = FAILING | {Word.SUSPECT, Word.DRIFT, Word.WARN}


@dataclass(frozen=True, slots=True)
class GateRow(HasDetectable):
    """One finding."""

    key: SeriesKey
    """The series; for a rule that matches none its globs, without a suite."""
    reason: Reason
    series_id: str = ""
    """Empty for a rule that matches no series."""
    commit: str = ""
    """Commit of the newest point that was judged."""
    n: int = 0
    """Measured points."""
    detectable: Amount = UNKNOWN

    @property
    def fails(self) -> bool:
        """Whether this alone makes ``check`` exit with 1."""
        return self.reason.word in FAILING


def beyond_alone(judged: Judgement) -> tuple[Finding, ...]:
    """Failed thresholds without an open regression: one a series, the worst first.

    A threshold judges one point, a regression needs several. So the list of regressions may be
    empty while ``check`` fails.
    """
    told = {row.series_id for row in judged.regressions if row.is_open_regression}
    found: dict[str, Finding] = {}
    for one in sorted(judged.gates, key=lambda one: -(one.change or 0.0)):
        if one.severity == Word.FAIL and one.series_id not in told:
            found.setdefault(one.series_id, one)
    return tuple(found.values())


def rows(judged: Judgement) -> tuple[GateRow, ...]:
    """Every finding, the gravest first, then in the order of tables.

    Series that were always skipped, and series that have been missing for long, are left out.
    """
    found = [
        GateRow(
            key=series.key,
            reason=reason,
            series_id=series.series_id,
            commit=judged.history.run(series, series.size - 1).commit.sha,
            n=verdict.n,
            detectable=verdict.detectable,
        )
        for series in judged.history.series
        for verdict in (judged.verdicts[series.series_id],)
        if not verdict.never_run
        for reason in verdict.reasons
        if reason.word in SHOWN and not _given_up(reason)
    ]
    found += [
        GateRow(row.key, Reason(Word.MISSING, "target", row))
        for row in judged.sla
        if not row.series_id and row.status is Compliance.MISSING
    ]
    found += [
        GateRow(idle.key, Reason(Word.MISSING, "threshold", idle))
        for idle in judged.gates_idle
        if idle.why is not Idleness.NO_RELEASE
    ]
    return tuple(sorted(found, key=lambda row: SEVERITY.index(row.reason.word)))


def _given_up(reason: Reason) -> bool:
    return isinstance(reason.about, LeftBehind) and reason.about.is_given_up
