"""Read the history for writers of other tools' formats: a row for each point, in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from history import sql
from history.report.wording.numbers import counted
from history.words.key import parse_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

_AT_ONCE: Final = 10_000


class Row(NamedTuple):
    """One point; numbers in base units."""

    suite: str
    benchmark: str
    params: str
    variant: str
    metric: str
    unit: str
    direction: str
    machine: str
    commit: str
    commit_time: datetime
    run_id: str
    run_time: datetime
    status: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    samples: list[float] | None
    aggregate: str | None
    interval_method: str | None
    q1: float | None
    q3: float | None
    commit_subject: str | None
    position: int

    @property
    def is_measured(self) -> bool:
        """Whether there is a value."""
        return self.status == "measured" and self.value is not None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval; what two or three samples span is none."""
        if self.low is None or self.high is None or self.interval_method == "range":
            return None
        return self.low, self.high

    def label(self) -> str:
        """Benchmark, parameters and variant on one line."""
        more = ", ".join(filter(None, (self.params, self.variant)))
        return f"{self.benchmark} [{more}]" if more else self.benchmark

    def params_by_name(self) -> dict[str, str]:
        """The parameters, in the order in which they are shown."""
        return parse_pairs(self.params)


@dataclass
class NotHeld:
    """Counts of what a format cannot hold."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, what: str, times: int = 1) -> None:
        """``what`` has braces where the number of points stands."""
        self.counts[what] += times

    def sentences(self) -> tuple[str, ...]:
        """One for each kind, such as "samples of 120 points left out"."""
        return tuple(
            f"{what.format(counted(times, 'point'))}"
            for what, times in self.counts.items()
            if times
        )


def rows(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """Every point of the history by series, and in the order of commits; a few at a time."""
    columns = ", ".join('"commit"' if name == "commit" else name for name in Row._fields)
    connection.execute(
        f"select {columns} from ({sql.query('export_points')})"  # noqa: S608 - our own words
        " order by suite, position, run_time, run_id, benchmark, params, variant, metric, machine"
    )
    while found := connection.fetchmany(_AT_ONCE):
        for one in found:
            row = Row(*one)
            # The history keeps times in UTC without saying so.
            yield row._replace(
                commit_time=row.commit_time.replace(tzinfo=UTC),
                run_time=row.run_time.replace(tzinfo=UTC),
            )
