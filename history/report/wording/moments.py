"""Words for times and durations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.report.wording import numbers

if TYPE_CHECKING:
    from datetime import datetime


def day(moment: datetime) -> str:
    """``2026-11-20``."""
    return moment.isoformat()[:10]


def minute(moment: datetime) -> str:
    """``2026-11-20 03:14 UTC``."""
    return f"{moment.isoformat(' ')[:16]} UTC"


def duration(seconds: float) -> str:
    """``42 s``, ``3 min 12 s``, ``1 h 1 min``."""
    if round(seconds) < 60:
        return f"{numbers.fixed(seconds, 0)} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
