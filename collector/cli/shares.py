"""Find the expected duration of each benchmark, and print the plan with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
import orjson

from collector.cli.collect import FINE, works_of
from collector.planning import plan
from history import sql
from history.vcs import commits
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collector.cli.collect import Request
    from collector.contract import Case
    from history.project.workspace import Workspace

NEWEST = 20
"""Newest runs that are searched; a benchmark that none of them measured is unknown."""


class PlannedCase(msgspec.Struct, frozen=True, kw_only=True):
    """One benchmark of ``--plan json``."""

    name: str
    suite: str
    benchmark: str
    params: dict[str, str]
    variant: dict[str, str]
    metrics: tuple[str, ...]
    expected_s: float | None
    """From the newest run that measured it; null where none did."""
    absent: str = ""
    """Why it cannot be measured here."""


def settled(workspace: Workspace, request: Request) -> Request:
    """The request with the durations that define the shards, read once so that they stay equal.

    Raises UsageError for a plan that is not of this work list.
    """
    if plan.parse_shard(request.shard).of == 1 and not request.planned:
        return request
    seconds = (
        _of_file(workspace, request) if request.planned else of_history(workspace, request.profile)
    )
    return msgspec.structs.replace(request, seconds=seconds)


def of_history(workspace: Workspace, profile: str) -> dict[str, float]:
    """Benchmark -> seconds, from runs at other commits: other shards of this one may end before."""
    if workspace.is_empty:
        return {}
    here = commits.current_commit(workspace.root).sha
    with workspace.reading() as connection:
        rows = connection.execute(
            sql.query("durations"), {"profile": profile, "commit": here, "runs": NEWEST}
        ).fetchall()
    found: dict[str, float] = {}
    for (text,) in rows:
        for name, seconds in orjson.loads(text).items():
            found.setdefault(str(name), float(seconds))
    return found


def show(workspace: Workspace, request: Request) -> int:
    """Print the plan as one JSON array: of all, or of this shard."""
    if request.seconds is None:
        seconds = of_history(workspace, request.profile)
        request = msgspec.structs.replace(request, seconds=seconds)
    found = cases(works_of(workspace, request), request.seconds or {})
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1))
    return FINE


def cases(works: tuple[plan.SuiteWork, ...], seconds: dict[str, float]) -> list[PlannedCase]:
    """Every case of the works, in their order, then what cannot be measured."""
    found = []
    for work in works:
        found += [
            _planned(work, case, expected_s=seconds.get(work.title(case)))
            for group in work.groups
            for case in group
        ]
        found += [_planned(work, one.case, absent=one.outcome.reason) for one in work.plan.absences]
    return found


def _planned(
    work: plan.SuiteWork, case: Case, *, expected_s: float | None = None, absent: str = ""
) -> PlannedCase:
    return PlannedCase(
        name=work.title(case),
        suite=work.name,
        benchmark=case.benchmark,
        params=case.params,
        variant=dict(case.variant.pairs()),
        metrics=case.metrics,
        expected_s=expected_s,
        absent=absent,
    )


def _of_file(workspace: Workspace, request: Request) -> dict[str, float]:
    file = Path(request.planned)
    try:
        told = msgspec.json.decode(file.read_bytes(), type=list[PlannedCase])
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(
            f"--planned: expected what `soundmark collect --plan json` printed in {file.name}:"
            f" {error}"
        ) from None
    whole = msgspec.structs.replace(request, shard="1/1", seconds={})
    here = {one.name for one in cases(works_of(workspace, whole), {})}
    there = {one.name for one in told}
    if other := sorted(here ^ there):
        where = f"{file.name} alone" if other[0] in there else "this work list alone"
        raise UsageError(
            f"--planned: {len(other)} benchmarks differ; {other[0]} is in {where}.",
            hint="Make the plan with the same suites, --profile and --only, at the same commit.",
        )
    return {one.name: one.expected_s for one in told if one.expected_s is not None}
