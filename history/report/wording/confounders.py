"""Tell what else changed between the two sides of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from history.judge.confounders import Disturbed, MachineShift, Moved, Processor, Waited
from history.read.environments import Difference
from history.report.wording import environments, numbers

if TYPE_CHECKING:
    from history.judge.confounders import Confounder


def words(found: Confounder) -> str:
    """One line, the machine's beginning with ``machine:``."""
    match found:
        case Processor():
            return f"hardware: {found.field} {found.before} → {found.after}"
        case MachineShift():
            by = numbers.signed(found.change, 0)
            return f"machine: {found.metric} changed by {by} in the same range"
        case Moved():
            return f"machine: the {found.work} reference took {numbers.signed(found.change, 0)}"
        case Disturbed():
            return f"machine: disturbed while {found.suite} ran"
        case Waited():
            shares = f"{numbers.share(found.before, 0)} → {numbers.share(found.after, 0)}"
            return f"machine: programs waited for the processor {shares}"
        case Difference():
            return environments.difference(found)
        case _:
            assert_never(found)
