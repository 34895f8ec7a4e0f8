"""The verdict of a series at its newest point, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.judge import detectable
from history.judge.changes import ChangeRow
from history.judge.detectable import HasDetectable, Power
from history.judge.episodes import ChangeDirection
from history.judge.memory import MemoryRow
from history.judge.size import Amount
from history.judge.suites import GIVEN_UP_AFTER
from history.judge.targets import SlaRow
from history.judge.thresholds import Finding, Idle
from history.read.series import FAILED, INVALID, MEASURED, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.detect.interface import Detection
    from history.read.series import Series
    from history.read.view import View

MISSING_AFTER: Final = 3
"""Commits of the suite without a series after which it is missing: runs of a part are common."""


RECENT: Final = 30
"""Measured points for which a change is recent; an older open regression only warns."""


class Word(StrEnum):
    """The verdicts of the glossary."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    IMPROVED = "improved"
    SUSPECT = "suspect"
    DRIFT = "drift"
    NOT_ENOUGH_DATA = "not enough data"
    INVALID = "invalid"
    MISSING = "missing"
    NO_DIRECTION = "no direction"


SEVERITY: Final = (
    Word.FAIL,
    Word.INVALID,
    Word.MISSING,
    Word.SUSPECT,
    Word.DRIFT,
    Word.WARN,
    Word.IMPROVED,
    Word.OK,
    Word.NOT_ENOUGH_DATA,
    Word.NO_DIRECTION,
)
"""Every verdict, the gravest first: the gravest of several reasons is the verdict, and pages and
reports sort by it. Failures come before regressions.
"""
_OF_TARGET: Final = {"fail": Word.FAIL, "uncertain": Word.WARN}


@dataclass(frozen=True, slots=True)
class Absent:
    """The newest run has no measurement of the series."""

    word: Word
    reason: str
    """The reason in the run."""
    points: int = 1
    """Number of newest points in a row without a measurement, including this one."""
    since: str = ""
    """Commit of the first of them."""
    last: str = ""
    """Commit at which the series was measured last; empty if it never was."""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """The suite was measured at later commits without this series."""

    commits: int
    """Number of commits, counted up to one more than `GIVEN_UP_AFTER`."""
    last: str
    """Commit at which the series was measured last."""

    @property
    def is_given_up(self) -> bool:
        """Whether it has been missing for so long that it counts as removed."""
        return self.commits > GIVEN_UP_AFTER


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The series was measured only at abandoned commits, as after a forced push."""

    points: int


@dataclass(frozen=True, slots=True)
class NoDirection:
    """The metric has no better direction."""

    metric: str
    power: Power


@dataclass(frozen=True, slots=True)
class Undone:
    """An improvement that brought back the level before a regression."""

    change: ChangeRow
    regression: ChangeRow


About = (
    Absent
    | LeftBehind
    | Abandoned
    | NoDirection
    | Finding
    | SlaRow
    | MemoryRow
    | ChangeRow
    | Undone
    | Idle
    | Power
)
"""The evidence of a verdict."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason about the newest point of a series."""

    word: Word
    source: str
    """threshold, target, memory, change, or benchmark when it did not run."""
    about: About
    """The rule and its numbers."""


@dataclass(frozen=True, slots=True)
class Verdict(HasDetectable):
    """The verdict of one series."""

    word: Word
    about: About
    """The gravest reason, else facts about a series without one."""
    detectable: Amount
    """The step that ten further points would confirm."""
    n: int
    """Measured points."""
    reasons: tuple[Reason, ...] = ()
    """All reasons, the gravest first; empty when all is well."""
    never_run: bool = False
    """Whether it was always skipped: it is missing, but has never run."""


def verdict(
    view: View,
    series: Series,
    detection: Detection,
    changes: Sequence[ChangeRow],
    findings: Sequence[Finding],
    targets: Sequence[SlaRow],
    grown: Sequence[MemoryRow] = (),
    later: int = 0,
) -> Verdict:
    """The verdict of one series from all findings; the gravest word wins.

    ``later`` counts commits at which the suite was measured without it, see ``suites.later``.
    """
    absent = _absence(view, series) or _left_behind(view, series, later)
    power = detectable.power(series, detection)
    if absent is not None:
        reasons = [absent]
    elif series.direction == "none":
        reasons = [Reason(Word.NO_DIRECTION, "change", NoDirection(series.key.metric, power))]
    else:
        reasons = [
            *_gates(findings, targets),
            *_leaks(grown),
            *_bad_news(changes),
            *_good_news(changes),
        ]
        reasons.sort(key=lambda reason: SEVERITY.index(reason.word))
    word = Word.OK
    about: About = _settled(changes) or power
    if reasons:
        word, about = reasons[0].word, reasons[0].about
    elif not detection.enough_data:
        word, about = Word.NOT_ENOUGH_DATA, power
    return Verdict(
        word=word,
        about=about,
        detectable=power.detectable,
        n=detection.n,
        reasons=tuple(reasons),
        never_run=bool((series.status == SKIPPED).all()),
    )


