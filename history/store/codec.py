"""The columns of a ledger file, and the rows of runs, series and items.

A ledger file is flat: every row carries its run, so that any engine can read one file alone. Times
are kept as whole nanoseconds in ``samples_ns``; what is not a whole number of nanoseconds, and
every other unit, is kept as double in ``samples``. The file is a contract: columns are added, never
renamed, one that is NULL in every row is left out, and readers join files by name. A duet has rows
of its own kinds, ``duet`` and ``duet point``: so queries for runs and points, in any version, never
return them.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from history.store.batch import Label, Said, series_id
from history.words import metrics as metric_registry
from history.words.key import pairs_text
from history.words.metrics import Metric
from history.words.records import Item, Machine, Run, RunKind, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT_VERSION: Final = 1
_REMEMBERED: Final = 1 << 14
"""Rows of series that are kept."""

_RUN_COLUMNS: Final = {
    "row": "VARCHAR",  # run, point, item, duet or duet point; exclusion in earlier versions
    "format_version": "INTEGER",
    "run_id": "VARCHAR",
    "started_at": "TIMESTAMP",
    "recorded_at": "TIMESTAMP",
    "duration_s": "DOUBLE",
    "project": "VARCHAR",
    "origin": "VARCHAR",
    "source": "VARCHAR",
    "profile": "VARCHAR",
    "tool_version": "VARCHAR",
    "run_warnings": "VARCHAR[]",
    "environment": "VARCHAR",  # JSON
    "commit_sha": "VARCHAR",
    "commit_time": "TIMESTAMP",
    "commit_sequence": "BIGINT",
    "commit_parents": "VARCHAR[]",
    "commit_lineage": "VARCHAR[]",  # in the row of the run alone: hash and its parents, by spaces
    "commit_subject": "VARCHAR",
    "commit_branch": "VARCHAR",
    "commit_tag": "VARCHAR",
    "dirty": "BOOLEAN",
    "machine_id": "VARCHAR",
    "machine_name": "VARCHAR",
    "cpu_model": "VARCHAR",
    "cores": "INTEGER",
    "memory_gib": "INTEGER",
    "gpu": "VARCHAR",
    "gpu_driver": "VARCHAR",
    "base_sha": "VARCHAR",
    "base_time": "TIMESTAMP",
    "base_subject": "VARCHAR",
    "ci_url": "VARCHAR",  # only of a run that somebody named one for
}
_SHARED_COLUMNS: Final = {
    "suite": "VARCHAR",
    "benchmark": "VARCHAR",
    "params": "VARCHAR",
    "variant": "VARCHAR",
    "fingerprint": "VARCHAR",
}
_POINT_COLUMNS: Final = {
    "series_id": "VARCHAR",
    "metric": "VARCHAR",
    "unit": "VARCHAR",
    "direction": "VARCHAR",
    "kind": "VARCHAR",
    "status": "VARCHAR",
    "reason": "VARCHAR",
    "value": "DOUBLE",
    "low": "DOUBLE",
    "high": "DOUBLE",
    "n": "INTEGER",
    "aggregate": "VARCHAR",
    "interval_method": "VARCHAR",
    "q1": "DOUBLE",
    "q3": "DOUBLE",
    "minimum": "DOUBLE",
    "maximum": "DOUBLE",
    "samples_ns": "BIGINT[]",
    "samples": "DOUBLE[]",
    "cpu_ns": "BIGINT[]",
    "preempted": "INTEGER[]",
    "rounds": "INTEGER[]",
    "processes": "INTEGER[]",
    "warnings": "VARCHAR[]",
    "qualifier": "VARCHAR",
    "side": "VARCHAR",  # base or head
    "position": "INTEGER",  # of a duet's point, from 0: the order in which they were measured
}
_ITEM_COLUMNS: Final = {
    "item": "VARCHAR",
    "facts": "VARCHAR",  # JSON object
    "item_values": "VARCHAR",  # JSON object
    "item_samples": "VARCHAR",  # JSON object
    "content": "VARCHAR",
}
COLUMNS: Final = _RUN_COLUMNS | _SHARED_COLUMNS | _POINT_COLUMNS | _ITEM_COLUMNS
"""Column name to DuckDB type, in file order."""

_OF_A_RUN: Final = tuple(
    name
    for name in _RUN_COLUMNS
    if name not in {"row", "format_version", "recorded_at", "commit_lineage", "ci_url"}
    and not name.startswith("base_")
)
_OF_A_POINT: Final = (
    *_SHARED_COLUMNS,
    *("series_id", "metric", "unit", "direction", "kind", "status", "reason", "n", "qualifier"),
)
REQUIRED: Final = {
    "run": _OF_A_RUN,
    "point": (*_OF_A_RUN, *_OF_A_POINT),
    "item": (*_OF_A_RUN, *_SHARED_COLUMNS, "item", "facts", "item_values", "item_samples"),
    "exclusion": ("run_id", "started_at", "reason"),
    "duet": (*_OF_A_RUN, "base_sha", "base_time", "base_subject"),
    "duet point": (*_OF_A_RUN, *_OF_A_POINT, "side", "position"),
}
"""Kind of a row to the columns that are never NULL in it."""
OF_ONE_RUN: Final = (*_OF_A_RUN, "base_sha", "base_time", "base_subject")
"""Columns that all rows of a run have alike."""
OF_RESULTS: Final = (*_SHARED_COLUMNS, *_POINT_COLUMNS, *_ITEM_COLUMNS)
"""Columns of what was measured."""


def metric_of(label: Label, extra: Mapping[str, Metric] | None) -> Metric:
    """The metric of a series, with its unit; ``extra`` are the project's own, by name."""
    if extra is not None and label.metric in extra:
        known = extra[label.metric]
    else:
        known = metric_registry.find(label.metric, label.unit, label.direction)
    return known if known.unit else known._replace(unit=label.unit)


