"""Write columns as one run file: DuckDB puts them together, hashes the rows and writes Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from history.store import checksum, codec, sound
from history.store.batch import NUMBERS, Batch, Ints, Lists
from history.words.metrics import Metric
from history.words.records import RunKind

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

_ALONE: Final = ("row", "commit_lineage")
"""Columns that the row of a run has for itself."""
_COUNTS: Final = ("preempted", "rounds", "processes")


def write(batch: Batch, target: Path, extra_metrics: Mapping[str, Metric] | None = None) -> None:
    """One file with these runs, their points and their items.

    Columns that no row has are left out. ``extra_metrics`` are the project's own, by name. Raises
    duckdb.Error when the file cannot be written.
    """
    import duckdb

    batch = sound.in_kept_units(batch, extra_metrics)
    with duckdb.connect() as connection:
        connection.execute("set autoinstall_known_extensions = false")
        written = _Written(connection, batch, extra_metrics)
        connection.execute(f"create table written as {written.rows()}")
        present = written.present
        found = connection.execute(
            f"select {checksum.rows_hash(present)} from written"  # noqa: S608
        ).fetchone()
        # zstd gave 3.0 to 3.3 bytes per nanosecond timing; runs are read whole, so order by row.
        connection.execute(
            "copy written to $target (format parquet, compression zstd, parquet_version v2,"
            f" kv_metadata {{{checksum.ROWS_KEY}: '{found[0] if found else ''}'}})",
            {"target": str(target)},
        )


class _Written:
    """The tables that the rows of one file are put together from, and the query that does."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        batch: Batch,
        extra_metrics: Mapping[str, Metric] | None,
    ) -> None:
        """``batch`` is in the units of the record."""
        self._connection = connection
        self._of_run = self._rows_of("run_rows", map(codec.run_row, batch.runs))
        self._of_item = self._rows_of(
            "item_rows", ({"run": run} | codec.item_row(item) for run, item in batch.items)
        )
        self._of_said = self._rows_of("said_rows", map(codec.said_row, batch.said))
        self._of_series: list[str] = []
        self._of_point: list[str] = []
        if len(batch):
            self._points(batch, extra_metrics)
        found = {*self._of_run, *self._of_item, *self._of_series, *self._of_point}
        found |= {*self._of_said} if len(batch) else set()
        self.present = [name for name in codec.COLUMNS if name in found]

    def rows(self) -> str:
        """SQL of the rows, in the columns of the codec that any of them has."""
        about_run = [name for name in self._of_run if name not in _ALONE]
        of_run = [f"run_rows.{name}" for name in about_run]
        parts = [f"select {', '.join(self._of_run)} from run_rows"]  # noqa: S608
        if self._of_point:
            columns = [
                "case run_rows.row when 'duet' then 'duet point' else 'point' end as row",
                *of_run,
                *(f"series_rows.{name}" for name in self._of_series),
                *(f"said_rows.{name}" for name in self._of_said),
                *(f"points.{name}" for name in self._of_point),
            ]
            parts.append(
                f"select {', '.join(columns)} from points"  # noqa: S608
                " join run_rows on run_rows.place = points.run"
                " join series_rows on series_rows.place = points.series"
                " join said_rows on said_rows.place = points.about"
            )
        if self._of_item:
            columns = ["'item' as row", *of_run]
            columns += [f"item_rows.{name}" for name in self._of_item if name != "run"]
            parts.append(
                f"select {', '.join(columns)} from item_rows"  # noqa: S608
                " join run_rows on run_rows.place = item_rows.run"
            )
        together = " union all by name ".join(parts)
        return f"select {', '.join(self.present)} from ({together})"  # noqa: S608

    def _rows_of(self, table: str, rows: Iterable[dict[str, Any]]) -> list[str]:
        """Fill a small table; returns the columns that any row has."""
        known = [{"place": place} | row for place, row in enumerate(rows)]
        present = {name for row in known for name in row}
        names = [name for name in codec.COLUMNS if name in present]
        names += [] if "run" not in present else ["run"]
        kinds = {"place": "INTEGER"} | {name: codec.COLUMNS.get(name, "INTEGER") for name in names}
        structure = {
            name: [kind.removesuffix("[]")] if kind.endswith("[]") else kind
            for name, kind in kinds.items()
        }
        if known:
            self._connection.execute(
                f"create table {table} as select unnest(from_json($rows,"
                f" '{orjson.dumps([structure]).decode()}'), recursive := true)",
                {"rows": orjson.dumps(known).decode()},
            )
        return names

    def _points(self, batch: Batch, extra_metrics: Mapping[str, Metric] | None) -> None:
        series = self._series(batch, extra_metrics)
        columns: dict[str, NDArray[Any]] = {
            "place": np.arange(len(batch), dtype=np.int64),
            "run": batch.run,
            "series": series,
            "about": batch.about,
            "value": batch.value,
            "n": batch.n,
            **batch.numbers,
        }
        is_duet = np.array([run.kind is RunKind.DUET for run in batch.runs], dtype=np.bool_)
        if is_duet.any():
            within = columns["place"] - batch.points_of_runs()[:-1][batch.run]
            columns["position"] = np.where(is_duet[batch.run], within, -1)
        numbers = ["value", *(name for name in NUMBERS if name in columns)]
        kept = [f"if(isfinite({name}), {name}, null) as {name}" for name in numbers]
        kept.append("n::integer as n")
        if is_duet.any():
            kept.append("if(position < 0, null, position)::integer as position")
        lists = _lists(batch)
        tables = []
        for name, column in lists.items():
            lengths = column.lengths()
            flat = {"place": np.repeat(columns["place"], lengths), "number": column.flat}
            flat["nth"] = np.arange(column.flat.size, dtype=np.int64)
            self._connection.register(f"flat_{name}", flat)
            self._connection.execute(
                f"create table list_{name} as select place, list(number order by nth)"  # noqa: S608
                f"::{codec.COLUMNS[name]} as {name} from flat_{name} group by place"
            )
            tables.append(f" left join list_{name} using (place)")
        self._connection.register("columns", columns)
        self._connection.execute(
            f"create table points as select run, series, about, {', '.join([*kept, *lists])}"  # noqa: S608
            f" from columns{''.join(tables)} order by place"
        )
        self._of_point = [*numbers, "n", *(["position"] if is_duet.any() else []), *lists]

    def _series(self, batch: Batch, extra_metrics: Mapping[str, Metric] | None) -> Ints:
        """(n,): the series of each point, as a place among the rows that are made of them."""
        series, place = batch.series()
        rows = [
            codec.series_row(label, codec.metric_of(label, extra_metrics), machine)
            for label, machine in series
        ]
        self._of_series = self._rows_of("series_rows", rows)
        return place


