"""Plan the runs of a user's program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from collector.contract import Case, Process, Requirement, SuitePlan, WorkOutcome
from collector.suites.command import counts
from collector.suites.command.expand import expand
from collector.suites.command.options import CommandOptions
from history.words.records import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from collector.contract import Samples, Session
    from history.words.records import Measured


class CommandSuite:
    """One process per variant; a sample is one run of the program, from its start to its end."""

    name = "command"
    version = 1
    summary = "Any program: built once, run again and again, with readers for what it leaves."
    requirements: tuple[Requirement, ...] = ()
    options: type[msgspec.Struct] = CommandOptions

    def plan(self, options: CommandOptions, profile: str) -> SuitePlan:
        """Nothing without a table that says what to run."""
        expanded = expand(options, profile)
        return SuitePlan(
            processes=expanded.processes, cases=tuple(job.case for job in expanded.jobs)
        )

    def open(
        self, process: Process, options: CommandOptions, profile: str, workspace: Path
    ) -> Session:
        """Nothing is imported but the standard library, and nothing is built yet."""
        from collector.suites.command.session import CommandSession

        return CommandSession(process, options, profile, workspace)

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """The time of the run under its metric here; of a counting run only its counts."""
        del outcome
        if counts.INSTRUCTIONS in case.metrics:
            owed = counts.ALLOCATIONS in case.metrics
            is_blind = owed and counts.INSTRUCTIONS in samples and counts.ALLOCATIONS not in samples
            return {counts.ALLOCATIONS: Invalid(reason=counts.UNSEEN)} if is_blind else {}
        return {case.metrics[0]: samples["total_time"]} if "total_time" in samples else {}
