"""Targets and thresholds of a project, parsed to numbers and checked."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

from history.words import units
from history.words.errors import ConfigError, UsageError
from history.words.key import SeriesKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.project.tables import TargetTable, ThresholdTable
    from history.words.metrics import DefaultThreshold, Metric
    from history.words.units import Quantity

RELEASE: Final = "release:"
"""Prefix of a baseline that is a release; its tag follows."""


@dataclass(frozen=True, slots=True)
class Target:
    """One line of the SLA table."""

    name: str
    metric: str
    limit: Quantity
    """In base units; without a unit where the metric has none or its unit is not known here."""
    benchmark: str = "*"
    """Glob over ``suite.benchmark[params]``."""
    variant: str = "*"
    machine: str = "*"
    profile: str = ""
    """The one profile that measures it; empty: any."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A gate that may fail a build on one point; exactly one of the two limits is set."""

    name: str
    metric: str = "*"
    benchmark: str = "*"
    variant: str = "*"
    machine: str = "*"
    worse_by: float | None = None
    """Share by which a point may be worse than its baseline: 0.2 is 20 %."""
    limit: Quantity | None = None
    severity: str = "fail"
    """fail or warn."""
    baseline: str = "median"
    """median, parent, or ``release:TAG``."""


def asked_for(
    benchmark: str, variant: str, metric: str, machine: str, limit: Quantity | None
) -> SeriesKey:
    """The globs of a rule as a series key, for a rule that matches no series."""
    return SeriesKey(
        suite="",
        benchmark=benchmark,
        params="",
        variant="" if variant == "*" else variant,
        metric=metric,
        unit="" if limit is None else limit.unit,
        machine="" if machine == "*" else machine,
    )


def targets(
    tables: Sequence[TargetTable], metrics: Mapping[str, Metric], where: str
) -> tuple[Target, ...]:
    """The ``[[target]]`` tables; ``where`` is the file. Raises ConfigError naming the key."""
    for position, table in enumerate(tables):
        _check_metric(table.metric, metrics, f"{where}: target[{position}].metric")
    return tuple(
        Target(
            name=table.name
            or " ".join(part for part in (table.benchmark.strip("*. "), table.metric) if part),
            metric=table.metric,
            limit=limit_of(
                table.limit, metrics.get(table.metric), f"{where}: target[{position}].limit"
            ),
            benchmark=table.benchmark,
            variant=table.variant,
            machine=table.machine,
            profile=table.profile,
        )
        for position, table in enumerate(tables)
    )


def thresholds(
    tables: Sequence[ThresholdTable], metrics: Mapping[str, Metric], where: str
) -> tuple[Threshold, ...]:
    """The ``[[threshold]]`` tables, in the same way."""
    return tuple(
        _threshold(table, metrics, f"{where}: threshold[{position}]")
        for position, table in enumerate(tables)
    )


def _threshold(table: ThresholdTable, metrics: Mapping[str, Metric], where: str) -> Threshold:
    if bool(table.worse_by) == bool(table.limit):
        raise ConfigError(f"{where}: expected either `worse_by` or `limit`, not both, not none.")
    worse_by = share(table.worse_by, f"{where}.worse_by") if table.worse_by else None
    limit = None
    if table.limit:
        limit = limit_of(table.limit, metrics.get(table.metric), f"{where}.limit")
    if table.severity not in {"fail", "warn"}:
        raise ConfigError(f'{where}.severity: expected "fail" or "warn", found "{table.severity}".')
    if not is_baseline(table.baseline):
        raise ConfigError(
            f'{where}.baseline: expected "median", "parent" or "release:TAG", '
            f'found "{table.baseline}".'
        )
    return Threshold(
        name=table.name,
        metric=table.metric,
        benchmark=table.benchmark,
        variant=table.variant,
        machine=table.machine,
        worse_by=worse_by,
        limit=limit,
        severity=table.severity,
        baseline=table.baseline,
    )


