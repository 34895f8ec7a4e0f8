"""Read what is known, everything or as of a commit: runs, series and points, in one sweep."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from history import sql
from history.read import runs as reading
from history.read.series import MEASURED, Series
from history.vcs import revisions
from history.words.key import SeriesKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray

    from history.read.runs import Run
    from history.words.records import Commit

    Remarks = dict[int, dict[int, tuple[str, tuple[str, ...]]]]
    """Series key to position of the run to reason and warnings."""


@dataclass(frozen=True)
class View:
    """The history as numbers: all of it, or what was known at a commit."""

    runs: tuple[Run, ...]
    """In commit order; the place of a run here is its position everywhere."""
    series: tuple[Series, ...]
    """In the order in which tables list them; series without any point are left out."""
    environments: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Key to groups of fields."""
    as_of: Commit | None = None
    """The commit after which nothing is known; None where everything is."""

    def run(self, series: Series, index: int) -> Run:
        """The run of one point of a series."""
        return self.runs[int(series.runs[index])]

    @cached_property
    def positions(self) -> Mapping[int, int]:
        """Key of a run in the database to its position."""
        return {run.run_key: run.position for run in self.runs}

    @cached_property
    def counting(self) -> tuple[Run, ...]:
        """The runs that are not left out of trends."""
        return tuple(run for run in self.runs if not run.left_out)

    @property
    def newest(self) -> datetime | None:
        """When the newest run with a point began: the moment that judging takes for today."""
        if not self.series:
            return None
        used = np.unique(np.concatenate([series.runs for series in self.series]))
        moments: list[datetime] = [self.runs[place].started_at for place in used.tolist()]
        return max(moments)

    def on_line(self, series: Series, index: int) -> NDArray[np.bool_]:
        """(n,) which points may be ancestors of one: its branch, or the one measured most often."""
        if len(self._branch_codes) < 2:
            return np.ones(series.size, dtype=bool)
        own = {self.run(series, index).commit.branch, "", self.main_branch}
        codes = [code for name, code in self._branch_codes.items() if name in own]
        return np.isin(self._branch_of_run[series.runs], codes)

    def aside(self, series: Series) -> NDArray[np.bool_]:
        """(n,) which points lie on branches that are not those of its newest one.

        None where most points do: these branches are no side tracks then, and all count.
        """
        if not series.size:
            return np.zeros(0, dtype=bool)
        aside = ~self.on_line(series, series.size - 1)
        return aside if aside.sum() <= series.size // 2 else np.zeros(series.size, dtype=bool)

    @cached_property
    def _branch_codes(self) -> dict[str, int]:
        """Branch to the number that stands for it."""
        names = dict.fromkeys(run.commit.branch for run in self.runs)
        return {name: code for code, name in enumerate(names)}

    @cached_property
    def _branch_of_run(self) -> NDArray[np.int64]:
        codes = self._branch_codes
        return np.array([codes[run.commit.branch] for run in self.runs], dtype=np.int64)

    @cached_property
    def commits(self) -> NDArray[np.object_]:
        """(runs,) hash of the commit of each run."""
        return np.array([run.commit.sha for run in self.runs], dtype=object)

    @cached_property
    def main_branch(self) -> str:
        """The branch that was measured most often."""
        counts = Counter(run.commit.branch for run in self.runs).most_common(1)
        return counts[0][0] if counts else ""

    @cached_property
    def environment_keys(self) -> NDArray[np.int64]:
        """(runs,) key of the environment of each run."""
        return np.array([run.environment_key for run in self.runs], dtype=np.int64)


def read(
    connection: duckdb.DuckDBPyConnection, *, as_of: str | None = None, root: Path | None = None
) -> View:
    """Read the history; with ``as_of`` only what stands at or before that commit.

    The commit is named by its hash, a tag or a branch, or, with the folder ``root`` of a
    repository, by whatever git knows. Before means in commit order. A series that was measured at
    the commit keeps everything up to its last point there; any other keeps the points of commits
    that are not later. Raises UsageError when no run was made at that commit.
    """
    runs = reading.read(connection)
    commit = _resolved(runs, as_of, root) if as_of else None
    environments = connection.execute(sql.query("environments")).fetchall()
    return View(
        # Runs are sorted by commit, so what is not later is a prefix.
        runs=runs if commit is None else runs[: _not_later(runs, commit)],
        series=_series(connection, runs, commit, None, _remarks(connection, runs)),
        environments={int(key): orjson.loads(text) for key, text in environments},
        as_of=commit,
    )


