"""What judging needs to know of a run: where it was made, at which commit, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run, as far as judging needs it."""

    run_id: str
    commit: str
    commit_time: datetime
    """UTC."""
    sequence: int
    parents: tuple[str, ...]
    branch: str
    tag: str
    started_at: datetime
    """UTC."""
    environment_key: int
    machine_key: int
    project: str
    origin: str
    profile: str

    @property
    def order(self) -> tuple[datetime, int]:
        """Place of the commit among all commits."""
        return self.commit_time, self.sequence
