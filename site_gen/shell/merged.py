"""Find the pull requests in the ranges of open events, from git."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.vcs import merges
from history.vcs.git import has_repository

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from history.judge.events import Event
    from history.read.view import View

MOST_ASKED: Final = 100
"""Most open events whose ranges are searched, newest first."""


def pull_requests(root: Path, history: View, events: Sequence[Event]) -> dict[str, tuple[int, ...]]:
    """The pull requests of the newest open events, from what git knows of their ranges.

    Of others, and without a repository, those that the subject of the first commit names.
    """
    subjects = {run.commit.sha: run.commit.subject for run in history.counting}
    told = {
        one.event_id: merges.named_in(subjects.get(one.commit, ""))
        for one in events
        if not one.is_rerun
    }
    found = {event: named for event, named in told.items() if named}
    if not has_repository(root):
        return found
    newest = [one for one in events if one.is_open and not one.is_rerun][:MOST_ASKED]
    for one in newest:
        brought = merges.pull_requests(root, one.previous_commit, one.commit)
        if brought:
            found[one.event_id] = brought
    return found
