"""Read JMH's ``-rf json``: scores of Java benchmarks with the raw values of every fork."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from history.formats import by_unit, fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.formats.outcomes import measured
from history.report.wording.numbers import counted
from history.words.errors import ImportRefusedError
from history.words.metrics import Direction
from history.words.records import Invalid, Measured, Outcome, Point, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "jmh"
_OF_ITS_OWN: Final = frozenset({"sample", "ss"})
"""Modes whose scores are times like those of ``avgt``, and another thing."""
_COLLECTOR: Final = {
    "gc.alloc.rate": Direction.NONE,
    "gc.alloc.rate.norm": Direction.LOWER,
    "gc.count": Direction.LOWER,
    "gc.time": Direction.LOWER,
}
"""What the profiler of garbage collection counts: a fast program allocates fast."""


@dataclass
class _Found:
    """What is worth a look."""

    stated: list[str] = field(default_factory=list)
    """Benchmarks whose score is a stated mean."""
    flagged: dict[str, None] = field(default_factory=dict)


class _Metric(NamedTuple):
    """One score of a benchmark."""

    name: str
    """Empty for the primary one."""
    about: dict[str, Any]


class Jmh:
    """``java -jar benchmarks.jar -rf json -rff FILE``."""

    name = "jmh"
    summary = 'a JSON array, each with "benchmark", "mode" and "primaryMetric"'
    brings = Brings("operation_time, throughput, secondary metrics", samples="yes")
    repeats_itself = True

    def recognise(self, head: str) -> bool:
        """Whether it is an array of objects with the keys of a result."""
        keys = ('"benchmark"', '"mode"', '"primaryMetric"')
        return head.lstrip()[:1] == "[" and all(key in head for key in keys)

    def parse(self, text: str, name: str = "jmh") -> Parsed:
        """The score of every benchmark by its unit, and every secondary metric by its name.

        The raw values of all forks are the samples, so the value is their median, where JMH states
        their mean. Without raw values the stated score counts, without an interval: JMH's is of
        99.9 %. A row is one benchmark with its parameters.
        """
        rows = fields.load_json(text, name)
        if not isinstance(rows, list):
            raise ImportRefusedError(
                f"{name}: expected an array of results, found {fields.shown(rows)}."
            )
        found = _Found()
        points, refused = fields.take(rows, lambda row: _points(row, found))
        flagged = [*found.flagged]
        if found.stated:
            flagged.append(
                f"{counted(len(found.stated), 'score')} without raw values, first of"
                f" {found.stated[0]}: they are means as JMH states them"
            )
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            refused=tuple(refused),
            flagged=tuple(flagged),
        )


def _points(row: object, found: _Found) -> Iterator[Point]:
    about = fields.table(row)
    name, mode, primary = (about.get(key) for key in ("benchmark", "mode", "primaryMetric"))
    if not (isinstance(name, str) and name.strip() and isinstance(primary, dict)):
        raise RefuseError(
            f'expected an object with "benchmark" and "primaryMetric", found {fields.shown(row)}'
        )
    if not isinstance(mode, str | None):
        raise RefuseError(f'"{name}": mode: expected text, found {fields.shown(mode)}')
    params = {str(key): str(value) for key, value in fields.table(about.get("params")).items()}
    if mode in _OF_ITS_OWN:
        params["mode"] = str(mode)
    variant = Variant(threads=str(about.get("threads") or ""))
    secondary = fields.table(about.get("secondaryMetrics"))
    yield _point(name.strip(), params, variant, _Metric("", primary), found)
    for key, one in secondary.items():
        metric = _Metric(str(key).lstrip("\u00b7"), fields.table(one))
        try:
            yield _point(name.strip(), params, variant, metric, found)
        except RefuseError as error:
            found.flagged[f"{metric.name} left out: {error}"] = None


def _point(
    name: str, params: dict[str, str], variant: Variant, metric: _Metric, found: _Found
) -> Point:
    unit = metric.about.get("scoreUnit")
    if not isinstance(unit, str) or not unit.strip():
        raise RefuseError(f'"{name}": scoreUnit: expected a unit, found {fields.shown(unit)}')
    kind = by_unit.named(metric.name, unit) if metric.name else by_unit.kind(unit, otherwise=unit)
    if metric.name in _COLLECTOR:
        kind = kind._replace(direction=_COLLECTOR[metric.name])
    outcome = _outcome(metric.about, kind.factor)
    if isinstance(outcome, Measured) and outcome.aggregate == "mean":
        found.stated.append(name)
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


def _outcome(about: dict[str, Any], factor: float) -> Outcome:
    """Of the raw values where they are, else of what is stated."""
    raw = about.get("rawData")
    forks = [fields.numbers(fork, "rawData") for fork in raw] if isinstance(raw, list) else []
    values = [value * factor for fork in forks for value in fork]
    if values:
        fork_of = tuple(number for number, fork in enumerate(forks) for _ in fork)
        processes = fork_of if len(forks) > 1 else ()
        return msgspec.structs.replace(measured(values), processes=processes)
    if about.get("score") == "NaN":
        return Invalid(reason="its score is NaN, which is no number")
    histogram = about.get("rawDataHistogram")
    percentiles = fields.table(about.get("scorePercentiles"))
    if isinstance(histogram, list) and percentiles.get("50.0") is not None:
        return Measured(
            value=fields.number(percentiles["50.0"], "scorePercentiles") * factor,
            n=max(1, _calls(histogram)),
            aggregate="median",
        )
    return Measured(
        value=fields.number(about.get("score"), "score") * factor, n=1, aggregate="mean"
    )


def _calls(histogram: list[Any]) -> int:
    """How many calls were sampled: pairs of value and count, by fork and iteration."""
    pairs = [pair for fork in histogram for iteration in fork for pair in iteration]
    return int(sum(fields.number(count, "rawDataHistogram") for _, count in pairs))
