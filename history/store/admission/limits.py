"""How much one run file may hold: far beyond what a project measures, far below what hurts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""No time of a run file is before it."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[history.limits]``: what one run file may hold at most; more is refused with its name."""

    file_bytes: int = 268_435_456
    """Size of the file."""
    unpacked_bytes: int = 1_073_741_824
    """Size of everything in it: a small file can hold very much of the same."""
    rows: int = 1_000_000
    """Runs, points and items together."""
    samples: int = 50_000_000
    """Numbers in lists: timings, processor times, rounds."""
    text_bytes: int = 1_000_000
    """Any single text, such as a reason or a transcript."""
    pages: int = 4_000
    """What has a page of its own on the website: runs, commits, machines and benchmarks."""
    days_ahead: int = 366
    """Days by which a time may lie in the future."""

    def latest(self, now: datetime) -> datetime:
        """No time of a run file is after it."""
        return now + timedelta(days=self.days_ahead)
