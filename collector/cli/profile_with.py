"""`soundmark collect --profile-with`: profile once everything is measured and stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from collector.execution import profilers, profiling
from history.project import profiles
from history.report.output import visible
from history.report.terminal import say
from history.report.wording import numbers

if TYPE_CHECKING:
    from collector.execution.checkouts import Checkout
    from collector.execution.children import Limits
    from collector.planning.plan import SuiteWork
    from history.project.workspace import Workspace


def check(tool: str) -> None:
    """Refuse, before measuring, a profiler that is missing or lacks permission."""
    if tool:
        profilers.check(tool)


def place_of(checkout: Checkout, profile: str, limits: Limits) -> profiling.Place:
    """Where one side of a duet is profiled: in its own checkout."""
    cache = checkout.room / "cache"
    return profiling.Place(checkout.folder, cache, profile, limits, checkout.name)


def keep(
    workspace: Workspace,
    tool: str,
    run_id: str,
    places: Sequence[tuple[Sequence[SuiteWork], profiling.Place]],
) -> None:
    """Profile all works, store the stacks beside the run, and report the count."""
    folder = profiles.folder(workspace.history_file, run_id)
    found: list[profiles.Profile] = []
    for works, place in places:
        for made in profiling.profile(works, place, tool, folder):
            found.append(made)
            if made.problem:
                side = f" ({made.side})" if made.side else ""
                text = f"Warning: no profile of {made.label}{side}: {made.problem}"
                say(visible(text), err=True)
    profiles.write(folder, found)
    have = sum(bool(made.file) for made in found)
    say(
        f"Profiled by {tool}, not counted:"
        f" {have} of {numbers.counted(len(found), 'benchmark')}, in profiles/{run_id}."
    )
