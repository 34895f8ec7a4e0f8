"""Read the JSON messages of cargo-criterion (``--message-format json``), one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from history.formats import by_unit, fields, json_lines
from history.formats.fields import RefuseError
from history.formats.interface import Brings, LeftOut, Parsed
from history.formats.outcomes import measured, storable_samples
from history.formats.shortening import shortened
from history.words.records import Measured, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "criterion"
"""The same as of criterion's folders: they are the same benchmarks."""
_COMPLETE: Final = "benchmark-complete"
_RATES: Final = {"elements": "throughput", "bytes": "bandwidth"}


class CargoCriterion:
    """``cargo criterion --message-format=json``."""

    name = "cargo-criterion"
    summary = 'JSON lines of cargo-criterion with "reason": "benchmark-complete"'
    brings = Brings("operation_time, throughput", samples="yes")
    repeats_itself = True
    partial_exit_codes = frozenset({101})

    def recognise(self, head: str) -> bool:
        """Whether a line of it tells of a benchmark that is complete."""
        return f'"{_COMPLETE}"' in head and '"iteration_count"' in head

    def parse(self, text: str, name: str = "cargo-criterion") -> Parsed:
        """``operation_time`` of every benchmark from its raw samples, and the stated throughput.

        A row is a line that is an object; messages about groups and those of cargo are left out.
        """
        lines = list(enumerate(text.split("\n"), start=1))
        rows = [(number, line) for number, line in lines if line.lstrip().startswith("{")]
        read = [(number, json_lines.line(line, name)) for number, line in rows]
        left_out = [
            LeftOut(number, f'"{reason}" is no benchmark')
            for number, found in read
            if isinstance(found, dict)
            and isinstance(reason := found.get("reason"), str)
            and reason != _COMPLETE
        ]
        skipped = {one.row for one in left_out}
        kept = [(number, found) for number, found in read if number not in skipped]
        numbers = [number for number, _ in kept]
        points, refused = fields.take([found for _, found in kept], _points, numbers=numbers)
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            left_out=tuple(left_out),
            refused=tuple(refused),
        )


def _points(found: object) -> Iterator[Point]:
    about = fields.table(found)
    id_ = about.get("id")
    if about.get("reason") != _COMPLETE or not isinstance(id_, str) or not id_.strip():
        raise RefuseError(f'expected an object with "reason" and "id", found {fields.shown(found)}')
    name = shortened(id_.strip())
    kind = by_unit.kind(_unit(about), otherwise=_unit(about))
    time = _outcome(about, kind.factor)
    yield Point(
        suite=SUITE,
        benchmark=name,
        metric=kind.metric,
        unit=kind.unit,
        direction=kind.direction,
        outcome=time,
    )
    throughput = about.get("throughput")
    for one in throughput if isinstance(throughput, list) else ():
        amount = fields.table(one)
        metric = _RATES.get(str(amount.get("unit")))
        if metric and kind.metric == "operation_time" and time.value > 0:
            rate = fields.number(amount.get("per_iteration"), "per_iteration")
            values = time.samples if time.samples and min(time.samples) > 0 else (time.value,)
            outcome = measured(storable_samples(rate / value for value in values))
            yield Point(suite=SUITE, benchmark=name, metric=metric, outcome=outcome)


def _unit(about: dict[str, Any]) -> str:
    unit = about.get("unit")
    if not isinstance(unit, str) or not unit.strip():
        raise RefuseError(f"unit: expected text, found {fields.shown(unit)}")
    return unit.strip()


def _outcome(about: dict[str, Any], factor: float) -> Measured:
    values = fields.numbers(about.get("measured_values"), "measured_values")
    counts = fields.numbers(about.get("iteration_count"), "iteration_count")
    if not values or len(values) != len(counts) or min(counts) <= 0:
        raise RefuseError("expected as many measured_values as iteration_count, and counts above 0")
    pairs = zip(values, counts, strict=True)
    return measured(storable_samples(value / count * factor for value, count in pairs))
