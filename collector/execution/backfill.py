"""Choose older commits to measure, and find what is measured already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from collector.contract import Absence, SuitePlan
from collector.execution.checkouts import Unready
from history import sql
from history.words.records import Failed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from collector.execution.checkouts import Checkout
    from collector.planning.plan import Identity, SuiteWork
    from history.words.records import Commit, Machine


def chosen(commits: Sequence[Commit], every: int) -> list[Commit]:
    """Of commits in order, oldest first, the newest and every n-th before it; newest first."""
    return list(commits)[::-1][::every]


def measured(
    connection: duckdb.DuckDBPyConnection, commit: Commit, machine: Machine, profile: str
) -> set[Identity]:
    """What clean runs on this machine have of this commit, including absences with a reason."""
    rows = connection.execute(
        sql.query("measured_at"),
        {"commit": commit.sha, "machine": machine.key(), "profile": profile},
    ).fetchall()
    return {
        (str(suite), str(name), str(params), str(variant), str(metric))
        for suite, name, params, variant, metric in rows
    }


def planned(works: Iterable[SuiteWork]) -> set[Identity]:
    """What these works will measure."""
    return {work.identity(case) for work in works for case in work.plan.cases}


def works_in(checkout: Checkout, works: Iterable[SuiteWork]) -> tuple[SuiteWork, ...]:
    """The works with the environment of a checkout; a suite whose ``prepare`` fails has failed."""
    found = []
    for work in works:
        ready = checkout.ready(work)
        if isinstance(ready, Unready):
            failed = Failed(reason=ready.reason)
            absences = tuple(Absence(case=case, outcome=failed) for case in work.plan.cases)
            empty = SuitePlan(processes=(), cases=(), absences=work.plan.absences + absences)
            found.append(work._replace(plan=empty, groups=()))
            continue
        processes = tuple(checkout.process(one, ready) for one in work.plan.processes)
        found.append(work._replace(plan=msgspec.structs.replace(work.plan, processes=processes)))
    return tuple(found)
