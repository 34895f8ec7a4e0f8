"""Gather the lines of one benchmark in one variant: the values of every item, in base units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from history.formats import fields, runs
from history.formats.fields import RefuseError
from history.formats.interface import Context, SeriesKind
from history.formats.outcomes import in_base_unit, measured, metric_of
from history.formats.series_kinds import SeriesKinds
from history.formats.soundmark_lines.line import Line, Reading
from history.words.metrics import Direction, Metric, registry
from history.words.records import Failed, Invalid, Point, Skipped, Variant

SUITE: Final = "lines"
TOTAL: Final = "total_time"
UNATTRIBUTED: Final = "unattributed_time"

_ABSENCES: Final[dict[str, Callable[..., Skipped | Failed | Invalid]]] = {
    "skipped": Skipped,
    "failed": Failed,
    "invalid": Invalid,
}

Values = dict[str, list[float]]
"""Metric -> one value per repeat, in base units."""
Kinds = dict[str, tuple[str, Direction]]
"""Metric -> base unit and direction."""


@dataclass
class Group:
    """All lines of one benchmark in one variant."""

    benchmark: str
    params: dict[str, str]
    variant: Variant
    by_item: dict[str, Values] = field(default_factory=dict)
    """Item, or the empty text -> its values."""
    facts: dict[str, dict[str, float | int | str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)
    stages: set[str] = field(default_factory=set)
    absent: dict[tuple[str, str], list[Skipped | Failed | Invalid]] = field(default_factory=dict)
    """(item, metric) -> why, once for each line that says so."""


class Groups:
    """The groups of one text, in the order in which they begin."""

    def __init__(self, context: Context) -> None:
        """``context`` knows the project's metrics and the units of the history."""
        self._metrics = {**context.metrics, **registry()}
        self._series = SeriesKinds(context.series)
        self.flagged: dict[str, None] = {}
        self._suite = context.suite or SUITE
        self._machine = runs.machine_of(None, context)
        self._found: dict[tuple[object, ...], Group] = {}

    def __iter__(self) -> Iterator[Group]:
        """Those with anything in them."""
        return iter(self._found.values())

    def take(self, line: Line) -> bool:
        """Add the values of one line; False for a warm-up.

        Raises RefuseError before anything of it is kept.
        """
        variant = fields.variant_of({key: _text(value) for key, value in line.variant.items()})
        params = {key: _text(value) for key, value in line.params.items()}
        key = (line.benchmark, tuple(sorted(params.items())), variant)
        group = self._found.get(key) or Group(line.benchmark, params, variant)
        if line.status is not None:
            for metric in (*line.stages, *line.metrics):
                absence = _ABSENCES[line.status](reason=line.reason)
                group.absent.setdefault((line.item, metric), []).append(absence)
            self._found[key] = group
            return True
        kinds: Kinds = {}
        found = self._values(line, kinds)
        for metric, kind in kinds.items():
            self._check_kind(group, metric, SeriesKind(*kind))
        if line.warmup:
            return False
        self._found[key] = group
        _keep(group, line, found, kinds)
        return True

    def _check_kind(self, group: Group, metric: str, kind: SeriesKind) -> None:
        """Raise RefuseError when the group, or the history, has the metric in another unit."""
        if metric in self._metrics and self._metrics[metric].unit:
            return  # held to its own unit already
        point = Point(
            suite=self._suite,
            benchmark=group.benchmark,
            params=group.params,
            variant=group.variant,
            metric=metric,
            outcome=measured([0.0]),
        )
        if odd := self._series.check(point, kind, self._machine):
            self.flagged[odd] = None

    def _values(self, line: Line, kinds: Kinds) -> Values:
        """Every value of one line; with stages also what is left of the total."""
        found: Values = {}
        for metric, written in (*line.stages.items(), *line.metrics.items()):
            if metric in found:
                raise RefuseError(f"{metric} is both a stage and a metric")
            found[metric] = _values_of(metric, written, self._metrics.get(metric), kinds)
        for stage in line.stages:
            if len(found[stage]) != 1:
                raise RefuseError("a stage has one value per line: one line is one repeat")
            unit, _ = kinds[stage]
            if unit not in {"s", ""}:
                raise RefuseError(f'{stage}: a stage is a time, found "{unit}"')
            if not unit:  # a name of the program's own: its stages are seconds, like all of them
                kinds[stage] = ("s", Direction.LOWER)
        if line.stages:
            spent = sum(found[stage][0] for stage in line.stages)
            total = found.setdefault(TOTAL, [spent])
            if len(total) != 1:
                raise RefuseError(f"{TOTAL} has one value per line when there are stages")
            found[UNATTRIBUTED] = [total[0] - spent]
            kinds[TOTAL] = metric_of(TOTAL, "s")
            kinds[UNATTRIBUTED] = ("s", Direction.NONE)
        return found


def _values_of(
    metric: str,
    written: float | list[float] | Reading | None,
    known: Metric | None,
    kinds: Kinds,
) -> list[float]:
    if written is None:
        raise RefuseError(f'{metric}: null needs a "status" and a "reason"')
    reading = written if isinstance(written, Reading) else Reading()
    stated: Any = written
    if isinstance(written, Reading):
        if (reading.value is None) == (reading.samples is None):
            raise RefuseError(f'{metric}: expected either "value" or "samples"')
        stated = reading.value if reading.samples is None else reading.samples
    values = list(stated) if isinstance(stated, list) else [stated]
    if not values:
        raise RefuseError(f"{metric}: expected at least one sample")
    numbers = [
        in_base_unit(fields.number(value, metric), metric, reading.unit, known) for value in values
    ]
    kinds[metric] = metric_of(metric, reading.unit, reading.direction, known)
    return numbers


def _keep(group: Group, line: Line, found: Values, kinds: Kinds) -> None:
    for metric, kind in kinds.items():
        group.kinds.setdefault(metric, kind)
    group.stages.update(line.stages)
    kept = group.by_item.setdefault(line.item, {})
    for metric, values in found.items():
        kept.setdefault(metric, []).extend(values)
    if line.item:
        group.facts.setdefault(line.item, {}).update(line.facts)
    if line.text:
        group.texts[line.item] = line.text
    if line.fingerprint:
        group.fingerprints[line.item] = line.fingerprint


def _text(value: object) -> str:
    """``2`` and ``2.0`` as "2", true as "true": parameters are text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
