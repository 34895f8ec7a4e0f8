"""Words for the reason of a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from history.judge.changes import ChangeRow
from history.judge.detectable import Power
from history.judge.episodes import ChangeDirection
from history.judge.memory import MemoryRow
from history.judge.targets import SlaRow
from history.judge.thresholds import Finding, Idle
from history.judge.verdict import Abandoned, Absent, LeftBehind, NoDirection, Undone, Word
from history.report.wording import changes, memory, names, numbers, sizes, targets, thresholds

if TYPE_CHECKING:
    from history.judge.verdict import About, Reason, Verdict


def verdict(found: Verdict) -> str:
    """The reason of a verdict in one sentence, with the rule and its numbers."""
    return _sentence(found.word, found.about)


def plainly(found: Verdict) -> str:
    """The same without the rule of a change: ``step of +8.6 %, from 198 ms to 215 ms at …``."""
    match found.about:
        case ChangeRow() as row:
            moved = sizes.size(row.size)
            size = "" if moved.startswith("from ") else f" of {moved},"
            return f"{row.kind}{size} {changes.moved(row)}"
        case _:
            return verdict(found)


def reason(one: Reason) -> str:
    """One reason, in the same form."""
    return _sentence(one.word, one.about)


def briefly(found: Verdict) -> str:  # noqa: PLR0911 - one line a kind
    """``step of +24.9 % at c0123``: the reason in a few words."""
    match found.about:
        case ChangeRow() as row:
            moved = sizes.size(row.size)
            of = "" if moved.startswith("from ") else "of "
            return f"{row.kind} {of}{moved} at {names.short(row.commit)}"
        case Undone() as undone:
            return f"back since {names.short(undone.change.commit)}"
        case Finding() as beyond:
            return f"threshold {beyond.rule}"
        case SlaRow() as target:
            return ", ".join(filter(None, (f"target {target.target}", targets.margin(target))))
        case MemoryRow() as leak:
            return f"leak since {names.short(leak.since)}, {memory.against_floor(leak)}"
        case LeftBehind() as behind:
            return f"not at the newest {_commits(behind)} of its suite"
        case Power() as power_ if not power_.is_enough:
            return sizes.too_few(power_.n, power_.n_needed)
        case _:
            return ""


def _sentence(word: Word, about: About) -> str:  # noqa: C901, PLR0911 - one line a kind
    match about:
        case Absent():
            return _absent(about)
        case LeftBehind():
            return (
                f"not measured at the newest {_commits(about)} of its suite on this machine, "
                f"last at {names.short(about.last)}"
            )
        case Abandoned():
            points = numbers.counted(about.points, "point")
            return f"{points} at abandoned commits, as after a forced push"
        case NoDirection():
            return f"{about.metric} has no better side; {power(about.power)}"
        case Finding():
            return thresholds.reason(about)
        case SlaRow():
            margin = targets.margin(about)
            return f"target {about.target}: {targets.reason(about)}{f', {margin}' * bool(margin)}"
        case MemoryRow():
            return f"leak since {names.short(about.since)}: {memory.of_row(about)}"
        case ChangeRow():
            return _change(word, about)
        case Undone():
            return (
                f"back since {names.short(about.change.commit)} at the level before "
                f"{names.short(about.regression.commit)} ({sizes.size(about.regression.size)})"
            )
        case Idle():
            return thresholds.idle(about)
        case Power():
            return power(about)
        case _:
            assert_never(about)


def _commits(about: LeftBehind) -> str:
    if about.is_given_up:
        return f"{about.commits - 1} commits and more"
    return numbers.counted(about.commits, "commit")


def _absent(about: Absent) -> str:
    words = about.reason
    if about.word is Word.MISSING:
        words = f"not run: {about.reason}"
    if about.word is Word.FAIL:
        words = f"it was run and did not finish: {about.reason}"
    if about.points == 1:
        return words
    last = f", measured last at {names.short(about.last)}" if about.last else ", never measured"
    times = numbers.counted(about.points, "point")
    return f"{words} (for {times}, since {names.short(about.since)}{last})"


def _change(word: Word, row: ChangeRow) -> str:
    if word is Word.OK and row.decision is not None:
        return f"{row.status}{changes.until(row.decision)}{changes.by(row.decision)}"
    if word is not Word.WARN:
        return changes.rule(row)
    if row.direction is ChangeDirection.IMPROVEMENT:
        but = changes.traded(row) or "its output changed too"
        return f"better, but {but}; {changes.rule(row)}"
    open_for = f"open for {numbers.counted(row.points_since, 'point')}"
    return f"{open_for}, mend it or decide in triage; {changes.rule(row)}"


def power(found: Power) -> str:
    """The detectable change of a series, or its lack of points."""
    if not found.is_enough:
        return f"not enough data: {sizes.too_few(found.n, found.n_needed)} for a verdict"
    n = numbers.counted(found.n, "measured point")
    return (
        f"{n} with noise of {sizes.amount(found.noise, 2)}: a step of "
        f"{sizes.amount(found.detectable)} would show within {found.n_further} points"
    )
