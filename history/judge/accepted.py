"""Mark regressions as expected if a commit of their range accepts them in a trailer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from history.judge.episodes import State
from history.project.triage import Accepted
from history.vcs import trailers
from history.words.globs import matches_benchmark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from history.judge.changes import ChangeRow


def apply(root: Path, changes: Sequence[ChangeRow]) -> tuple[ChangeRow, ...]:
    """The changes, with status ``expected`` for accepted regressions.

    A range holds the ancestors of its newer end that are not ancestors of the older one, so it
    includes commits of merged branches. A decision in ``triage.toml`` takes precedence. Without the
    commits in git nothing is accepted.
    """
    wanted = [row for row in changes if _may_be_accepted(row)]
    if not wanted or not root.is_dir():
        return tuple(changes)
    said = trailers.behind(root, {row.end_commit for row in wanted}, trailers.ACCEPT)
    usable = [one for one in said if one.glob and one.reason]
    ranges: dict[tuple[str, str], frozenset[str]] = {}
    taken: dict[int, Accepted] = {}
    for row in wanted:
        fitting = [one for one in usable if matches_benchmark(one.glob, row.key.benchmark_id)]
        if not fitting:
            continue
        ends = (row.previous_commit, row.end_commit)
        if ends not in ranges:
            ranges[ends] = trailers.within(root, *ends)
        for one in fitting:
            if one.sha in ranges[ends]:
                taken[id(row)] = Accepted(
                    state="expected", reason=one.reason, commit=row.end_commit,
                    benchmark=one.glob, sha=one.sha,
                )  # fmt: skip
                break
    return tuple(_accepted(row, taken[id(row)]) if id(row) in taken else row for row in changes)


def _may_be_accepted(row: ChangeRow) -> bool:
    return row.is_regression and row.decision is None


def _accepted(row: ChangeRow, decision: Accepted) -> ChangeRow:
    """The change as accepted; a recovered one stays recovered."""
    return replace(row, decision=decision, status=State.EXPECTED if row.is_open else row.status)
