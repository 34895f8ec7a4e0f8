"""What an importer is: text of another tool in, run records and honest counts out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from history.words.metrics import Metric
    from history.words.records import Commit, Item, Machine, Point, RunRecord


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the caller knows and most formats do not carry."""

    suite: str = ""
    """Suite of results that name none."""
    machine: str = ""
    """Machine of results that name none; ``unknown`` is never merged with a known one."""
    commit: Commit | None = None
    """Commit of results that name none."""
    project: str = ""
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    """The registry with the project's own metrics."""


@dataclass(frozen=True)
class Refused:
    """One row that was not taken."""

    row: int
    """Line or entry, counted from 1 as an editor does."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What one text held: points without a run."""

    points: tuple[Point, ...]
    items: tuple[Item, ...] = ()
    rows_read: int = 0
    refused: tuple[Refused, ...] = ()
    flagged: tuple[str, ...] = ()
    """Taken, but worth a look; one sentence each, equal ones once."""
    commit: Commit | None = None
    """Only where the format carries one."""
    machine: Machine | None = None
    started_at: datetime | None = None


@dataclass(frozen=True)
class Imported:
    """What one file gave."""

    records: tuple[RunRecord, ...]
    rows_read: int
    refused: tuple[Refused, ...] = ()
    flagged: tuple[str, ...] = ()
    """Taken, but worth a look; one sentence each, equal ones once."""


class Importer(Protocol):
    """One format."""

    name: str
    summary: str

    def recognise(self, head: str) -> bool:
        """Whether a file that starts with this text (up to 64 kB) is of this format."""

    def read(self, path: Path, context: Context) -> Imported:
        """Read one file or folder. Raises ImportRefusedError when nothing of it can be taken."""
