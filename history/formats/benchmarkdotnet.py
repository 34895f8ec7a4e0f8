"""Read BenchmarkDotNet's JSON reports (``--exporters json``): times in nanoseconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from history.formats import by_unit, fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.formats.outcomes import measured
from history.words.metrics import Direction
from history.words.records import Failed, Machine, Measured, Outcome, Point, Variant, machine_label

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "benchmarkdotnet"
_NS: Final = 1e-9
_JOB: Final = re.compile(r": ([^\s(\[]+)(?:\(([^)]*)\))?(?: \[|$)")
"""The job in ``Type.Method: Job-ABC(Runtime=.NET 8.0) [N=10]``."""
_PLAIN_JOB: Final = "DefaultJob"
_ALLOCATED: Final = "Allocated Memory"


class BenchmarkDotNet:
    """A report of BenchmarkDotNet, full or brief."""

    name = "benchmarkdotnet"
    summary = 'JSON with "HostEnvironmentInfo" and "Benchmarks"'
    brings = Brings(
        "operation_time, allocated_bytes, metrics of diagnosers", samples="yes", machine="yes"
    )
    repeats_itself = True

    def recognise(self, head: str) -> bool:
        """Whether it begins with the host that every report names."""
        return '"HostEnvironmentInfo"' in head and '"BenchmarkDotNetVersion"' in head

    def parse(self, text: str, name: str = "benchmarkdotnet") -> Parsed:
        """``operation_time`` of every benchmark, what it allocated, and what diagnosers add.

        The samples are the measurements from which outliers and overhead were taken, as the
        report's own statistics are; what is stored is their median. A row is one benchmark; one
        without statistics failed.
        """
        data, rows = fields.load_rows(text, name, "Benchmarks")
        flagged: dict[str, None] = {}
        points, refused = fields.take(rows, lambda row: _points(row, flagged))
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            refused=tuple(refused),
            flagged=tuple(flagged),
            machine=_machine(fields.table(data.get("HostEnvironmentInfo"))),
        )


def _points(row: object, flagged: dict[str, None]) -> Iterator[Point]:
    about = fields.table(row)
    parts = [about.get(key) for key in ("Namespace", "Type", "Method")]
    name = ".".join(part for part in parts if isinstance(part, str) and part)
    if not (isinstance(about.get("Type"), str) and isinstance(about.get("Method"), str)):
        raise RefuseError(f'expected an object with "Type" and "Method", found {fields.shown(row)}')
    params, variant = _params(about.get("Parameters")), Variant(features=_job(about))

    def point(kind: by_unit.Kind, outcome: Outcome) -> Point:
        return Point(
            suite=SUITE,
            benchmark=name,
            params=params,
            variant=variant,
            metric=kind.metric,
            unit=kind.unit,
            direction=kind.direction,
            outcome=outcome,
        )

    time = by_unit.kind("ns")
    if about.get("Statistics") is None:
        yield point(time, Failed(reason="the report has no statistics of it: it failed"))
        return
    yield point(time, _outcome(about))
    memory = fields.table(about.get("Memory"))
    if (allocated := memory.get("BytesAllocatedPerOperation")) is not None:
        value = fields.number(allocated, "BytesAllocatedPerOperation")
        yield point(by_unit.named("allocated_bytes", "B/op"), Measured(value=value, n=1))
    metrics = about.get("Metrics")
    for metric in metrics if isinstance(metrics, list) else ():
        one = fields.table(metric)
        described = fields.table(one.get("Descriptor"))
        if memory and described.get("Id") == _ALLOCATED:
            continue
        kind = _kind(described)
        if kind is None or one.get("Value") is None:
            flagged[f"a metric without a name or a value left out, of {name}"] = None
        else:
            value = fields.number(one["Value"], kind.metric) * kind.factor
            yield point(kind, Measured(value=value, n=1))


def _params(written: object) -> dict[str, str]:
    """``N=1000&Kind=fast``; a part without an equals sign belongs to the value before it."""
    found: dict[str, str] = {}
    last = ""
    for part in written.split("&") if isinstance(written, str) and written else ():
        key, equals, value = part.partition("=")
        if equals and key:
            found[last := key] = value
        elif last:
            found[last] += f"&{part}"
    return found


def _job(about: dict[str, Any]) -> str:
    """What distinguishes the job; its generated name only where it says nothing else."""
    found = _JOB.search(str(about.get("DisplayInfo") or ""))
    if found is None or found[1] == _PLAIN_JOB:
        return ""
    return found[2] or found[1]


def _kind(described: dict[str, Any]) -> by_unit.Kind | None:
    """A diagnoser's metric, which says itself which way is better."""
    name = described.get("Id")
    if not isinstance(name, str) or not name.strip():
        return None
    kind = by_unit.named(name.strip().replace(" ", "_").lower(), str(described.get("Unit") or ""))
    if kind.direction is None:
        return kind
    stated = described.get("TheGreaterIsBetter")
    ways = {True: Direction.HIGHER, False: Direction.LOWER}
    return kind._replace(direction=ways[stated] if isinstance(stated, bool) else Direction.NONE)


def _outcome(about: dict[str, Any]) -> Measured:
    statistics = fields.table(about["Statistics"])
    values = fields.numbers(statistics.get("OriginalValues"), "OriginalValues")
    if not values:
        values = tuple(_results(about.get("Measurements")))
    if values:
        return measured([value * _NS for value in values])
    stated = "Median" if statistics.get("Median") is not None else "Mean"
    number = statistics.get("N")
    return Measured(
        value=fields.number(statistics.get(stated), stated) * _NS,
        n=number if isinstance(number, int) and number > 0 else 1,
        aggregate=stated.lower(),
    )


def _results(measurements: object) -> Iterator[float]:
    """Time of one operation in every measurement of the workload that counts."""
    for one in measurements if isinstance(measurements, list) else ():
        about = fields.table(one)
        if "Result" in {about.get("IterationMode"), about.get("IterationStage")}:
            operations = fields.number(about.get("Operations"), "Operations")
            if operations > 0:
                yield fields.number(about.get("Nanoseconds"), "Nanoseconds") / operations


def _machine(host: dict[str, Any]) -> Machine | None:
    model, cores = host.get("ProcessorName"), fields.count_of(host.get("LogicalCoreCount"))
    if not isinstance(model, str) or not model.strip():
        return None
    return Machine(name=machine_label(model, cores, 0, ""), cpu_model=model, cores=cores)
