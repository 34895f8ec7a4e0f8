"""Read every trend of the history at once: one slice of numbers per series, in commit order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from history import sql
from history.read.runs import RunFacts
from history.vcs import revisions
from history.words.key import SeriesKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    from numpy.typing import NDArray

MEASURED, SKIPPED, FAILED, INVALID = range(4)
EXACT, ABOUT, BELOW, ABOVE = range(4)
QUALIFIERS: Final = ("exact", "about", "below", "above")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Trend:
    """One series. All arrays have one entry per point, absent ones included, in commit order."""

    series_id: str
    series_key: int
    key: SeriesKey
    direction: str
    """lower, higher or none."""
    kind: str
    runs: NDArray[np.int64]
    """(n,) positions in ``Trends.runs``."""
    status: NDArray[np.uint8]
    """(n,) MEASURED, SKIPPED, FAILED or INVALID."""
    values: NDArray[np.float64]
    """(n,) aggregates in the series' unit; NaN where nothing was measured."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """(n,) ends of the 95 % intervals; NaN where there is none."""
    spread: NDArray[np.float64]
    """(n,) interquartile range of the samples; NaN below four samples."""
    n: NDArray[np.int64]
    """(n,) samples behind each point."""
    qualifier: NDArray[np.uint8]
    """(n,) EXACT, ABOUT, BELOW or ABOVE."""
    fingerprint: NDArray[np.uint64]
    """(n,) hash of the output's fingerprint; 0 where none was taken."""

    @property
    def size(self) -> int:
        """Points, absent ones included."""
        return self.values.size

    @cached_property
    def measured(self) -> NDArray[np.int64]:
        """Indices of the points that are measurements, ascending."""
        return np.flatnonzero((self.status == MEASURED) & np.isfinite(self.values))


