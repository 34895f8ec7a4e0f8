"""One line for each kind of news: failures, regressions, improvements, broken targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.report.wording import numbers, sizes
from history.words.metrics import title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.judge.changes import ChangeRow
    from history.judge.targets import SlaRow

TITLES: Final = {
    "failing": "Newly failing",
    "worse": "Worse",
    "beyond": "Beyond a threshold",
    "better": "Better",
    "broken": "Newly broken",
}
"""Titles of the lines, in order."""
_NOTHING: Final = {
    "failing": "nothing began to fail",
    "worse": "nothing got worse",
    "beyond": "no threshold failed",
    "better": "nothing got better",
    "broken": "no target broke",
}


def event(rows: Sequence[ChangeRow], machine: str) -> str:
    """``micro.resample[seconds=10] operation time +24.3 % and 1 more series on runner-4c``."""
    first = rows[0]
    told = f"{first.key.benchmark_id} {title_of(first.key.metric).lower()} {sizes.size(first.size)}"
    rest = len({one.series_id for one in rows}) - 1
    more = f" and {numbers.counted(rest, 'more series', 'more series')}" if rest else ""
    return f"{told.rstrip()}{more} on {machine}"


def target(row: SlaRow) -> str:
    """``first token: whisper.transcribe on runner-4c``."""
    return f"{row.target}: {row.key.benchmark_id} on {row.key.machine}"


def counted(kind: str, count: int, series: int) -> str:
    """``18 series``, ``2 events`` or ``1 target``: what a line counts."""
    if kind in {"failing", "beyond"}:
        return numbers.counted(series if kind == "failing" else count, "series", "series")
    return numbers.counted(count, "target" if kind == "broken" else "event")


def quiet(kinds: Sequence[str], commits: int) -> str:
    """The kinds without news, as a sentence; may be empty."""
    if not kinds:
        return ""
    told = [_NOTHING[kind] for kind in kinds]
    listed = f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]
    return f"{listed[0].upper()}{listed[1:]} within {span(commits)}."


def span(commits: int) -> str:
    """``the newest 7 commits``."""
    return f"the newest {numbers.counted(commits, 'commit')}" if commits > 1 else "this commit"