def read_series(connection: duckdb.DuckDBPyConnection, series_keys: Sequence[int]) -> View:
    """Only the numbers of some series, for whoever detects: without environments and remarks."""
    runs = reading.read(connection)
    return View(runs=runs, series=_series(connection, runs, None, series_keys, {}))


def _resolved(runs: Sequence[Run], name: str, root: Path | None) -> Commit:
    found = revisions.exactly(runs, name, root) if root else revisions.in_history(runs, name)
    own = [run for run in runs if run.commit.sha == found.commit]
    return max(own, key=lambda run: run.place).commit


def _not_later(runs: Sequence[Run], commit: Commit) -> int:
    """How many runs were made at commits that are not later than this one."""
    last = max(run.place for run in runs if run.commit.sha == commit.sha)
    return sum(run.place <= last for run in runs)


def _series(
    connection: duckdb.DuckDBPyConnection,
    runs: Sequence[Run],
    as_of: Commit | None,
    series_keys: Sequence[int] | None,
    remarks: Remarks,
) -> tuple[Series, ...]:
    """Every series with a point, up to a commit; no list of keys means all."""
    columns = _columns(connection, series_keys)
    keys_of_runs = columns.pop("run_key")
    positions = np.zeros(max((run.run_key for run in runs), default=0) + 1, dtype=np.int64)
    for run in runs:
        positions[run.run_key] = run.position
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
    kept = _kept(runs, as_of) if as_of else None
    found = []
    for row in connection.execute(sql.query("series")).fetchall():
        part = slices.get(int(row[0]))
        if part is None:
            continue
        if kept is not None:
            part = slice(part.start, part.start + kept(columns["run"][part]))
        if part.start < part.stop:
            found.append(_one(row, columns, part, remarks.get(int(row[0]), {})))
    return tuple(found)


def _kept(runs: Sequence[Run], as_of: Commit) -> Callable[[NDArray[np.int64]], int]:
    """A function from the run positions of a series to how many of its points are kept."""
    at = np.array([run.position for run in runs if run.commit.sha == as_of.sha])
    not_later = _not_later(runs, as_of)

    def kept(positions: NDArray[np.int64]) -> int:
        own = np.flatnonzero(np.isin(positions, at))
        if own.size:
            return int(own[-1]) + 1
        return int(np.searchsorted(positions, not_later))

    return kept


def _remarks(connection: duckdb.DuckDBPyConnection, runs: Sequence[Run]) -> Remarks:
    positions = {run.run_key: run.position for run in runs}
    found: Remarks = {}
    for series_key, run_key, reason, warnings in connection.execute(
        sql.query("remarks")
    ).fetchall():
        found.setdefault(series_key, {})[positions[run_key]] = (reason, tuple(warnings))
    return found


def _columns(
    connection: duckdb.DuckDBPyConnection, series_keys: Sequence[int] | None
) -> dict[str, NDArray[Any]]:
    chosen = {"series": None if series_keys is None else list(series_keys)}
    fetched = connection.execute(sql.query("points"), chosen).fetchnumpy()
    return {name: np.ma.getdata(values) for name, values in fetched.items()}


def _one(
    row: tuple[Any, ...],
    columns: Mapping[str, NDArray[Any]],
    part: slice,
    remarks: Mapping[int, tuple[str, tuple[str, ...]]],
) -> Series:
    q1, q3, n = columns["q1"][part], columns["q3"][part], columns["n"][part]
    status, runs = columns["status"][part], columns["run"][part]
    said = (
        {index: remarks[run] for index, run in enumerate(runs.tolist()) if run in remarks}
        if remarks
        else {}
    )
    return Series(
        series_key=int(row[0]),
        series_id=row[1],
        key=SeriesKey(*row[2:9]),
        direction=row[9],
        kind=row[10],
        runs=runs,
        status=status,
        values=np.where(status == MEASURED, columns["value"][part], np.nan),
        low=columns["low"][part],
        high=columns["high"][part],
        # Quartiles of fewer than four samples say nothing about the spread.
        spread=np.where(n >= 4, q3 - q1, np.nan),
        n=n,
        qualifier=columns["qualifier"][part],
        fingerprint=columns["fingerprint"][part],
        reasons={index: reason for index, (reason, _) in said.items() if reason},
        warnings={index: warnings for index, (_, warnings) in said.items() if warnings},
    )