@dataclass(frozen=True)
class Trends:
    """The whole history as numbers."""

    runs: tuple[RunFacts, ...]
    """All runs in commit order."""
    series: tuple[Trend, ...]
    """In the order in which tables list them; series without any point are left out."""
    environments: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Key to groups of fields."""
    reasons: dict[tuple[int, int], str] = field(default_factory=dict)
    """(series key, position of the run) to why there is no measurement."""
    run_keys: tuple[int, ...] = ()
    """Key of each run in the database, in the order of ``runs``."""

    def run(self, trend: Trend, index: int) -> RunFacts:
        """The run of one point of a series."""
        return self.runs[int(trend.runs[index])]

    def reason(self, trend: Trend, index: int) -> str:
        """Why a point is absent, or an empty text."""
        return self.reasons.get((trend.series_key, int(trend.runs[index])), "")

    @property
    def newest(self) -> datetime | None:
        """When the newest run with a point began: the moment that judging takes for today."""
        if not self.series:
            return None
        used = np.unique(np.concatenate([trend.runs for trend in self.series]))
        moments: list[datetime] = [self.runs[place].started_at for place in used.tolist()]
        return max(moments)

    def on_line(self, trend: Trend, index: int) -> NDArray[np.bool_]:
        """(n,) which points may be ancestors of one: its branch, or the one measured most often."""
        if len(self.branch_codes) < 2:
            return np.ones(trend.size, dtype=bool)
        own = {self.run(trend, index).branch, "", self.main_branch}
        codes = [code for name, code in self.branch_codes.items() if name in own]
        return np.isin(self._branch_of_run[trend.runs], codes)

    def aside(self, trend: Trend) -> NDArray[np.bool_]:
        """(n,) which points lie on branches that are not those of its newest one.

        None where most points do: these branches are no side tracks then, and all count.
        """
        if not trend.size:
            return np.zeros(0, dtype=bool)
        aside = ~self.on_line(trend, trend.size - 1)
        return aside if aside.sum() <= trend.size // 2 else np.zeros(trend.size, dtype=bool)

    @cached_property
    def branch_codes(self) -> dict[str, int]:
        """Branch to the number that stands for it."""
        return {name: code for code, name in enumerate(dict.fromkeys(self.branches.tolist()))}

    @cached_property
    def _branch_of_run(self) -> NDArray[np.int64]:
        codes = self.branch_codes
        return np.array([codes[name] for name in self.branches.tolist()], dtype=np.int64)

    @cached_property
    def commits(self) -> NDArray[np.object_]:
        """(runs,) hash of the commit of each run."""
        return np.array([run.commit for run in self.runs], dtype=object)

    @cached_property
    def branches(self) -> NDArray[np.object_]:
        """(runs,) branch of each run."""
        return np.array([run.branch for run in self.runs], dtype=object)

    @cached_property
    def main_branch(self) -> str:
        """The branch that was measured most often."""
        counts = Counter(self.branches.tolist()).most_common(1)
        return str(counts[0][0]) if counts else ""

    @cached_property
    def environment_keys(self) -> NDArray[np.int64]:
        """(runs,) key of the environment of each run."""
        return np.array([run.environment_key for run in self.runs], dtype=np.int64)


def read(connection: duckdb.DuckDBPyConnection, *, as_of: str | None = None) -> Trends:
    """Read the history; with ``as_of`` only what stands at or before that commit.

    Before means in commit order. A series that was measured at the commit keeps everything up to
    its last point there; any other keeps the points of commits that are not later.
    Raises UsageError when no run was made at that commit.
    """
    numbers, positions = _numbers(connection, as_of, None)
    environments = connection.execute(sql.query("judge_environments")).fetchall()
    reasons = connection.execute(sql.query("judge_reasons")).fetchall()
    return replace(
        numbers,
        environments={int(key): orjson.loads(text) for key, text in environments},
        reasons={
            (int(series), int(positions[int(run_key)])): str(reason)
            for series, run_key, reason in reasons
        },
    )


def read_series(connection: duckdb.DuckDBPyConnection, series_keys: Sequence[int]) -> Trends:
    """Only the numbers of some series, for whoever detects: without environments and reasons."""
    return _numbers(connection, None, series_keys)[0]


def read_runs(connection: duckdb.DuckDBPyConnection) -> tuple[RunFacts, ...]:
    """All runs in commit order."""
    return _runs(connection)[0]


def _numbers(
    connection: duckdb.DuckDBPyConnection, as_of: str | None, series_keys: Sequence[int] | None
) -> tuple[Trends, NDArray[np.int64]]:
    """Runs and series, and the position of the run with each key; no list of keys means all."""
    runs, positions, keys_in_order = _runs(connection)
    columns = _columns(connection, series_keys)
    keys_of_runs = columns.pop("run_key")
    columns["run"] = positions[keys_of_runs] if runs else keys_of_runs
    order = np.lexsort((columns["run"], columns["series_key"]))
    for name in columns:  # one after the other, so that no two copies of all are held
        columns[name] = columns[name][order]
    keys, starts = np.unique(columns["series_key"], return_index=True)
    ends = np.append(starts, columns["series_key"].size)[1:]
    slices = {
        int(key): slice(int(start), int(end))
        for key, start, end in zip(keys, starts, ends, strict=True)
    }
    end_of = _cut(runs, as_of) if as_of else None
    found = []
    for row in connection.execute(sql.query("judge_series")).fetchall():
        part = slices.get(int(row[0]))
        if part is None:
            continue
        if end_of is not None:
            part = slice(part.start, part.start + end_of(columns["run"][part]))
        if part.start < part.stop:
            found.append(_trend(row, columns, part))
    return Trends(runs=runs, series=tuple(found), run_keys=keys_in_order), positions


def _cut(runs: Sequence[RunFacts], as_of: str) -> Any:  # noqa: ANN401 - a local function
    """A function from the run positions of a series to how many of its points are kept."""
    commit = revisions.in_history(runs, as_of).commit
    at = np.array([position for position, run in enumerate(runs) if run.commit == commit])
    last = max(runs[int(position)].order for position in at)
    # Runs are sorted by commit, so what is not later is a prefix.
    not_later = sum(run.order <= last for run in runs)

    def kept(positions: NDArray[np.int64]) -> int:
        own = np.flatnonzero(np.isin(positions, at))
        if own.size:
            return int(own[-1]) + 1
        return int(np.searchsorted(positions, not_later))

    return kept


def _runs(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[tuple[RunFacts, ...], NDArray[np.int64], tuple[int, ...]]:
    rows = connection.execute(sql.query("judge_runs")).fetchall()
    runs = tuple(
        RunFacts(
            run_id=row[1],
            commit=row[2],
            commit_time=_EPOCH + timedelta(microseconds=row[3]),
            sequence=row[4],
            parents=tuple(row[5] or ()),
            branch=row[6],
            tag=row[7],
            started_at=_EPOCH + timedelta(microseconds=row[8]),
            environment_key=row[9],
            machine_key=row[10],
            project=row[11],
            origin=row[12],
            profile=row[13],
        )
        for row in rows
    )
    positions = np.zeros(max((row[0] for row in rows), default=0) + 1, dtype=np.int64)
    for position, row in enumerate(rows):
        positions[row[0]] = position
    return runs, positions, tuple(row[0] for row in rows)


def _columns(
    connection: duckdb.DuckDBPyConnection, series_keys: Sequence[int] | None
) -> dict[str, NDArray[Any]]:
    chosen = {"series": None if series_keys is None else list(series_keys)}
    fetched = connection.execute(sql.query("judge_points"), chosen).fetchnumpy()
    return {name: np.ma.getdata(values) for name, values in fetched.items()}


def _trend(row: tuple[Any, ...], columns: dict[str, NDArray[Any]], part: slice) -> Trend:
    q1, q3, n = columns["q1"][part], columns["q3"][part], columns["n"][part]
    status = columns["status"][part]
    return Trend(
        series_key=int(row[0]),
        series_id=row[1],
        key=SeriesKey(*row[2:9]),
        direction=row[9],
        kind=row[10],
        runs=columns["run"][part],
        status=status,
        values=np.where(status == MEASURED, columns["value"][part], np.nan),
        low=columns["low"][part],
        high=columns["high"][part],
        # Quartiles of fewer than four samples say nothing about the spread.
        spread=np.where(n >= 4, q3 - q1, np.nan),
        n=n,
        qualifier=columns["qualifier"][part],
        fingerprint=columns["fingerprint"][part],
    )
