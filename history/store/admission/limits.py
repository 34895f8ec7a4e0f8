"""Limits of one run file: far above what a project measures, far below what is harmful."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Earliest allowed time."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[history.limits]``: what one run file may hold at most; more is refused with its name."""

    file_bytes: int = 268_435_456
    """Size of the file."""
    unpacked_bytes: int = 1_073_741_824
    """Uncompressed size: a small file can expand to a very large one."""
    rows: int = 1_000_000
    """Runs, points and items together."""
    samples: int = 50_000_000
    """Numbers in lists: timings, processor times, rounds."""
    text_bytes: int = 1_000_000
    """Any single text, such as a reason or a transcript."""
    pages: int = 10_000
    """Number of things with a page on the website: runs, commits, machines and benchmarks."""
    days_ahead: int = 366
    """Days by which a time may lie in the future."""

    def latest(self, now: datetime) -> datetime:
        """Latest allowed time."""
        return now + timedelta(days=self.days_ahead)
