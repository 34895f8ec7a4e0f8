"""Build the page of machines and their environments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from history import addresses
from site_gen.pages.interface import Known, Page, reported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from history.read.runs import Machine, Run
    from site_gen.pages.context import Context

MOST_ENVIRONMENTS = 40
"""Most new environments listed for a machine."""


@dataclass(frozen=True, slots=True, eq=False)
class MachineReport:
    """One machine, its runs and the environments it had."""

    machine: Machine
    runs: int
    newest: Run
    changes: tuple[Run, ...]
    """The newest runs that began a new environment."""
    older: int
    """Number of earlier ones, which are not listed."""


def pages(known: Known) -> Iterator[Page]:
    """One page."""
    yield Page(
        addresses.MACHINES,
        "Machines",
        "machines.html",
        reported(_machines, known.context),
        navigation="Machines",
    )


def _machines(context: Context) -> tuple[MachineReport, ...]:
    runs: dict[str, list[Run]] = {}
    for run in sorted(context.view.counting, key=lambda one: (one.started_at, one.run_id)):
        runs.setdefault(run.machine.machine_id, []).append(run)
    found = []
    for machine in context.machines:
        own = runs[machine.machine_id]
        new = [run for run in reversed(own) if run.position in context.changed]
        older = max(len(new) - MOST_ENVIRONMENTS, 0)
        listed = tuple(new[:MOST_ENVIRONMENTS])
        found.append(MachineReport(machine, len(own), own[-1], listed, older))
    return tuple(found)
