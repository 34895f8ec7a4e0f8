"""Read Google Benchmark's ``--benchmark_out`` JSON: repetitions, counters, errors."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from history.formats import fields
from history.formats.counters import Counter, counter, is_number
from history.formats.fields import RefuseError
from history.formats.google_families import Family, Row, families
from history.formats.interface import Brings, LeftOut, Parsed, Refused
from history.formats.outcomes import measured
from history.formats.shortening import shortened
from history.words import units
from history.words.metrics import Direction
from history.words.records import Failed, Measured, Outcome, Point, Skipped

SUITE: Final = "google-benchmark"
# Every key the library writes itself; any other key is a counter of the user's.
_KNOWN: Final = frozenset(
    {
        "name", "run_name", "run_type", "repetitions", "repetition_index", "threads", "iterations",
        "real_time", "cpu_time", "time_unit", "aggregate_name", "aggregate_unit", "label",
        "error_occurred", "error_message", "skipped", "skip_message", "family_index",
        "per_family_instance_index",
    }
)  # fmt: skip
_MEMORY: Final = {
    "allocs_per_iter": "",
    "max_bytes_used": "B",
    "net_heap_growth": "B",
    "total_allocated_bytes": "B",
}
"""What the library's memory manager counts, with its unit; fewer is better."""


@dataclass
class _Found:
    """What becomes of the rows."""

    points: list[Point] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    flagged: dict[str, None] = field(default_factory=dict)


class GoogleBenchmark:
    """``--benchmark_out=FILE --benchmark_out_format=json``."""

    name = "google-benchmark"
    summary = 'JSON with "context" and "benchmarks", each with "real_time"'
    brings = Brings("operation_time, cpu_time, counters", samples="of repetitions")
    repeats_itself = True

    def recognise(self, head: str) -> bool:
        """Whether the keys of context and rows are there."""
        keys = ('"context"', '"benchmarks"', '"real_time"')
        return all(key in head for key in keys) and '"machine_info"' not in head

    def parse(self, text: str, name: str = "google-benchmark") -> Parsed:
        """``operation_time``, ``cpu_time`` and counters of every benchmark.

        Repetitions are samples. Aggregate rows repeat them, so they count only where there are no
        repetitions. Benchmarks that share a name are refused: nothing that stays the same from run
        to run tells them apart. The name of the host is not taken.
        """
        data, rows = fields.load_rows(text, name, "benchmarks")
        named, left_out, refused = families(rows)
        found = _Found(left_out=left_out, refused=refused)
        for family in named:
            try:
                _take(family, found)
            except RefuseError as error:
                reason = f'"{family.name}": {error}'
                found.refused += [Refused(number, reason) for number in family.numbers()]
        if labels := [row["label"] for row in rows if fields.table(row).get("label")]:
            found.flagged[f"labels such as {fields.shown(labels[0])} were left out"] = None
        context = fields.table(data.get("context"))
        return Parsed(
            points=tuple(found.points),
            rows_read=len(rows),
            left_out=tuple(sorted(found.left_out, key=lambda one: one.row)),
            refused=tuple(sorted(found.refused, key=lambda one: one.row)),
            flagged=(*found.flagged, *_flags(context)),
            started_at=fields.utc(context.get("date")),
        )


def _take(family: Family, found: _Found) -> None:
    """Raises RefuseError before anything is kept."""
    if family.namesakes():
        raise RefuseError(
            "several benchmarks have this name, or one has repetitions that are not numbered; "
            "give each a name of its own"
        )
    if not family.repeats:
        _take_stated(family, found)
        return
    good = [row for row in family.repeats if _absence(row[1]) is None]
    bad = [row for row in family.repeats if row not in good]
    if good:
        warnings: tuple[str, ...] = ()
        if bad:
            reason = _reason(bad[0][1])
            warnings = (f"{len(bad)} of {len(family.repeats)} repetitions failed: {reason}.",)
        found.points += _points(family.name, good, None, warnings, found.flagged)
        found.left_out += [
            LeftOut(number, f'"{family.name}": a repetition that failed: {_reason(row)}')
            for number, row in bad
        ]
    else:
        outcome = next((_absence(row) for _, row in bad if not row.get("skipped")), None)
        outcome = outcome or _absence(bad[0][1]) or Failed(reason="")
        found.points.append(_point(family.name, "operation_time", outcome))
    found.left_out += [
        LeftOut(number, f'"{family.name}": the "{which}" of repetitions that are here themselves')
        for which, (number, _) in family.aggregates
    ]


