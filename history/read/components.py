"""Read the components of the golden pipeline with their targets and previous values."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from history import addresses, sql
from history.words import units
from history.words.globs import matches, matches_benchmark
from history.words.key import benchmark_id, parse_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

SUITES: Final = ("golden", "golden-trace")
"""The suite, and the published trace that is imported."""
_GLOBS: Final = ("benchmark", "variant", "machine")
_PARTS: Final = re.compile(rf" (?=(?:{'|'.join(_GLOBS)})=)")
"""Separator in ``history.judge.kept_limits.key_of``; a glob may hold spaces."""


class Component(NamedTuple):
    """One metric of one benchmark."""

    benchmark: str
    """``suite.benchmark[params]``."""
    variant: str
    machine: str
    metric: str
    unit: str
    direction: str
    commit: str
    value: float
    qualifier: str
    before: str
    """Commit of the value before; empty without one."""
    value_before: float | None
    limit: float | None
    """Limit in force when the newest run was recorded, in base units."""
    page: str = ""
    """Address of the benchmark."""

    @property
    def has_direction(self) -> bool:
        """Whether the metric has a better direction."""
        return self.direction in {"lower", "higher"}

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None when unknown."""
        if self.limit is None or not self.has_direction:
            return None
        return self.value <= self.limit if self.direction == "lower" else self.value >= self.limit

    @property
    def speedup(self) -> float | None:
        """Factor of improvement; None without a previous value or a direction."""
        if not self.value_before or not self.value or not self.has_direction:
            return None
        ratio = self.value_before / self.value
        return ratio if self.direction == "lower" else 1 / ratio


def components(connection: duckdb.DuckDBPyConnection) -> list[Component]:
    """The newest point of every component, with the one before it and its target."""
    rows = connection.execute(sql.query("golden_table"), {"suites": list(SUITES)}).fetchall()
    made = []
    for key, points in groupby(rows, key=lambda row: row[:8]):
        suite, benchmark, params, variant, machine, metric, unit, direction = key
        *older, newest = points
        named = benchmark_id(suite, benchmark, parse_pairs(params))
        place = {"benchmark": named, "variant": variant, "machine": machine}
        made.append(
            Component(
                benchmark=named,
                variant=variant,
                machine=machine,
                metric=metric,
                unit=unit,
                direction=direction,
                commit=newest[8],
                value=float(newest[9]),
                qualifier=newest[10] or "",
                before=older[-1][8] if older else "",
                value_before=float(older[-1][9]) if older else None,
                limit=_limit(msgspec.json.decode(newest[11]), metric, place),
                page=addresses.benchmark(suite, benchmark, parse_pairs(params)),
            )
        )
    return made


def _limit(environment: Any, metric: str, place: Mapping[str, str]) -> float | None:  # noqa: ANN401 - JSON
    """The limit of the target about this series, in base units; None without one."""
    for kept, written in environment.get("targets", {}).items():
        name, *pairs = _PARTS.split(kept)
        globs = dict.fromkeys(_GLOBS, "*") | dict(pair.split("=", 1) for pair in pairs)
        if (
            name == metric
            and matches_benchmark(globs["benchmark"], place["benchmark"])
            and matches(globs["variant"], place["variant"])
            and matches(globs["machine"], place["machine"])
        ):
            return units.parse_quantity(written).value
    return None
