"""Who is told what happens while a work list is carried out; nothing that is told may take long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.contract import Case
    from collector.planning.plan import Group, SuiteWork
    from history.words.records import Point


class Reporter(Protocol):
    """Told about the cases of one suite."""

    def group_started(self, work: SuiteWork, group: Group) -> None:
        """These cases come next."""

    def phase(self, case: Case, text: str) -> None:
        """What is being done to a case now."""

    def progress(self, case: Case, done: int, total: int) -> None:
        """How far what is done to a case has come; about once a second of a long round."""


class Watcher(Reporter, Protocol):
    """Told about a whole collection."""

    def suite_started(self, work: SuiteWork) -> None:
        """A suite begins."""

    def case_done(self, work: SuiteWork, case: Case, points: Sequence[Point]) -> None:
        """A case has an end."""

    def note(self, text: str) -> None:
        """Something else goes on, such as calibration."""

    def close(self) -> None:
        """Nothing more comes."""
