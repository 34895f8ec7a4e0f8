"""Read Google Benchmark's ``--benchmark_out`` JSON: repetitions, counters, errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Parsed, Refused
from history.formats.outcomes import measured
from history.words import units
from history.words.metrics import Direction
from history.words.records import Failed, Measured, Outcome, Point, Skipped

SUITE: Final = "google-benchmark"
# Every key the library writes itself; any other numeric key is a counter of the user's.
_KNOWN: Final = frozenset(
    {
        "name", "run_name", "run_type", "repetitions", "repetition_index", "threads", "iterations",
        "real_time", "cpu_time", "time_unit", "aggregate_name", "aggregate_unit", "label",
        "error_occurred", "error_message", "skipped", "skip_message", "family_index",
        "per_family_instance_index", "allocs_per_iter", "max_bytes_used", "total_allocated_bytes",
        "net_heap_growth", "big_o", "rms", "real_coefficient", "cpu_coefficient",
    }
)  # fmt: skip
_RATES: Final = {"bytes_per_second": "bandwidth", "items_per_second": "throughput"}


class GoogleBenchmark:
    """``--benchmark_out=FILE --benchmark_out_format=json``."""

    name = "google-benchmark"
    summary = 'JSON with "context" and "benchmarks", each with "real_time"'
    repeats_itself = True

    def recognise(self, head: str) -> bool:
        """Whether the keys of context and rows are there."""
        keys = ('"context"', '"benchmarks"', '"real_time"')
        return all(key in head for key in keys) and '"machine_info"' not in head

    def parse(self, text: str, name: str = "google-benchmark") -> Parsed:
        """``operation_time``, ``cpu_time`` and counters of every benchmark.

        Repetitions are samples. Aggregate rows repeat them, so they count only where there are no
        repetitions. The name of the host is not taken.
        """
        data, rows = fields.load_rows(text, name, "benchmarks")
        groups: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        refused: list[Refused] = []
        for number, row in enumerate(rows, start=1):
            run = row.get("run_name", row.get("name")) if isinstance(row, dict) else None
            if isinstance(run, str):
                groups[run].append((number, row))
            else:
                refused.append(Refused(number, 'expected an object with "name"'))
        points: list[Point] = []
        for run, found in groups.items():
            try:
                points += _points(run, [row for _, row in found])
            except RefuseError as error:
                refused.append(Refused(found[0][0], f"{run}: {error}"))
        context = fields.table(data.get("context"))
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            refused=tuple(refused),
            flagged=tuple(_flags(context)),
            started_at=fields.utc(context.get("date")),
        )


def _points(run: str, rows: list[dict[str, Any]]) -> Iterator[Point]:
    repeats = [row for row in rows if row.get("run_type", "iteration") == "iteration"]
    good = [row for row in repeats if not row.get("error_occurred") and not row.get("skipped")]
    if repeats and not good:
        yield _point(run, "operation_time", _absence(repeats[0]))
        return
    chosen = good or _aggregates(rows)
    if not chosen:
        raise RefuseError("only aggregates that are no times, such as cv")
    yield _point(run, "operation_time", _times(chosen, "real_time"))
    if all("cpu_time" in row for row in chosen):
        yield _point(run, "cpu_time", _times(chosen, "cpu_time"))
    for key in sorted(set.intersection(*(set(row) for row in chosen)) - _KNOWN):
        values = [row[key] for row in chosen]
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
            continue
        outcome = measured([fields.number(value, key) for value in values])
        rate = key.endswith("_per_second")
        yield Point(
            suite=SUITE,
            benchmark=run,
            metric=_RATES.get(key, key),
            outcome=outcome,
            unit="" if key in _RATES or not rate else f"{key.removesuffix('_per_second')}/s",
            direction=None if key in _RATES else Direction.HIGHER if rate else Direction.NONE,
        )


def _point(run: str, metric: str, outcome: Outcome) -> Point:
    return Point(suite=SUITE, benchmark=run, metric=metric, outcome=outcome)


def _times(rows: list[dict[str, Any]], key: str) -> Measured:
    """Rows of one benchmark in seconds; each row has its own unit."""
    values = []
    for row in rows:
        unit = units.canonical(str(row.get("time_unit", "ns")))
        if unit.base != "s":
            raise RefuseError(f'time_unit: expected ns, us, ms or s, found "{unit.base}"')
        values.append(fields.number(row.get(key), key) * unit.factor)
    return measured(values)


def _aggregates(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The stated median, else the mean, else rows that do not say which aggregate they are."""
    for wanted in ("median", "mean", None):
        found = [
            row
            for row in rows
            if row.get("aggregate_name") == wanted and row.get("aggregate_unit", "time") == "time"
        ]
        if found:
            return found if wanted is None else found[:1]
    return []


def _absence(row: dict[str, Any]) -> Failed | Skipped:
    message = str(row.get("error_message") or row.get("skip_message") or "no reason was given")
    if row.get("skipped"):
        return Skipped(reason=message)
    return Failed(reason=message)


def _flags(context: dict[str, Any]) -> Iterator[str]:
    if context.get("library_build_type") == "debug":
        yield "the benchmark library was a debug build: its times are too long"
    if context.get("cpu_scaling_enabled") is True:
        yield "frequency scaling was on: times vary with the clock of the processor"
