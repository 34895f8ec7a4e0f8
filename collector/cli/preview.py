"""`soundmark collect --dry-run`: print the plan without measuring or storing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collector.cli.collect import FINE, works_of
from history.report.terminal import say
from history.report.wording import numbers

if TYPE_CHECKING:
    from collector.cli.collect import Request
    from collector.planning.plan import SuiteWork
    from history.project.workspace import Workspace


def show(workspace: Workspace, request: Request) -> int:
    """Print what would be measured and what cannot be, each with its reason."""
    works = works_of(workspace, request)
    for work in works:
        _suite(work)
    cases = sum(work.cases for work in works)
    absent = sum(len(work.plan.absences) for work in works)
    line = f"{numbers.counted(cases, 'benchmark')} would be measured ({request.profile})"
    if request.against:
        line += f", in turn with {request.against}"
    if absent:
        line += f", {absent} cannot be measured here"
    say(f"{line}. Nothing was measured or stored.")
    if workspace.loaded.file is None:
        say(
            "There is no soundmark.toml here or above, so these are the built-in suites for speech:"
            " `soundmark init` writes one for this project."
        )
    return FINE


def _suite(work: SuiteWork) -> None:
    say(f"{work.name}: {work.suite.summary}")
    if work.preparation.prepare:
        say(f"  prepare: {work.preparation.prepare} (only where a commit is checked out)")
    for key in ("build", "run"):
        if command := work.options.get(key):
            text = command if isinstance(command, str) else " ".join(command)
            say(f"  {key}: {text}")
    for group in work.groups:
        for case in group:
            say(f"  {work.label(case)}: {', '.join(case.metrics)}")
    for absence in work.plan.absences:
        say(f"  not {work.label(absence.case)}: {absence.outcome.reason}")