def run_row(run: Run) -> dict[str, Any]:
    """The row of a run, with what every other row of it carries; what is absent is left out."""
    commit, machine = run.commit, run.machine
    found: dict[str, Any] = {
        "row": "duet" if run.kind is RunKind.DUET else "run",
        "format_version": FORMAT_VERSION,
        "run_id": run.run_id,
        "started_at": _utc(run.started_at),
        "duration_s": run.duration_s,
        "project": run.project,
        "origin": run.origin,
        "source": run.source,
        "profile": run.profile,
        "tool_version": run.tool_version,
        "run_warnings": run.warnings,
        "environment": msgspec.json.encode(run.environment, order="sorted").decode(),
        "commit_sha": commit.sha,
        "commit_time": _utc(commit.time),
        "commit_sequence": commit.sequence,
        "commit_parents": commit.parents,
        "commit_subject": commit.subject,
        "commit_branch": commit.branch,
        "commit_tag": commit.tag,
        "dirty": commit.dirty,
        "machine_id": machine.key(),
        "machine_name": machine.name,
        "cpu_model": machine.cpu_model,
        "cores": machine.cores,
        "memory_gib": machine.memory_gib,
        "gpu": machine.gpu,
        "gpu_driver": machine.gpu_driver,
    }
    if run.recorded_at is not None:
        found["recorded_at"] = _utc(run.recorded_at)
    if run.ci_url:
        found["ci_url"] = run.ci_url
    if commit.lineage:
        found["commit_lineage"] = [" ".join(known) for known in commit.lineage]
    if run.base is not None:
        found |= {
            "base_sha": run.base.sha,
            "base_time": _utc(run.base.time),
            "base_subject": run.base.subject,
        }
    return found


@lru_cache(maxsize=_REMEMBERED)
def series_row(label: Label, metric: Metric, machine: Machine) -> Mapping[str, Any]:
    """What every point of a series carries of it; every part of an import asks for the same."""
    return {
        "suite": label.suite,
        "benchmark": label.benchmark,
        "params": pairs_text(label.params),
        "variant": label.variant.text(),
        "series_id": series_id(label, machine),
        "metric": label.metric,
        "unit": metric.unit,
        "direction": metric.direction,
        "kind": metric.kind,
    }


def said_row(said: Said) -> dict[str, Any]:
    """What is said of an outcome; what is absent is left out."""
    found: dict[str, Any] = {
        "fingerprint": said.fingerprint,
        "status": said.status,
        "reason": said.reason,
        "warnings": said.warnings,
        "qualifier": said.qualifier,
    }
    if said.status is Status.MEASURED:
        found |= {"aggregate": said.aggregate, "interval_method": said.interval}
    return found if said.side is None else found | {"side": said.side}


def item_row(item: Item) -> dict[str, Any]:
    """The columns of an item of its own; what is absent is left out."""
    found = {
        "suite": item.suite,
        "benchmark": item.benchmark,
        "params": pairs_text(tuple(item.params.items())),
        "variant": item.variant.text(),
        "fingerprint": item.fingerprint,
        "item": item.item,
        "facts": msgspec.json.encode(item.facts, order="sorted").decode(),
        "item_values": msgspec.json.encode(item.values, order="sorted").decode(),
        "item_samples": msgspec.json.encode(item.samples, order="sorted").decode(),
    }
    return found | {"content": item.text} if item.text else found


def _utc(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(sep=" ")
