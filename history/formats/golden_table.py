"""Write the components of the golden pipeline beside their targets and what they were before.

One Markdown table for each benchmark and variant: component, value before, value now, how many
times as fast, target, status. Targets are those in force when the newest run was recorded.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from history import sql
from history.formats.put_out import put
from history.report.review.inert import inert
from history.report.wording import numbers
from history.words import units
from history.words.errors import UsageError
from history.words.globs import matches, matches_benchmark
from history.words.key import benchmark_id, parse_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

SUITES: Final = ("golden", "golden-trace")
"""The suite, and the published trace that is imported."""
_GLOBS: Final = ("benchmark", "variant", "machine")


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


class GoldenTable:
    """Markdown of what the newest golden runs measured."""

    name = "golden-table"
    summary = "Markdown of the golden components: target, status, before and after"
    written = "the newest two golden points of every component, with targets"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """One table per benchmark and variant. Raises UsageError when nothing was measured."""
        found = components(connection)
        if not found:
            raise UsageError(
                "the history holds no golden components.",
                hint="Run `soundmark collect golden`, or import a golden trace.",
            )
        put(target, markdown(found).encode())


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
            )
        )
    return made


def _limit(environment: Any, metric: str, place: Mapping[str, str]) -> float | None:  # noqa: ANN401 - JSON
    """The limit of the target about this series, in base units; None without one."""
    for kept, written in environment.get("targets", {}).items():
        name, *pairs = kept.split(" ")
        globs = dict.fromkeys(_GLOBS, "*") | dict(pair.split("=", 1) for pair in pairs)
        if (
            name == metric
            and matches_benchmark(globs["benchmark"], place["benchmark"])
            and matches(globs["variant"], place["variant"])
            and matches(globs["machine"], place["machine"])
        ):
            return units.parse_quantity(written).value
    return None


def markdown(found: Iterable[Component]) -> str:
    """Tables under a heading each, in the order given."""
    parts = []
    for key, group in groupby(found, key=lambda one: (one.benchmark, one.variant, one.machine)):
        parts.append(_table(key, list(group)))
    return "\n".join(parts)


def _table(key: Sequence[str], rows: Sequence[Component]) -> str:
    lines = [
        f"## {inert(' '.join(part for part in key if part))}",
        "",
        "| component | before | now | faster | target | status |",
        "|---|---|---|---|---|---|",
        *(_row(one) for one in rows),
        "",
    ]
    return "\n".join(lines)


def _row(one: Component) -> str:
    before = (
        f"{numbers.value(one.value_before, one.unit)} at {inert(one.before)}" if one.before else "–"
    )
    now = f"{numbers.value(one.value, one.unit, one.qualifier)} at {inert(one.commit)}"
    target = numbers.limit(one.limit, one.unit) if one.limit is not None else "–"
    return f"| {inert(one.metric)} | {before} | {now} | {_gain(one)} | {target} | {_status(one)} |"


def _gain(one: Component) -> str:
    """How many times as good as before; a dash where the metric has no direction."""
    if not one.value_before or not one.value or one.direction not in {"lower", "higher"}:
        return "–"
    ratio = one.value_before / one.value
    return numbers.times(ratio if one.direction == "lower" else 1 / ratio)


def _status(one: Component) -> str:
    if one.limit is None or one.direction not in {"lower", "higher"}:
        return "–"
    met = one.value <= one.limit if one.direction == "lower" else one.value >= one.limit
    margin = abs(one.value / one.limit - 1) if one.limit else 0.0
    return f"{'pass' if met else 'FAIL'}, {numbers.share(margin, 0)} {'room' if met else 'beyond'}"
