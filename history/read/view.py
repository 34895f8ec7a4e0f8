"""Read runs, series and points together: all of them, or as of a commit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from history import sql
from history.read import as_of as was_known
from history.read import runs as reading
from history.read.ancestry import Ancestry
from history.read.series import MEASURED, Series
from history.store import order
from history.vcs.graph import Answer, is_hash
from history.words.key import SeriesKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray

    from history.read.runs import Run
    from history.words.records import Commit

    Remarks = dict[int, dict[int, tuple[str, tuple[str, ...]]]]
    """Series key -> position of the run -> reason and warnings."""
    Columns = dict[str, NDArray[Any]]
    """Name of a column -> its values for many points."""

AT_ONCE: Final = 250_000
"""Approximate number of points read at once."""


@dataclass(frozen=True)
class View:
    """The history as arrays: all of it, or as of a commit."""

    runs: tuple[Run, ...]
    """In commit order; the index of a run here is its position everywhere."""
    series: tuple[Series, ...]
    """In table order; series without any point are left out."""
    environments: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Key to groups of fields."""
    as_of: Commit | None = None
    """The commit as of which this was read; None for the whole history."""
    known: Ancestry | None = None
    """Graph of commits; None when ancestry is unknown."""

    def run(self, series: Series, index: int) -> Run:
        """The run of one point of a series."""
        return self.runs[int(series.runs[index])]

    @cached_property
    def positions(self) -> Mapping[int, int]:
        """Key of a run in the database -> its position."""
        return {run.run_key: run.position for run in self.runs}

    @cached_property
    def counting(self) -> tuple[Run, ...]:
        """The runs that are not excluded."""
        return tuple(run for run in self.runs if not run.left_out)

    @cached_property
    def newest(self) -> datetime | None:
        """Start of the newest run with a point: the date used as today when judging."""
        used = np.zeros(len(self.runs), dtype=bool)
        for series in self.series:
            used[series.runs] = True
        places = np.flatnonzero(used).tolist()
        return max((self.runs[place].started_at for place in places), default=None)

    def shas_of(self, series: Series) -> tuple[str, ...]:
        """(n,) hash of the commit of every point of a series."""
        return tuple(self.commits[series.runs].tolist())

    @cached_property
    def ancestry(self) -> Ancestry:
        """The ancestry of runs."""
        return self.known or Ancestry(self.runs)

    @property
    def main_branch(self) -> str:
        """The branch that was measured most often."""
        return self.ancestry.main_branch

    @cached_property
    def abandoned(self) -> NDArray[np.bool_]:
        """(runs,) whether the commit was abandoned, as by a forced push."""
        return np.array([run.abandoned for run in self.runs], dtype=bool)

    def newest_standing(self, series: Series) -> int:
        """Index of the present point of a series, or -1.

        It is the newest point whose commit is not abandoned; as of a commit, the newest one that
        may be of an ancestor.
        """
        if self._silent is None:
            return series.size - 1
        places = np.flatnonzero(~self._silent[series.runs])
        return int(places[-1]) if places.size else -1

    def aside(self, series: Series) -> NDArray[np.bool_]:
        """(n,) whether a point lies beside the line of commits along which the series is judged.

        That is the line of its present point. When the main branch has moved past a side branch,
        changes are searched along the main branch.
        """
        newest = self.newest_standing(series)
        if newest < 0:
            return np.ones(series.size, dtype=bool)
        position = int(series.runs[newest])
        elsewhere = self._main_elsewhere(position)
        if elsewhere is not None:
            places = np.flatnonzero(elsewhere[series.runs])
            position = int(series.runs[places[-1]]) if places.size else position
        aside = self._aside(position)
        return np.zeros(series.size, dtype=bool) if aside is None else aside[series.runs]

    def _aside(self, position: int) -> NDArray[np.bool_] | None:
        """(runs,) whether a run lies beside the line of commits up to one run; None for none."""
        if position not in self._asides:
            counted = self.ancestry.counted(position)
            self._asides[position] = _if_any(~counted | self.abandoned)
        return self._asides[position]

    def _main_elsewhere(self, position: int) -> NDArray[np.bool_] | None:
        """(runs,) which runs of the main branch are no ancestors of one run."""
        if self.as_of is not None:
            return None
        if position not in self._elsewhere:
            is_not = self.ancestry.behind(position) == Answer.NO
            self._elsewhere[position] = _if_any(self._is_main & ~self.abandoned & is_not)
        return self._elsewhere[position]

    @cached_property
    def _asides(self) -> dict[int, NDArray[np.bool_] | None]:
        return {}

    @cached_property
    def _elsewhere(self) -> dict[int, NDArray[np.bool_] | None]:
        return {}

    @cached_property
    def _silent(self) -> NDArray[np.bool_] | None:
        """(runs,) which runs may not hold the present point of a series; None for none."""
        if self._judged_at is None:
            return _if_any(self.abandoned)
        return _if_any(self.abandoned | ~self.ancestry.counted(self._judged_at))

    @cached_property
    def judged(self) -> View:
        """The view with every series cut after its present point, if it has one."""
        found = []
        for series in self.series:
            end = self.newest_standing(series) + 1
            if end:
                found.append(series if end == series.size else series.up_to(end))
        return replace(self, series=tuple(found), known=self.ancestry)

    @cached_property
    def without_parents(self) -> tuple[str, ...]:
        """Commits of newest points whose parents are unknown, as after a shallow clone."""
        runs = (self.run(series, series.size - 1) for series in self.judged.series)
        shas = dict.fromkeys(
            run.commit.sha
            for run in runs
            if is_hash(run.commit.sha) and not self.ancestry.knows_parents(run)
        )
        return tuple(shas)

    @cached_property
    def _judged_at(self) -> int | None:
        """Position of the newest run at the ``as_of`` commit."""
        if self.as_of is None:
            return None
        return max(run.position for run in self.runs if run.commit.sha == self.as_of.sha)

    @cached_property
    def _is_main(self) -> NDArray[np.bool_]:
        main = self.ancestry.main_branch
        return np.array([bool(main) and run.commit.branch == main for run in self.runs], dtype=bool)

    @cached_property
    def commits(self) -> NDArray[np.object_]:
        """(runs,) hash of the commit of each run."""
        return np.array([run.commit.sha for run in self.runs], dtype=object)

    @cached_property
    def environment_keys(self) -> NDArray[np.int64]:
        """(runs,) key of the environment of each run."""
        return np.array([run.environment_key for run in self.runs], dtype=np.int64)