def _take_stated(family: Family, found: _Found) -> None:
    """Only aggregates: the stated median, else the mean, else one that does not say what it is."""
    times = {
        which: row
        for which, row in family.aggregates
        if row[1].get("aggregate_unit", "time") == "time"
    }
    how = next((which for which in ("median", "mean", "") if which in times), None)
    if how is None:
        kinds = ", ".join(f'"{which}"' for which, _ in family.aggregates)
        raise RefuseError(
            f"expected a median or a mean, found aggregates that are no times: {kinds}"
        )
    if not how:
        found.flagged[f"{family.name}: the file does not say which aggregate it has"] = None
    found.points += _points(family.name, [times[how]], how, (), found.flagged)
    found.left_out += [
        LeftOut(number, f'"{family.name}": the "{which}" beside the "{how}", which counts')
        for which, (number, _) in family.aggregates
        if which != how
    ]


def _points(
    name: str,
    rows: list[Row],
    how: str | None,
    warnings: tuple[str, ...],
    flagged: dict[str, None],
) -> list[Point]:
    """Points of repetitions, or of one aggregate row that says how it was made."""

    def outcome(values: list[float]) -> Measured:
        if how is None:
            return msgspec.structs.replace(measured(values), warnings=warnings)
        return Measured(
            value=values[0], n=_repetitions(name, rows[0][1], flagged), aggregate=how or "value"
        )

    points = [_point(name, "operation_time", outcome(_times(rows, "real_time")))]
    rest = sorted({key for _, row in rows for key in row} - _KNOWN)
    for key in ("cpu_time", *rest):
        lost = [number for number, row in rows if not _finite(row.get(key))]
        if lost:
            if key != "cpu_time" or any(key in row for _, row in rows):
                flagged[
                    f"row {lost[0]}: {name}: {key} is no finite number in {len(lost)} of "
                    f"{len(rows)} rows and was left out"
                ] = None
            continue
        if key == "cpu_time":
            points.append(_point(name, key, outcome(_times(rows, key))))
        else:
            points.append(_point(name, key, outcome([float(row[key]) for _, row in rows])))
    return points


def _point(name: str, key: str, outcome: Outcome) -> Point:
    memory = Counter(key, _MEMORY[key], Direction.LOWER) if key in _MEMORY else None
    metric, unit, direction = memory or counter(key)
    return Point(
        suite=SUITE,
        benchmark=shortened(name),
        metric=metric,
        outcome=outcome,
        unit=unit,
        direction=direction,
    )


def _finite(value: object) -> bool:
    return is_number(value) and math.isfinite(value)


def _times(rows: list[Row], key: str) -> list[float]:
    """In seconds; each row has its own unit."""
    values = []
    for _, row in rows:
        unit = units.canonical(str(row.get("time_unit", "ns")))
        if unit.base != "s":
            raise RefuseError(f'time_unit: expected ns, us, ms or s, found "{unit.base}"')
        values.append(fields.number(row.get(key), key) * unit.factor)
    return values


def _repetitions(name: str, row: dict[str, Any], flagged: dict[str, None]) -> int:
    """How many an aggregate was made of; files of old versions do not say."""
    count = row.get("repetitions")
    if isinstance(count, int) and count > 0:
        return count
    flagged[f"{name}: the file does not say of how many repetitions it has aggregates"] = None
    return 1


def _absence(row: dict[str, Any]) -> Failed | Skipped | None:
    if row.get("skipped"):
        return Skipped(reason=_reason(row))
    return Failed(reason=_reason(row)) if row.get("error_occurred") else None


def _reason(row: dict[str, Any]) -> str:
    return str(row.get("error_message") or row.get("skip_message") or "no reason was given")


def _flags(context: dict[str, Any]) -> Iterator[str]:
    if context.get("library_build_type") == "debug":
        yield "the benchmark library was a debug build: its times are too long"
    if context.get("cpu_scaling_enabled") is True:
        yield "frequency scaling was on: times vary with the clock of the processor"