_ABSENT: Final = {SKIPPED: Word.MISSING, FAILED: Word.FAIL, INVALID: Word.INVALID}


def of_abandoned(series: Series, detection: Detection) -> Verdict:
    """The verdict of a series that was measured only at abandoned commits."""
    found = detectable.power(series, detection).detectable
    return Verdict(Word.NOT_ENOUGH_DATA, Abandoned(series.size), found, n=0)


def _absence(view: View, series: Series) -> Reason | None:
    about = absent(view, series, series.size - 1)
    return None if about is None else Reason(about.word, "benchmark", about)


def absent(view: View, series: Series, place: int) -> Absent | None:
    """The absence of a point; None for a measured point."""
    status = int(series.status[place])
    if status == MEASURED:
        return None
    last = series.measured_before(place)
    return Absent(
        word=_ABSENT[status],
        reason=series.reasons.get(place, ""),
        points=place - last,
        since=view.run(series, last + 1).commit.sha,
        last=view.run(series, last).commit.sha if last >= 0 else "",
    )


def _left_behind(view: View, series: Series, later: int) -> Reason | None:
    """Missing, when the suite was measured at three later commits without this series."""
    if later < MISSING_AFTER:
        return None
    last = view.run(series, series.size - 1).commit.sha
    return Reason(Word.MISSING, "benchmark", LeftBehind(later, last))


def _gates(findings: Sequence[Finding], targets: Sequence[SlaRow]) -> list[Reason]:
    found = [Reason(Word(one.severity), "threshold", one) for one in findings]
    found += [
        Reason(_OF_TARGET[row.status], "target", row) for row in targets if row.status in _OF_TARGET
    ]
    return found


def _leaks(grown: Sequence[MemoryRow]) -> list[Reason]:
    return [
        Reason(Word.FAIL, "memory", row)
        for row in grown
        if row.verdict == "leak" and not row.is_control
    ]


def is_news(row: ChangeRow) -> bool:
    """Whether a change is recent; a regression left alone for longer only warns."""
    return row.points_since <= RECENT


def _bad_news(changes: Sequence[ChangeRow]) -> list[Reason]:
    found = []
    for row in changes:
        if not row.is_open_regression:
            continue
        if row.status == "suspect":
            word = Word.SUSPECT
        elif row.kind == "drift":
            word = Word.DRIFT
        else:
            word = Word.FAIL if is_news(row) else Word.WARN
        found.append(Reason(word, "change", row))
    return found


def _good_news(changes: Sequence[ChangeRow]) -> list[Reason]:
    better = [
        row
        for row in filter(is_news, changes)
        if row.direction is ChangeDirection.IMPROVEMENT and _undone_by(row, changes) is None
    ]
    if not better:
        return []
    newest = better[-1]
    if newest.status == "suspect":
        return [Reason(Word.SUSPECT, "change", newest)]
    # A faster run with another output, or with more errors, is no improvement.
    doubtful = newest.output_changed or newest.trades
    return [Reason(Word.WARN if doubtful else Word.IMPROVED, "change", newest)]


def _undone_by(row: ChangeRow, changes: Sequence[ChangeRow]) -> ChangeRow | None:
    """The regression that an improvement undid without going further."""
    for one in changes:
        if one.recovered_at == row.commit and one.before:
            moved = abs(row.after / one.before - 1)
            return one if moved < DEFAULT_MINIMUM_EFFECT else None
    return None


def _settled(changes: Sequence[ChangeRow]) -> ChangeRow | Undone | None:
    """The newest change with a decision, else the newest regression undone recently."""
    decided = [row for row in changes if row.decision is not None and not row.expired]
    if decided:
        return decided[-1]
    for row in reversed(changes):
        undone = _undone_by(row, changes) if is_news(row) else None
        if undone is not None:
            return Undone(row, undone)
    return None
