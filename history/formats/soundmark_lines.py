"""Read soundmark's own JSON lines: what a program in any language can print about itself.

One line is one repeat of one benchmark, or of one item of it. ``docs/suites/command.md`` describes
the format and ``docs/schemas/soundmark-lines.schema.json`` checks it. Lines of other output between
them are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Parsed, Refused
from history.formats.outcomes import in_base_unit, measured, metric_of
from history.words.metrics import Direction, find, over_items
from history.words.records import Failed, Invalid, Item, Outcome, Point, Skipped, Variant

SUITE: Final = "lines"
MARK: Final = '"soundmark"'
TOTAL: Final = "total_time"
UNATTRIBUTED: Final = "unattributed_time"

_ABSENCES: Final[dict[str, Callable[..., Skipped | Failed | Invalid]]] = {
    "skipped": Skipped,
    "failed": Failed,
    "invalid": Invalid,
}


class Reading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number with what is known about it."""

    value: float | None = None
    samples: list[float] | None = None
    """Several repeats at once, in order of time; instead of ``value``."""
    unit: str = ""
    """Empty takes the metric's base unit: seconds, bytes."""
    direction: Direction | None = None
    """Only for metrics that the registry does not know."""


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line."""

    soundmark: Literal[1]
    """Version of the format; also what tells such a line from other output."""
    benchmark: str = ""
    params: dict[str, str | float | bool] = {}
    variant: dict[str, str | float] = {}
    item: str = ""
    facts: dict[str, str | float] = {}
    """About the item, such as its duration."""
    stages: dict[str, float | Reading] = {}
    """Times of the parts of this repeat, in order; the rest of the total is unattributed."""
    metrics: dict[str, float | list[float] | Reading | None] = {}
    """null only in a line with a status: the metrics that are absent."""
    fingerprint: str = ""
    """Hash of the output; equal work has equal fingerprints."""
    text: str = ""
    warmup: bool = False
    """The repeat was made and does not count."""
    status: Literal["skipped", "failed", "invalid"] | None = None
    reason: str = ""


_decoder: Final = msgspec.json.Decoder(Line)

Values = dict[str, list[float]]
"""Metric -> one value per repeat, in base units."""


@dataclass
class _Group:
    """All lines of one benchmark in one variant."""

    params: dict[str, str]
    variant: Variant
    by_item: dict[str, Values] = field(default_factory=dict)
    """Item, or the empty text -> its values."""
    facts: dict[str, dict[str, float | int | str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, tuple[str, Direction]] = field(default_factory=dict)
    """Metric -> base unit and direction."""
    absent: dict[str, Skipped | Failed | Invalid] = field(default_factory=dict)


class SoundmarkLines:
    """What a program printed, or wrote to a file."""

    name = "soundmark-lines"
    summary = 'one JSON object per line with "soundmark": 1'
    repeats_itself = False

    def recognise(self, head: str) -> bool:
        """Whether any complete line is one of ours."""
        return any(_is_ours(line) for line in head.splitlines())

    def parse(self, text: str, name: str = "") -> Parsed:
        """Points and items of all lines; repeats of one benchmark are the samples of one point.

        With items, the k-th repeat of a benchmark is the k-th of every item: times add up, memory
        is the highest, anything else the mean.
        """
        del name
        groups: dict[tuple[object, ...], _Group] = {}
        names: dict[tuple[object, ...], str] = {}
        refused: list[Refused] = []
        read = 0
        for number, line in enumerate(text.splitlines(), start=1):
            if not _is_ours(line):
                continue
            read += 1
            try:
                one = _decode(line)
                variant = fields.variant_of({key: _text(v) for key, v in one.variant.items()})
                params = {key: _text(value) for key, value in one.params.items()}
                key: tuple[object, ...] = (one.benchmark, tuple(sorted(params.items())), variant)
                group = groups.setdefault(key, _Group(params, variant))
                names[key] = one.benchmark
                _take(group, one)
            except RefuseError as error:
                refused.append(Refused(number, str(error)))
        flagged: dict[str, None] = {}
        points: list[Point] = []
        items: list[Item] = []
        for place, group in groups.items():
            points += _points(names[place], group, flagged)
            items += _items(names[place], group)
        return Parsed(
            points=tuple(points),
            items=tuple(items),
            rows_read=read,
            refused=tuple(refused),
            flagged=tuple(flagged),
        )


def _is_ours(line: str) -> bool:
    return line.lstrip().startswith("{") and MARK in line


def _decode(line: str) -> Line:
    try:
        one = _decoder.decode(line.strip())
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise RefuseError(f"{error}") from None
    if one.status is not None and not one.reason:
        raise RefuseError(f'"status": "{one.status}" needs a "reason"')
    if not one.metrics and not one.stages:
        raise RefuseError('expected at least one of "metrics" and "stages"')
    return one


def _take(group: _Group, line: Line) -> None:
    """Add the values of one line. Everything is checked before anything is kept."""
    if line.status is not None:
        for metric in (*line.stages, *line.metrics):
            group.absent[metric] = _ABSENCES[line.status](reason=line.reason)
        return
    found = _found(group, line)
    if line.warmup:
        return
    kept = group.by_item.setdefault(line.item, {})
    for metric, values in found.items():
        kept.setdefault(metric, []).extend(values)
    if line.item:
        group.facts.setdefault(line.item, {}).update(line.facts)
    if line.text:
        group.texts[line.item] = line.text
    if line.fingerprint:
        group.fingerprints[line.item] = line.fingerprint


def _found(group: _Group, line: Line) -> Values:
    """Every value of one line; with stages also what is left of the total."""
    found: Values = {}
    for metric, written in (*line.stages.items(), *line.metrics.items()):
        if metric in found:
            raise RefuseError(f"{metric} is both a stage and a metric")
        found[metric] = _values(group, metric, written)
    stages = [found[stage] for stage in line.stages]
    if any(len(values) != 1 for values in stages):
        raise RefuseError("a stage has one value per line: one line is one repeat")
    if stages:
        spent = sum(values[0] for values in stages)
        total = found.setdefault(TOTAL, [spent])
        if len(total) != 1:
            raise RefuseError(f"{TOTAL} has one value per line when there are stages")
        found[UNATTRIBUTED] = [total[0] - spent]
        group.kinds[TOTAL] = metric_of(TOTAL, "s")
        group.kinds[UNATTRIBUTED] = ("s", Direction.NONE)
    return found


def _values(
    group: _Group, metric: str, written: float | list[float] | Reading | None
) -> list[float]:
    if written is None:
        raise RefuseError(f'{metric}: null needs a "status" and a "reason"')
    reading = written if isinstance(written, Reading) else None
    unit = reading.unit if reading is not None else ""
    stated: Any = written
    if reading is not None:
        if (reading.value is None) == (reading.samples is None):
            raise RefuseError(f'{metric}: expected either "value" or "samples"')
        stated = reading.value if reading.samples is None else reading.samples
    values = list(stated) if isinstance(stated, list) else [stated]
    if not values:
        raise RefuseError(f"{metric}: expected at least one sample")
    direction = reading.direction if reading is not None else None
    kind = metric_of(metric, unit, direction)
    if group.kinds.setdefault(metric, kind)[0] != kind[0]:
        raise RefuseError(f'{metric}: was "{group.kinds[metric][0]}" before, now "{kind[0]}"')
    return [in_base_unit(fields.number(value, metric), metric, unit) for value in values]


def _points(benchmark: str, group: _Group, flagged: dict[str, None]) -> Iterator[Point]:
    values = _over_items(benchmark, group, flagged)
    outcomes: dict[str, Outcome] = {
        metric: measured(samples) for metric, samples in values.items() if samples
    }
    for metric, absence in group.absent.items():
        outcomes.setdefault(metric, absence)
    whole = group.fingerprints.get("", "")
    for metric, outcome in outcomes.items():
        unit, direction = group.kinds.get(metric) or metric_of(metric, "")
        known = find(metric).unit != ""
        yield Point(
            suite=SUITE,
            benchmark=benchmark,
            metric=metric,
            params=group.params,
            variant=group.variant,
            outcome=outcome,
            unit="" if known else unit,
            direction=None if known else direction,
            fingerprint=whole,
        )


def _over_items(benchmark: str, group: _Group, flagged: dict[str, None]) -> Values:
    """One value per repeat of the whole benchmark."""
    named = {item: values for item, values in group.by_item.items() if item}
    found: Values = {}
    for metric in dict.fromkeys(name for values in named.values() for name in values):
        columns = [values[metric] for values in named.values() if metric in values]
        if len(columns) < len(named):
            flagged[f"{benchmark}: {metric} is missing for some items; it has no total"] = None
            continue
        repeats = min(map(len, columns))
        if any(len(column) != repeats for column in columns):
            flagged[f"{benchmark}: items have different numbers of repeats; {repeats} count"] = None
        found[metric] = [
            over_items(metric, [column[k] for column in columns]) for k in range(repeats)
        ]
    for metric, samples in group.by_item.get("", {}).items():
        found[metric] = samples  # what the program says about the whole comes before a sum
    return found


def _items(benchmark: str, group: _Group) -> Iterator[Item]:
    for item, values in group.by_item.items():
        if not item:
            continue
        yield Item(
            suite=SUITE,
            benchmark=benchmark,
            item=fields.without_folders(item),
            params=group.params,
            variant=group.variant,
            facts=group.facts.get(item, {}),
            values={name: measured(samples).value for name, samples in values.items()},
            samples={name: tuple(samples) for name, samples in values.items()},
            fingerprint=group.fingerprints.get(item, ""),
            text=group.texts.get(item, ""),
        )


def _text(value: object) -> str:
    """``2`` and ``2.0`` as "2", true as "true": parameters are text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def schema() -> Mapping[str, Any]:
    """The JSON Schema of one line, made from the types that read it."""
    made = msgspec.json.schema(Line)
    made["$defs"]["Line"]["dependentRequired"] = {"status": ["reason"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of soundmark's JSON lines",
        **made,
    }