def _lists(batch: Batch) -> dict[str, Lists]:
    """The lists of a batch under the names of their columns."""
    found: dict[str, Lists] = {}
    samples = batch.lists.get("samples")
    if samples is not None:
        is_time = np.array([label.unit == "s" for label in batch.labels])
        found |= _samples(samples, is_time[batch.label])
    cpu = batch.lists.get("cpu_samples")
    if cpu is not None:
        found["cpu_ns"] = Lists(np.rint(cpu.flat * 1e9).astype(np.int64), cpu.starts)
    return found | {name: batch.lists[name] for name in _COUNTS if name in batch.lists}


def _samples(samples: Lists, is_time: NDArray[np.bool_]) -> dict[str, Lists]:
    """Samples as whole nanoseconds where all of a point are, else as they are."""
    nanoseconds, whole = sound.whole_nanoseconds(samples.flat.astype(np.float64))
    lengths = samples.lengths()
    in_ns = is_time & (sound.counted(samples, whole) == lengths) & (lengths > 0)
    found = {}
    for name, flat, mask in (("samples_ns", nanoseconds, in_ns), ("samples", samples.flat, ~in_ns)):
        chosen = np.where(mask, lengths, 0)
        if chosen.any():
            starts = np.concatenate([[0], np.cumsum(chosen)]).astype(np.int64)
            found[name] = Lists(flat[np.repeat(mask, lengths)], starts)
    return found
