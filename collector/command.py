"""What `soundmark collect` does, from the words on the command line to the stored run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from collector import collect as collection
from collector import machine, plan, progress
from collector.calibrate import Calibrator
from collector.recorder import Recorder
from collector.runner import Limits
from history.commits import current_commit
from history.config import suite_tables
from history.records import Measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.workspace import Workspace

FINE, FINDINGS = 0, 1


def run_collect(
    workspace: Workspace,
    names: Sequence[str],
    profile: str,
    only: Sequence[str],
    shard: str,
    timeout: float | None,
) -> int:
    """Measure and append: 0 when something was measured, 1 when not or when interrupted."""
    works = collection.work_list(
        suite_tables(workspace.loaded), names, profile, only=only, shard=plan.parse_shard(shard)
    )
    commit = current_commit(workspace.root)
    limits = Limits() if timeout is None else Limits(timeout, timeout, timeout, timeout)
    cache = workspace.cache
    cache.mkdir(parents=True, exist_ok=True)
    context = collection.Context(
        project=workspace.config.project or workspace.root.name,
        profile=profile,
        commit=commit,
        machine=machine.fingerprint(workspace.config.machine.name),
        folder=workspace.root,
        cache=cache,
        watcher=progress.watcher(sum(work.cases for work in works)),
        recorder=Recorder(profile),
        calibrator=Calibrator(workspace.root),
        limits=limits,
    )
    collected = collection.collect(works, context)
    stored = workspace.append([collected.record])
    click.echo(f"Stored run {collected.record.run.run_id[:8]} in {stored.file}.")
    measured = any(isinstance(point.outcome, Measured) for point in collected.record.points)
    return FINE if measured and not collected.interrupted else FINDINGS
