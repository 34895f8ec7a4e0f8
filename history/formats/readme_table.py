"""Write a small table of chosen newest values, for a README."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from history import sql
from history.formats.put_out import put
from history.report.review.inert import inert
from history.report.wording import moments, names, numbers
from history.words.errors import UsageError
from history.words.globs import matches, matches_benchmark
from history.words.key import benchmark_id, parse_pairs
from history.words.metrics import headline, shown_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    import duckdb


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which rows a table has."""

    only: str = "*"
    """Glob over ``suite.benchmark[params]``."""
    metric: str = ""
    """Glob over metrics; empty: the one that introduces each benchmark."""
    machine: str = "*"


class _Row(NamedTuple):
    suite: str
    benchmark: str
    params: str
    variant: str
    metric: str
    unit: str
    machine: str
    commit_sha: str
    started_at: datetime
    value: float | None
    low: float | None
    high: float | None
    qualifier: str
    status: str

    @property
    def name(self) -> str:
        return benchmark_id(self.suite, self.benchmark, parse_pairs(self.params))

    @property
    def when(self) -> str:
        return f"{names.short(self.commit_sha)}, {moments.day(self.started_at)}"


class ReadmeTable:
    """Markdown of the newest values."""

    name = "readme-table"
    summary = "Markdown table of the newest values, as for a README: --into keeps one up to date"
    written = "the newest point of each chosen series, with commit, date and machine"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """The metric that introduces each benchmark. Raises UsageError when there is none."""
        put(target, table(connection, Chosen()).encode())


def table(connection: duckdb.DuckDBPyConnection, chosen: Chosen) -> str:
    """The lines of the table, and one of where and when it was measured; the last one ends.

    Raises UsageError when nothing that was measured is chosen.
    """
    read = connection.execute(sql.query("readme_rows")).fetchall()
    rows = list(_chosen([_Row(*one) for one in read], chosen))
    if not rows:
        raise UsageError(
            f"the history has no point of --only '{chosen.only}' --metric "
            f"'{chosen.metric or 'the one that introduces each benchmark'}' --machine "
            f"'{chosen.machine}'.",
            hint='`soundmark history query "select distinct suite, benchmark, metric from '
            'latest"` lists what there is.',
        )
    return f"{_table(rows)}\n{_caption(rows)}\n"


def _chosen(rows: Sequence[_Row], chosen: Chosen) -> Iterable[_Row]:
    leading: dict[tuple[str, str, str], str] = {}
    if not chosen.metric:
        metrics: dict[tuple[str, str, str], set[str]] = {}
        for row in rows:
            metrics.setdefault(row[:3], set()).add(row.metric)
        leading = {one: headline(found) for one, found in metrics.items()}
    for row in rows:
        is_metric = matches(chosen.metric, row.metric) if chosen.metric else (
            leading[row[:3]] == row.metric
        )  # fmt: skip
        if (
            is_metric
            and matches_benchmark(chosen.only, row.name)
            and matches(chosen.machine, row.machine)
        ):
            yield row


def _table(rows: Sequence[_Row]) -> str:
    """Columns whose cells are all alike are left to the caption, or say nothing."""
    columns: list[tuple[str, Callable[[_Row], str]]] = [("benchmark", lambda row: row.name)]
    if len({row.variant for row in rows}) > 1:
        columns.append(("variant", lambda row: names.variant(row.variant)))
    columns += [("metric", lambda row: row.metric), ("value", _value), ("95 % interval", _interval)]
    if len({row.machine for row in rows}) > 1:
        columns.append(("machine", lambda row: row.machine))
    if len({row.when for row in rows}) > 1:
        columns.append(("measured", lambda row: row.when))
    lines = [[title for title, _ in columns], ["---"] * len(columns)]
    lines += [[inert(cell(row)) for _, cell in columns] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _value(row: _Row) -> str:
    if row.status != "measured":
        return row.status
    return numbers.value(row.value, shown_in(row.metric, row.unit), row.qualifier)


def _interval(row: _Row) -> str:
    return numbers.interval(row.low, row.high, shown_in(row.metric, row.unit))


def _caption(rows: Sequence[_Row]) -> str:
    newest = max(rows, key=lambda row: (row.started_at, row.commit_sha))
    machines = sorted({row.machine for row in rows})
    where = inert(machines[0]) if len(machines) == 1 else numbers.counted(len(machines), "machine")
    commit, day = inert(names.short(newest.commit_sha)), moments.day(newest.started_at)
    is_one = len({row.when for row in rows}) == 1
    told = f"Measured at {commit} on {day}" if is_one else f"Newest: {commit} on {day}"
    return f"{told}, on {where}, by soundmark."
