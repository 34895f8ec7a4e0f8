"""Words for absences: status, reason and duration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.judge.verdict import LeftBehind, Word
from history.report.wording import names, numbers

if TYPE_CHECKING:
    from history.judge.verdict import Absent

_STATUS: Final = {Word.FAIL: "failed", Word.INVALID: "invalid", Word.MISSING: "missing"}
_NOW: Final = {Word.FAIL: "fails", Word.INVALID: "is invalid", Word.MISSING: "is missing"}


def status(word: Word) -> str:
    """``failed``, ``invalid`` or ``missing``: the status that pages and feeds count."""
    return _STATUS[word]


def status_of(about: Absent | LeftBehind) -> str:
    """The same for an absence."""
    return status(Word.MISSING if isinstance(about, LeftBehind) else about.word)


def reason(about: Absent | LeftBehind) -> str:
    """The reason in the run; never empty."""
    if isinstance(about, LeftBehind):
        return "later runs of its suite are without it"
    return about.reason or "the run gave no reason"


def since(about: Absent | LeftBehind) -> str:
    """``fails for the first time at c0123``, ``is missing since c0122, 7 nights``."""
    if isinstance(about, LeftBehind):
        behind = numbers.counted(about.commits, "commit")
        return f"is missing since {names.short(about.last)}, {behind}"
    if about.points == 1:
        return f"{_NOW[about.word]} for the first time at {names.short(about.since)}"
    return f"{_NOW[about.word]} since {names.short(about.since)}, {about.points} nights"


def measured_last(about: Absent | LeftBehind) -> str:
    """``measured last at c0122``, or that it never was."""
    return f"measured last at {names.short(about.last)}" if about.last else "never measured"