def _if_any(found: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    return found if found.any() else None


def read(
    connection: duckdb.DuckDBPyConnection, *, as_of: str | None = None, root: Path | None = None
) -> View:
    """Read the history; with ``as_of`` only points at or before that commit.

    The commit is named by its hash, a tag or a branch, or, with the folder ``root`` of a
    repository, by any git revision. Before means in commit order. A series that was measured at the
    commit keeps everything up to its last point there; any other keeps the points of commits that
    are not later. Raises UsageError when no run was made at that commit.
    """
    runs = reading.read(connection)
    commit = was_known.resolved(runs, as_of, root) if as_of else None
    graph = order.read_graph(connection)
    environments = connection.execute(sql.query("environments")).fetchall()
    known = runs if commit is None else was_known.known_at(runs, commit, graph)
    return View(
        runs=known,
        series=_series(connection, runs, commit, None, _remarks(connection, runs)),
        environments={int(key): orjson.loads(text) for key, text in environments},
        as_of=commit,
        known=Ancestry(known, graph),
    )


def read_series(connection: duckdb.DuckDBPyConnection, series_keys: Sequence[int]) -> View:
    """Only the numbers of some series, without environments and remarks, for detection."""
    runs = reading.read(connection)
    series = _series(connection, runs, None, series_keys, {})
    return View(runs, series, known=Ancestry(runs, order.read_graph(connection)))


def _series(
    connection: duckdb.DuckDBPyConnection,
    runs: Sequence[Run],
    as_of: Commit | None,
    series_keys: Sequence[int] | None,
    remarks: Remarks,
) -> tuple[Series, ...]:
    """Every series with a point, up to a commit; None as keys means all."""
    positions = np.zeros(max((run.run_key for run in runs), default=0) + 1, dtype=np.int64)
    for run in runs:
        positions[run.run_key] = run.position
    slices: dict[int, tuple[Columns, slice]] = {}
    for columns in _parts(connection, series_keys, positions):
        keys, starts = np.unique(columns["series_key"], return_index=True)
        ends = np.append(starts, columns["series_key"].size)[1:]
        for key, start, end in zip(keys.tolist(), starts.tolist(), ends.tolist(), strict=True):
            slices[key] = columns, slice(start, end)
    kept = was_known.kept(runs, as_of) if as_of else None
    found = []
    for row in connection.execute(sql.query("series")).fetchall():
        if row[0] not in slices:
            continue
        columns, part = slices[row[0]]
        if kept is not None:
            part = slice(part.start, part.start + kept(columns["run"][part]))
        if part.start < part.stop:
            found.append(_one(row, columns, part, remarks.get(int(row[0]), {})))
    return tuple(found)


def _remarks(connection: duckdb.DuckDBPyConnection, runs: Sequence[Run]) -> Remarks:
    positions = {run.run_key: run.position for run in runs}
    found: Remarks = {}
    for series_key, run_key, reason, warnings in connection.execute(
        sql.query("remarks")
    ).fetchall():
        found.setdefault(series_key, {})[positions[run_key]] = (reason, tuple(warnings))
    return found


def _parts(
    connection: duckdb.DuckDBPyConnection,
    series_keys: Sequence[int] | None,
    positions: NDArray[np.int64],
) -> Iterator[Columns]:
    """The points of all series, in order of series and runs.

    A long history is read in parts, since a part is held three times in memory while it is sorted.
    """
    points, first, last = connection.execute(sql.query("points_span")).fetchall()[0]
    width = -(-(last - first + 1) // max(1, -(-points // AT_ONCE)))
    chosen = None if series_keys is None else list(series_keys)
    for start in range(first, last + 1, width):
        about = {"series": chosen, "first": start, "last": start + width - 1}
        fetched = connection.execute(sql.query("points"), about).fetchnumpy()
        columns = {name: np.ma.getdata(values) for name, values in fetched.items()}
        del fetched
        columns["run"] = positions[columns.pop("run_key")]
        in_order = np.lexsort((columns["run"], columns["series_key"]))
        for name in columns:  # one at a time, so that memory holds only one copy of all
            columns[name] = columns[name][in_order]
        yield columns


def _one(
    row: tuple[Any, ...],
    columns: Columns,
    part: slice,
    remarks: Mapping[int, tuple[str, tuple[str, ...]]],
) -> Series:
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
        spread=columns["spread"][part],
        n=columns["n"][part],
        qualifier=columns["qualifier"][part],
        fingerprint=columns["fingerprint"][part],
        ranges=frozenset(np.flatnonzero(columns["is_range"][part]).tolist()),
        reasons={index: reason for index, (reason, _) in said.items() if reason},
        warnings={index: warnings for index, (_, warnings) in said.items() if warnings},
    )
