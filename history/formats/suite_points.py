"""Read the points of the newest run of a suite back, a table for each way of running."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from history import sql
from history.words.errors import UsageError
from history.words.key import parse_pairs
from history.words.records import Measured, Point, Variant

if TYPE_CHECKING:
    import duckdb


class Series(NamedTuple):
    """One metric of a table, in base units."""

    value: float
    samples: tuple[float, ...]


class Table(NamedTuple):
    """Everything measured of one benchmark with its parameters in one variant."""

    benchmark: str
    params: dict[str, str]
    variant: Variant
    metrics: Mapping[str, Series]


class Newest(NamedTuple):
    """One run."""

    commit: str
    commit_time: datetime
    tables: tuple[Table, ...]


def newest(connection: duckdb.DuckDBPyConnection, suite: str) -> Newest:
    """The newest run that has any of this suite. Raises UsageError when none has."""
    rows = connection.execute(sql.query("export_suite"), {"suite": suite}).fetchall()
    if not rows:
        raise UsageError(
            f"the history holds no measurements of the suite {suite}.",
            hint=f"Run `soundmark collect {suite}` first.",
        )
    found: dict[tuple[str, str, str], dict[str, Series]] = {}
    for benchmark, params, variant, metric, value, samples, *_ in rows:
        metrics = found.setdefault((benchmark, params, variant), {})
        metrics[metric] = Series(float(value), tuple(samples or ()))
    tables = tuple(
        Table(
            benchmark, parse_pairs(params), msgspec.convert(parse_pairs(variant), Variant), metrics
        )
        for (benchmark, params, variant), metrics in found.items()
    )
    return Newest(str(rows[0][6]), rows[0][7].replace(tzinfo=UTC), tables)


def of(points: Iterable[Point]) -> tuple[Table, ...]:
    """The same of points that were just measured; what has no number is left out."""
    found: dict[tuple[object, ...], Table] = {}
    for point in points:
        if isinstance(point.outcome, Measured):
            key = (point.benchmark, tuple(sorted(point.params.items())), point.variant.pairs())
            table = found.setdefault(key, Table(point.benchmark, point.params, point.variant, {}))
            series = Series(point.outcome.value, point.outcome.samples)
            found[key] = table._replace(metrics={**table.metrics, point.metric: series})
    return tuple(found.values())
