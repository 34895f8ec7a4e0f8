"""Read the report of optimum-benchmark: latency, throughput, memory, energy of every target."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from history.formats import by_unit, fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.formats.outcomes import measured
from history.words import units
from history.words.errors import ImportRefusedError
from history.words.metrics import Direction
from history.words.records import Measured, Outcome, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "optimum-benchmark"
_LATENCY: Final = re.compile(r'"latency"\s*:\s*\{[^{}]*"(?:values|unit|stdev_\(%\))"', re.DOTALL)
_MEMORY: Final = {"max_ram": "peak_rss", "max_process_vram": "gpu_process_used"}
_UNITS: Final = {"kWh": ("J", 3.6e6), "Wh": ("J", 3.6e3)}
_RATES: Final = frozenset({"throughput", "efficiency"})
_Measure = tuple[by_unit.Kind, Outcome]
_SECTIONS: Final = ("latency", "throughput", "memory", "energy", "efficiency")


class OptimumBenchmark:
    """``benchmark_report.json``, or a benchmark's file that holds it as ``report``."""

    name = "optimum-benchmark"
    summary = 'JSON of targets such as "prefill", each with "latency" of "values" and "unit"'
    brings = Brings("operation_time, throughput, memory, energy", samples="of latency")
    repeats_itself = True

    def recognise(self, head: str) -> bool:
        """Whether some target has a latency with samples, beside throughput or memory."""
        beside = ('"throughput"', '"memory"')
        return _LATENCY.search(head) is not None and any(key in head for key in beside)

    def parse(self, text: str, name: str = "optimum-benchmark") -> Parsed:
        """Every section of every target: times from their samples, the rest as stated.

        Memory is the highest of readings every 10 ms, so short peaks are missed. A row is one
        target; sections that are null were not measured.
        """
        data = fields.load_json(text, name)
        data = data.get("report", data) if isinstance(data, dict) else data
        if not isinstance(data, dict):
            raise ImportRefusedError(
                f"{name}: expected an object of targets, found {fields.shown(data)}."
            )
        flagged: dict[str, None] = {}
        rows = list(data.items())
        points, refused = fields.take(rows, lambda row: _points(*row, flagged))
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            refused=tuple(refused),
            flagged=tuple(flagged),
        )


def _points(target: str, about: object, flagged: dict[str, None]) -> Iterator[Point]:
    sections = fields.table(about)
    if not target.strip() or not any(sections.get(key) for key in _SECTIONS):
        raise RefuseError(
            f'"{target}": expected a target with "latency", found {fields.shown(about)}'
        )
    for key in sections.keys() - {*_SECTIONS}:
        flagged[f'"{key}" of a target is not known and was left out'] = None
    try:
        for key in _SECTIONS:
            yield from _section(target.strip(), key, fields.table(sections.get(key)))
    except RefuseError as error:
        raise RefuseError(f'"{target}": {error}') from None


def _section(target: str, key: str, section: dict[str, Any]) -> Iterator[Point]:
    if not section:
        return
    unit = section.get("unit")
    if not isinstance(unit, str):
        raise RefuseError(f"{key}: unit: expected text, found {fields.shown(unit)}")
    measures = _latency if key == "latency" else _rate if key in _RATES else _costs
    for kind, outcome in measures(key, unit, section):
        yield Point(
            suite=SUITE,
            benchmark=target,
            metric=kind.metric,
            unit=kind.unit,
            direction=kind.direction,
            outcome=outcome,
        )


def _latency(key: str, unit: str, section: dict[str, Any]) -> Iterator[_Measure]:
    kind = by_unit.kind(unit)
    values = fields.numbers(section.get("values"), "values")
    if values:
        yield kind, measured([value * kind.factor for value in values])
    elif (mean := section.get("mean")) is not None:
        value = fields.number(mean, f"{key}: mean") * kind.factor
        yield kind, Measured(value=value, n=1, aggregate="mean")


def _rate(key: str, unit: str, section: dict[str, Any]) -> Iterator[_Measure]:
    amount = units.canonical(unit).base.removesuffix("/s")
    own = f"{amount}_per_second" if key == "throughput" else key
    kind = _better(by_unit.kind(unit, otherwise=own), Direction.HIGHER)
    value = fields.number(section.get("value"), f"{key}: value") * kind.factor
    yield kind, Measured(value=value, n=1)


def _costs(key: str, unit: str, section: dict[str, Any]) -> Iterator[_Measure]:
    """Memory and energy: a number for each of several parts, such as ``max_ram`` and ``gpu``."""
    unit, factor = _UNITS.get(unit, (unit, 1.0))
    for name, written in section.items():
        if name == "unit" or written is None:
            continue
        metric = _MEMORY.get(name, name) if key == "memory" else f"energy_{name}"
        kind = _better(by_unit.named(metric, unit), Direction.LOWER)
        value = fields.number(written, f"{key}: {name}") * kind.factor * factor
        yield kind, Measured(value=value, n=1)


def _better(kind: by_unit.Kind, way: Direction) -> by_unit.Kind:
    """The kind with a direction, where the registry has none of it."""
    return kind if kind.direction is None else kind._replace(direction=way)
