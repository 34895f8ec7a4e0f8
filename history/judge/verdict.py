"""Say in one word how a series stands at its newest point, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from history.detect.interface import DEFAULT_MINIMUM_EFFECT
from history.judge import detectable
from history.judge.detectable import Detectable, HasDetectable
from history.judge.episodes import ChangeDirection
from history.read.series import FAILED, INVALID, MEASURED, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.detect.interface import Detection
    from history.judge.changes import ChangeRow
    from history.judge.memory import MemoryRow
    from history.judge.targets import SlaRow
    from history.judge.thresholds import Finding
    from history.read.series import Series
    from history.read.view import View

RECENT: Final = 30
"""Measured points for which a change is news: a regression left alone for longer only warns."""
MISSING_AFTER: Final = 3
"""Commits of the suite without a series after which it is missing: runs of a part are common."""


class Word(StrEnum):
    """The verdicts, as DESIGN and the glossary have them."""

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


_GRAVITY: Final = (
    Word.FAIL,
    Word.SUSPECT,
    Word.DRIFT,
    Word.WARN,
    Word.IMPROVED,
)
_OF_TARGET: Final = {"fail": Word.FAIL, "uncertain": Word.WARN}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was found about the newest point of a series."""

    word: Word
    source: str
    """threshold, target, memory, change, or benchmark when it did not run."""
    text: str
    """One sentence with the rule and its numbers."""


@dataclass(frozen=True, slots=True)
class Verdict(HasDetectable):
    """What is said about one series."""

    word: Word
    reason: str
    """One sentence with the rule and its numbers."""
    detectable: Detectable
    """The step that ten further points would confirm."""
    n: int
    """Measured points."""
    reasons: tuple[Reason, ...] = ()
    """Everything that was found, the gravest first; empty when all is well."""
    never_run: bool = False
    """Whether it was skipped from the very first run on: it is missing, but nothing was lost."""


def verdict(
    trends: View,
    trend: Series,
    detection: Detection,
    changes: Sequence[ChangeRow],
    findings: Sequence[Finding],
    targets: Sequence[SlaRow],
    grown: Sequence[MemoryRow] = (),
    newest_commits: Sequence[str] = (),
) -> Verdict:
    """The verdict of one series from everything that judged it; the gravest word wins.

    ``newest_commits`` are the last at which the suite was measured, see ``newest_commits_of``.
    """
    absent = _absence(trend) or _left_behind(trends, trend, newest_commits)
    seen = detectable.reason(trend, detection)
    if absent is not None:
        reasons = [absent]
    elif trend.direction == "none":
        text = f"{trend.key.metric} has no better side; {seen}"
        reasons = [Reason(Word.NO_DIRECTION, "change", text)]
    else:
        reasons = [
            *_gates(findings, targets),
            *_leaks(grown),
            *_bad_news(changes),
            *_good_news(changes),
        ]
        reasons.sort(key=lambda reason: _GRAVITY.index(reason.word))
    if reasons:
        word, text = reasons[0].word, reasons[0].text
    elif detection.enough_data:
        word, text = Word.OK, _settled(changes) or seen
    else:
        word, text = Word.NOT_ENOUGH_DATA, seen
    return Verdict(
        word=word,
        reason=text,
        detectable=detectable.of_series(trend, detection),
        n=detection.n,
        reasons=tuple(reasons),
        never_run=bool((trend.status == SKIPPED).all()),
    )


def _absence(trend: Series) -> Reason | None:
    newest = trend.size - 1
    why = trend.reasons.get(newest, "")
    word, text = {
        MEASURED: (Word.OK, ""),
        SKIPPED: (Word.MISSING, f"not run: {why}"),
        FAILED: (Word.FAIL, f"it was run and did not finish: {why}"),
        INVALID: (Word.INVALID, why),
    }[int(trend.status[newest])]
    return None if word is Word.OK else Reason(word, "benchmark", text)


