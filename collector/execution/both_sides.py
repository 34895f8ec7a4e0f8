"""Open a suite of programs twice in one child, once for each side of a duet.

One child starts the programs of both sides. So they come from the same process with the same
memory, and the core they run on is chosen once for both: two children would each take the other's
programs for a neighbour and keep away from it, every side on a core of its own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from collector.contract import Case, Process, Requirement, SuitePlan, WorkOutcome
from collector.suites import registry

if TYPE_CHECKING:
    from collector.contract import Samples, Session, Work
    from history.words.records import Invalid, Measured

TARGET: Final = "collector.execution.both_sides:BothSides"


class OneSide(msgspec.Struct, frozen=True, kw_only=True):
    """The suite of one side."""

    folder: str
    """Working folder, absolute: never part of what is stored."""
    options: dict[str, Any]
    process: Process
    workspace: str


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """The options that open the child."""

    target: str
    """``module:Class`` of the suite."""
    sides: dict[str, OneSide]
    """Name of the side (the process name of its cases) -> its suite."""


class BothSides:
    """A suite that stands in for another one; it plans and derives nothing."""

    name = "both sides"
    version = 1
    summary = "Another suite, for both sides of a duet in one child."
    requirements: tuple[Requirement, ...] = ()
    options: type[msgspec.Struct] = Sides

    def plan(self, options: Sides, profile: str) -> SuitePlan:
        """Nothing: the other suite has planned."""
        del options, profile
        return SuitePlan(processes=(), cases=())

    def open(self, process: Process, options: Sides, profile: str, workspace: Path) -> Session:
        """Open the suite for each side, in its folder."""
        del process, workspace
        return _Sessions(options, profile)

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """Nothing: the other suite derives, in the parent."""
        del case, samples, outcome
        return {}


class _Sessions:
    """One session for each side."""

    def __init__(self, options: Sides, profile: str) -> None:
        self._sides = options.sides
        suite = registry.load(options.target)
        self._sessions: dict[str, Session] = {}
        for name, side in options.sides.items():
            os.chdir(side.folder)
            self._sessions[name] = suite.open(
                side.process,
                msgspec.convert(side.options, suite.options),
                profile,
                Path(side.workspace),
            )

    def facts(self) -> dict[str, Any]:
        """The facts of each side under its name."""
        return {name: session.facts() for name, session in self._sessions.items()}

    def prepare(self, case: Case) -> Work:
        """The work of the side that stands as the case's process, in the folder of that side."""
        side = self._sides[case.process]
        os.chdir(side.folder)
        own = msgspec.structs.replace(case, process=side.process.name)
        return self._sessions[case.process].prepare(own)

    def close(self) -> None:
        """Close all of them."""
        for session in self._sessions.values():
            session.close()
