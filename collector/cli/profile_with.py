"""What `soundmark collect --profile-with` does once everything is measured and stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from collector.execution import profilers, profiling
from collector.execution.backfill import works_in
from history.project import profiles
from history.report.output import visible
from history.report.wording import numbers

if TYPE_CHECKING:
    from collector.cli.collect import Request
    from collector.execution.checkouts import Checkout
    from collector.execution.runner import Limits
    from collector.planning.plan import SuiteWork
    from history.project.workspace import Workspace


def check(request: Request) -> None:
    """Refuse a profiler that is missing or may not look, before anything is measured."""
    if request.profile_with:
        profilers.check(request.profile_with)


def one(
    workspace: Workspace,
    request: Request,
    works: Sequence[SuiteWork],
    run_id: str,
    limits: Limits,
) -> None:
    """Profile what was measured here."""
    place = profiling.Place(workspace.root, workspace.cache, request.profile, limits)
    _kept(workspace, request, run_id, [(works, place)])


def both(
    workspace: Workspace,
    request: Request,
    sides: Sequence[tuple[Checkout, Sequence[SuiteWork]]],
    run_id: str,
    limits: Limits,
) -> None:
    """Profile both sides of a duet, each in its own checkout."""
    places = [
        (
            works_in(checkout, works),
            profiling.Place(
                checkout.folder, checkout.room / "cache", request.profile, limits, checkout.name
            ),
        )
        for checkout, works in sides
    ]
    _kept(workspace, request, run_id, places)


def _kept(
    workspace: Workspace,
    request: Request,
    run_id: str,
    places: Sequence[tuple[Sequence[SuiteWork], profiling.Place]],
) -> None:
    folder = profiles.folder(workspace.history_file, run_id)
    found: list[profiles.Profile] = []
    for works, place in places:
        for made in profiling.profile(works, place, request.profile_with, folder):
            found.append(made)
            if made.problem:
                side = f" ({made.side})" if made.side else ""
                text = f"Warning: no profile of {made.label}{side}: {made.problem}"
                click.echo(visible(text), err=True)
    profiles.write(folder, found)
    have = sum(bool(made.file) for made in found)
    click.echo(
        f"Profiled by {request.profile_with}, not counted:"
        f" {have} of {numbers.counted(len(found), 'benchmark')}, in profiles/{run_id}."
    )