def newest_commits_of(trends: View) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """(suite, machine, profile) to the newest three commits at which the suite was measured.

    Imported runs are left out: whoever publishes numbers may publish what they like each time.
    """
    found: dict[tuple[str, str, str], set[int]] = {}
    for trend in trends.series:
        for position in trend.runs[-MISSING_AFTER:]:
            run = trends.runs[int(position)]
            if run.origin != "imported":
                key = (trend.key.suite, trend.key.machine, run.profile)
                found.setdefault(key, set()).add(int(position))
    return {
        key: tuple(dict.fromkeys(trends.runs[place].commit.sha for place in sorted(places)[::-1]))[
            :MISSING_AFTER
        ]
        for key, places in found.items()
    }


def _left_behind(trends: View, trend: Series, newest_commits: Sequence[str]) -> Reason | None:
    """Missing, when the suite was measured at three later commits without this series."""
    last = trends.run(trend, trend.size - 1).commit.sha
    if len(newest_commits) < MISSING_AFTER or last in newest_commits:
        return None
    text = (
        f"not measured at the newest {MISSING_AFTER} commits of its suite on this machine, "
        f"last at {last[:12]}"
    )
    return Reason(Word.MISSING, "benchmark", text)


def _gates(findings: Sequence[Finding], targets: Sequence[SlaRow]) -> list[Reason]:
    found = [Reason(Word(one.severity), "threshold", one.reason) for one in findings]
    for row in targets:
        if row.status in _OF_TARGET:
            text = f"target {row.target}: {row.reason}"
            text += f", {row.margin}" if row.margin else ""
            found.append(Reason(_OF_TARGET[row.status], "target", text))
    return found


def _leaks(grown: Sequence[MemoryRow]) -> list[Reason]:
    return [
        Reason(Word.FAIL, "memory", f"leak since {row.since[:12]}: {row.reason}")
        for row in grown
        if row.verdict == "leak" and not row.is_control
    ]


def _bad_news(changes: Sequence[ChangeRow]) -> list[Reason]:
    found = []
    for row in changes:
        if not row.is_open_regression:
            continue
        text = row.rule
        if row.status == "suspect":
            word = Word.SUSPECT
        elif row.kind == "drift":
            word = Word.DRIFT
        elif row.points_since <= RECENT:
            word = Word.FAIL
        else:
            word = Word.WARN
            text = f"open for {row.points_since} points, mend it or decide in triage; {text}"
        found.append(Reason(word, "change", text))
    return found


def _good_news(changes: Sequence[ChangeRow]) -> list[Reason]:
    recent = [row for row in changes if row.points_since <= RECENT]
    better = [
        row
        for row in recent
        if row.direction is ChangeDirection.IMPROVEMENT and _undone_by(row, changes) is None
    ]
    if not better:
        return []
    newest = better[-1]
    if newest.status == "suspect":
        return [Reason(Word.SUSPECT, "change", newest.rule)]
    if newest.output_changed:
        # Faster with another output is not an improvement until somebody says so.
        text = f"better, but its output changed too; {newest.rule}"
        return [Reason(Word.WARN, "change", text)]
    return [Reason(Word.IMPROVED, "change", newest.rule)]


def _undone_by(row: ChangeRow, changes: Sequence[ChangeRow]) -> ChangeRow | None:
    """The regression after which an improvement brought the level back, and no further."""
    for one in changes:
        if one.recovered_at == row.commit and one.before:
            moved = abs(row.after / one.before - 1)
            return one if moved < DEFAULT_MINIMUM_EFFECT else None
    return None


def _settled(changes: Sequence[ChangeRow]) -> str:
    decided = [row for row in changes if row.decision is not None and not row.expired]
    if decided:
        newest = decided[-1]
        about = newest.decision
        until = f" until {about.until}" if about is not None and about.until else ""
        why = about.reason if about is not None else ""
        return f"{newest.status}{until}: {why}"
    for row in reversed(changes):
        undone = _undone_by(row, changes) if row.points_since <= RECENT else None
        if undone is not None:
            return (
                f"back since {row.commit[:12]} at the level before {undone.commit[:12]} "
                f"({undone.size.words})"
            )
    return ""
