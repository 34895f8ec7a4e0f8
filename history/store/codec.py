"""Turn run records into the rows of a ledger file and name its columns.

A ledger file is flat: every row carries its run, so that any engine can read one file alone. Times
are kept as whole nanoseconds in ``samples_ns``; what is not a whole number of nanoseconds, and
every other unit, is kept as double in ``samples``. The file is a contract: columns are added, never
renamed, and readers join files by name. A duet has rows of its own kinds, ``duet`` and ``duet
point``: who asks for runs and points, in this version or an older one, never meets it.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import msgspec

from history.store import one_unit
from history.words import metrics as metric_registry
from history.words.key import pairs_text
from history.words.metrics import Metric
from history.words.records import (
    Invalid,
    Item,
    Measured,
    Point,
    Run,
    RunKind,
    RunRecord,
    Status,
)
from history.words.records import series_id as series_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FORMAT_VERSION: Final = 1

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
    if name not in {"row", "format_version", "recorded_at", "commit_lineage"}
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

# Anything farther from a whole nanosecond than this was not counted in nanoseconds; the second
# number is the error of a double (two roundings of 2^-53) at long times.
_WHOLE_NS_TOLERANCE: Final = 1e-5
_ROUNDING: Final = 4.5e-16


def rows(
    records: Iterable[RunRecord], extra_metrics: Mapping[str, Metric] | None = None
) -> Iterator[dict[str, Any]]:
    """Rows of a ledger file: for each run one ``run`` row, then its points, then its items.

    For a duet one ``duet`` row, then its points as ``duet point``.

    Values that are absent are left out of a row, and so become NULL. ``extra_metrics`` are the
    project's own, by name.
    """
    identities: dict[tuple[Any, ...], str] = {}
    for record in records:
        about = _run_columns(record.run)
        machine_id = about["machine_id"]
        is_duet = record.run.kind is RunKind.DUET
        lineage = [" ".join(known) for known in record.run.commit.lineage]
        about_alone = {"commit_lineage": lineage} if lineage else {}
        yield {"row": "duet" if is_duet else "run", **about, **about_alone}
        for position, point in enumerate(record.points):
            params = pairs_text(tuple(point.params.items()))
            variant = point.variant.text()
            key = (point.suite, point.benchmark, params, variant, point.metric, machine_id)
            identity = identities.get(key)
            if identity is None:
                identity = identities[key] = series_id_of(point, record.run.machine)
            metric = _metric(point, extra_metrics)
            yield {
                "row": "duet point" if is_duet else "point",
                **about,
                "suite": point.suite,
                "benchmark": point.benchmark,
                "params": params,
                "variant": variant,
                "fingerprint": point.fingerprint,
                "series_id": identity,
                "metric": point.metric,
                "unit": metric.unit,
                "direction": metric.direction,
                "kind": metric.kind,
                **_outcome_columns(
                    one_unit.outcome_in(point.outcome, point.unit or metric.unit, metric.unit),
                    metric.unit,
                ),
                **({"side": point.side, "position": position} if is_duet else {}),
            }
        for item in record.items:
            yield {"row": "item", **about, **_item_columns(item)}


def whole_nanoseconds(seconds: tuple[float, ...]) -> list[int] | None:
    """The times as integers of 64 bits, or None when one is no whole number of nanoseconds."""
    found = []
    for value in seconds:
        scaled = value * 1e9
        nearest = round(scaled)
        is_whole = abs(scaled - nearest) <= _WHOLE_NS_TOLERANCE + _ROUNDING * abs(scaled)
        if not is_whole or abs(nearest) >= 2**63:
            return None
        found.append(nearest)
    return found


def _metric(point: Point, extra: Mapping[str, Metric] | None) -> Metric:
    if extra is not None and point.metric in extra:
        known = extra[point.metric]
    else:
        known = metric_registry.find(point.metric, point.unit, point.direction)
    return known if known.unit else known._replace(unit=point.unit)


def _run_columns(run: Run) -> dict[str, Any]:
    commit, machine = run.commit, run.machine
    base: dict[str, Any] = {}
    if run.base is not None:
        base = {
            "base_sha": run.base.sha,
            "base_time": _utc(run.base.time),
            "base_subject": run.base.subject,
        }
    return {
        "format_version": FORMAT_VERSION,
        "run_id": run.run_id,
        "started_at": _utc(run.started_at),
        "recorded_at": None if run.recorded_at is None else _utc(run.recorded_at),
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
        **base,
    }


def _outcome_columns(outcome: Any, unit: str) -> dict[str, Any]:  # noqa: ANN401 - tagged union
    if isinstance(outcome, Measured) and not all(map(isfinite, (outcome.value, *outcome.samples))):
        outcome = Invalid(reason="what was measured is no number")
    if not isinstance(outcome, Measured):
        absent: dict[str, Any] = {
            "status": type(outcome).__name__.lower(),
            "reason": outcome.reason,
            "n": 0,
            "warnings": (),
            "qualifier": "exact",
        }
        if isinstance(outcome, Invalid) and outcome.samples:
            absent |= _sample_columns(outcome.samples, unit)
        return absent
    columns: dict[str, Any] = {
        "status": Status.MEASURED,
        "reason": "",
        "value": outcome.value,
        "low": outcome.low,
        "high": outcome.high,
        "n": outcome.n,
        "aggregate": outcome.aggregate,
        "interval_method": outcome.interval,
        "q1": outcome.q1,
        "q3": outcome.q3,
        "minimum": outcome.minimum,
        "maximum": outcome.maximum,
        "warnings": outcome.warnings,
        "qualifier": outcome.qualifier,
    }
    if outcome.samples:
        columns |= _sample_columns(outcome.samples, unit)
    if outcome.cpu_samples:
        columns["cpu_ns"] = [round(value * 1e9) for value in outcome.cpu_samples]
    if outcome.preempted:
        columns["preempted"] = outcome.preempted
    if outcome.rounds:
        columns["rounds"] = outcome.rounds
    if outcome.processes:
        columns["processes"] = outcome.processes
    return columns


def _sample_columns(samples: tuple[float, ...], unit: str) -> dict[str, Any]:
    nanoseconds = whole_nanoseconds(samples) if unit == "s" else None
    return {"samples": samples} if nanoseconds is None else {"samples_ns": nanoseconds}


def _item_columns(item: Item) -> dict[str, Any]:
    return {
        "suite": item.suite,
        "benchmark": item.benchmark,
        "params": pairs_text(tuple(item.params.items())),
        "variant": item.variant.text(),
        "fingerprint": item.fingerprint,
        "item": item.item,
        "facts": msgspec.json.encode(item.facts, order="sorted").decode(),
        "item_values": msgspec.json.encode(item.values, order="sorted").decode(),
        "item_samples": msgspec.json.encode(item.samples, order="sorted").decode(),
        "content": item.text or None,
    }


def _utc(moment: Any) -> str:  # noqa: ANN401 - datetime, checked by the record
    return str(moment.replace(tzinfo=None).isoformat(sep=" "))
