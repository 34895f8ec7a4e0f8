"""Interfaces that receive the progress of a collection. Their methods must return quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.contract import Case
    from collector.planning.plan import Group, SuiteWork
    from history.words.records import Point


class Reporter(Protocol):
    """Receives the progress of one suite's cases."""

    def group_started(self, work: SuiteWork, group: Group) -> None:
        """These cases are measured next."""

    def phase(self, case: Case, text: str) -> None:
        """The current step of a case."""

    def progress(self, case: Case, done: int, total: int) -> None:
        """The progress within the current step; about once a second in a long round."""


class Watcher(Reporter, Protocol):
    """Receives the progress of a whole collection."""

    def suite_started(self, work: SuiteWork) -> None:
        """A suite begins."""

    def case_done(self, work: SuiteWork, case: Case, points: Sequence[Point]) -> None:
        """A case is complete."""

    def note(self, text: str) -> None:
        """Another step, such as calibration."""

    def close(self) -> None:
        """The collection has ended."""