def of_default(rule: DefaultThreshold) -> Threshold:
    """A default threshold of a suite as one of a configuration."""
    where = f'default threshold "{rule.name}"'
    return Threshold(
        name=rule.name,
        metric=rule.metric,
        benchmark=f"{rule.suite}.*",
        variant=rule.variant,
        worse_by=share(rule.worse_by, f"{where}.worse_by") if rule.worse_by else None,
        limit=limit_of(rule.limit, None, f"{where}.limit") if rule.limit else None,
        severity=rule.severity,
    )


def is_baseline(text: str) -> bool:
    """Whether this names a baseline: ``median``, ``parent`` or ``release:TAG``."""
    return text in {"median", "parent"} or (text.startswith(RELEASE) and text != RELEASE)


def share(text: str, where: str) -> float:
    """``"20 %"`` or ``"0.2"`` -> 0.2, never below zero; raises ConfigError naming the place."""
    quantity = _quantity(text, where)
    # A bare 20 is a forgotten sign far more often than it is twenty times as much.
    is_bare = quantity.unit == "" and quantity.value > 1
    if quantity.unit not in {"x", ""} or quantity.value < 0 or is_bare:
        raise ConfigError(
            f'{where}: expected a share such as "20 %", found "{text}".',
            hint=f'Write "{text} %".' if is_bare else "",
        )
    return quantity.value


def size_bytes(text: str, where: str) -> float | None:
    """``"1 GB"`` -> 1e9; None for an empty text, which is no limit. Raises ConfigError."""
    if not text:
        return None
    quantity = _quantity(text, where)
    if quantity.unit != "B" or quantity.value <= 0:
        raise ConfigError(f'{where}: expected a size such as "1 GB", found "{text}".')
    return quantity.value


def takes_bare(unit: str) -> bool:
    """Whether a bare number is a quantity of this unit: without a unit, or of an unknown one."""
    return unit in {"", "count", "x"} or not units.is_known(unit)


def fits(limit: Quantity, unit: str) -> bool:
    """Whether a limit is a quantity of this unit; zero needs none."""
    is_bare = not limit.unit and (limit.value == 0 or takes_bare(unit))
    return limit.unit == unit or is_bare


def limit_of(text: str, metric: Metric | None, where: str) -> Quantity:
    """A limit in base units, checked against the unit of its metric where that is known."""
    quantity = _quantity(text, where)
    if quantity.value < 0:
        raise ConfigError(f'{where}: expected a limit of zero or more, found "{text}".')
    if metric is not None and metric.unit and quantity.unit not in {metric.unit, ""}:
        raise ConfigError(
            f'{where}: {metric.name} is measured in "{metric.unit}", found "{text}".',
            hint=f'Write it with a unit of that kind, such as "{_example(metric.unit)}".',
        )
    is_bare = not quantity.unit and quantity.value != 0
    if metric is not None and is_bare and not takes_bare(metric.unit):
        raise ConfigError(
            f'{where}: expected a quantity such as "{_example(metric.unit)}", found "{text}".',
            hint="Add the unit.",
        )
    return quantity


def _quantity(text: str, where: str) -> Quantity:
    try:
        found = units.parse_quantity(text)
    except UsageError as error:
        raise ConfigError(f"{where}: {error.message}", hint=error.hint) from None
    if not isfinite(found.value):
        raise ConfigError(f'{where}: "{text}" is larger than any number here.')
    return found


def _check_metric(name: str, metrics: Mapping[str, Metric], where: str) -> None:
    """Refuse a name that is nearly that of a known metric: most likely it is misspelt."""
    near = difflib.get_close_matches(name, metrics, n=1, cutoff=0.85)
    if name not in metrics and near:
        raise ConfigError(
            f'{where}: there is no metric "{name}". Did you mean "{near[0]}"?',
            hint="A metric of your own whose name is much like it is declared in [metrics.NAME].",
        )


def _example(unit: str) -> str:
    return {"s": "120 ms", "B": "145 MB", "x": "1.8 x"}.get(unit, f"1 {unit}")
