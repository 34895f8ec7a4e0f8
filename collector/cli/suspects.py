"""`soundmark collect --suspects`: measure the suspect changes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from collector.cli.collect import FINDINGS, FINE, collect_and_store
from collector.host import machine
from history.judge import judge
from history.judge.episodes import State
from history.read import view
from history.report.terminal import say
from history.report.wording import suspects as wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.cli.collect import Request
    from history.judge.changes import ChangeRow
    from history.project.workspace import Workspace


def measure_again(workspace: Workspace, request: Request) -> int:
    """Measure the suspects of this machine again, and print the new state of each.

    0 when none was confirmed, 1 when one was or when nothing could be measured.
    """
    here = machine.fingerprint(workspace.config.machine.name).key()
    suspects = of_machine(_changes(workspace), here)
    if not suspects:
        say("No series of this machine is suspect; nothing was measured.")
        return FINE
    again = msgspec.structs.replace(
        request,
        suites=request.suites or tuple(dict.fromkeys(row.key.suite for row in suspects)),
        only=tuple(dict.fromkeys(map(glob_of, suspects))),
    )
    code = collect_and_store(workspace, again)
    now = _changes(workspace)
    states = [state_now(row, now) for row in suspects]
    for row, state in zip(suspects, states, strict=True):
        say(wording.again(row.key.benchmark_id, row.key.variant, row.key.metric, state))
    say(wording.count([state or "" for state in states]))
    return FINDINGS if State.CONFIRMED in states else code


def of_machine(changes: Sequence[ChangeRow], machine_key: str) -> tuple[ChangeRow, ...]:
    """Suspect changes of the series that this machine measures."""
    return tuple(
        row
        for row in changes
        if row.status is State.SUSPECT and row.series_id == row.key.series_id(machine_key)
    )


def glob_of(row: ChangeRow) -> str:
    """The ``--only`` glob for the benchmark and variant of this series."""
    return f"{row.key.benchmark_id} {row.key.variant}".rstrip()


def state_now(row: ChangeRow, now: Sequence[ChangeRow]) -> State | None:
    """The present status of a change; None when the rules do not find it any more."""
    same = (
        other.status
        for other in now
        if other.series_id == row.series_id
        and (other.index == row.index or (row.episode and other.episode == row.episode))
    )
    return next(same, None)


def _changes(workspace: Workspace) -> tuple[ChangeRow, ...]:
    with workspace.judging() as connection:
        known = view.read(connection, as_of=None, root=workspace.root)
        return tuple(judge.judge(connection, workspace.loaded, known).regressions)
