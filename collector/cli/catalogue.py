"""List the suites: what each one measures, what it needs, and whether it can run here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from collector.contract import SuitePlan
from collector.planning import requirements
from collector.planning.tables import Table, configured
from collector.suites import registry
from history.words.errors import SoundmarkError
from history.words.key import benchmark_id


class Entry(NamedTuple):
    """One suite, as `soundmark suites` and `soundmark doctor` show it."""

    name: str
    summary: str
    version: int
    plan: SuitePlan | None
    """None when it could not be imported or planned."""
    options: dict[str, Any]
    problem: str
    """Why nothing of it can run here; empty when at least a part can."""
    table: str = ""
    """Position of its table, where the file has several tables of one name."""
    configured: bool = False
    """Whether the file has a table for it."""

    @property
    def runs(self) -> bool:
        """Whether at least a part of it can run here."""
        return not self.problem

    def document(self) -> dict[str, Any]:
        """For ``--json``."""
        cases = self.plan.cases if self.plan is not None else ()
        absences = self.plan.absences if self.plan is not None else ()
        return {
            "name": self.name,
            "summary": self.summary,
            "version": self.version,
            "runs": self.runs,
            "problem": self.problem,
            "table": self.table,
            "options": self.options,
            "benchmarks": [
                {
                    "id": benchmark_id(self.name, case.benchmark, case.params),
                    "benchmark": case.benchmark,
                    "params": case.params,
                    "variant": dict(case.variant.pairs()),
                    "metrics": list(case.metrics),
                    "process": case.process,
                }
                for case in cases
            ],
            "skipped": [
                {
                    "id": benchmark_id(self.name, absence.case.benchmark, absence.case.params),
                    "variant": dict(absence.case.variant.pairs()),
                    "reason": absence.outcome.reason,
                }
                for absence in absences
            ],
        }


def entries(tables: Sequence[Table], profile: str) -> tuple[Entry, ...]:
    """Every known suite with its options, in the order of the registry; an entry for every table.

    A suite that cannot be imported is an entry that says so; a mistake in the configuration is
    raised, because it is the user's to mend.
    """
    given: dict[str, list[tuple[dict[str, Any], str]]] = {}
    for use, table, where in tables:
        given.setdefault(use, []).append((table, where))
    found = []
    for use in dict.fromkeys((*registry.SUITES.names(), *given)):
        several = [
            (_entry(use, table, where, profile), where)
            for table, where in given.get(use, [({}, f"suite {use}")])
        ]
        names = [entry.name for entry, _ in several]
        found += [
            entry._replace(
                table=where if names.count(entry.name) > 1 else "", configured=use in given
            )
            for entry, where in several
        ]
    return tuple(found)


def own_first(found: Sequence[Entry]) -> tuple[Entry, ...]:
    """Suites with a table in the file first, then the others."""
    return tuple(sorted(found, key=lambda entry: not entry.configured))


def _entry(name: str, table: dict[str, Any], where: str, profile: str) -> Entry:
    try:
        suite = registry.load(name)
    except SoundmarkError as error:
        return Entry(name, "", 0, None, {}, str(error))
    found = configured((name, table, where))
    plan = found.plan(profile)
    lacking = requirements.missing(suite.requirements)
    problem = requirements.reason(lacking) if lacking else ""
    if not plan.cases and plan.absences and not problem:
        problem = plan.absences[0].outcome.reason
    options = msgspec.to_builtins(found.options)
    return Entry(found.name, suite.summary, suite.version, plan, options, problem)
