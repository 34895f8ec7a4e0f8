"""Write columns as one run file, which DuckDB joins, hashes and writes as Parquet.

The same tables are used when the new file is added to the database, so that it is not read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from history.store import checksum, codec, lean, left_out, memory, run_hash, sound
from history.store.batch import NUMBERS, Batch, Ints, Lists
from history.store.column_hash import NumberLists, Numbers
from history.words.metrics import Metric
from history.words.records import RunKind

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

PARQUET: Final = "format parquet, compression zstd, parquet_version v2, write_bloom_filter false"
"""How run files are written: zstd gave 3.0 to 3.3 bytes for each timing in nanoseconds.

Runs are read whole, so rows stand as they were measured, and nothing helps to skip some of them.
"""
FEW_ROWS: Final = 5_000
"""Files with no more are mostly footer, which is written again without what helps to skip rows."""
_ALONE: Final = ("row", "commit_lineage")
"""Columns that the row of a run has for itself."""
_KINDS_OF_POINTS: Final = {
    frozenset({False}): "'point'",
    frozenset({True}): "'duet point'",
    frozenset({False, True}): "case run_rows.row when 'duet' then 'duet point' else 'point' end",
}
"""Whether runs are duets to SQL of the kind of their points; who asks for no points reads none."""
_COUNTS: Final = ("preempted", "rounds", "processes")
_JOINED_POINTS: Final = (
    "point_rows as points join run_rows on run_rows.place = points.run"
    " join series_rows on series_rows.place = points.series"
    " join said_rows on said_rows.place = points.about"
)
"""SQL of the points with what they share."""
_JOINED_ITEMS: Final = "item_rows join run_rows on run_rows.place = item_rows.run"


def write(batch: Batch, target: Path, extra_metrics: Mapping[str, Metric] | None = None) -> None:
    """One file with these runs, their points and their items.

    Columns that no row has, and those that ``left_out`` names, are left out. ``extra_metrics`` are
    the project's own, by name. Raises duckdb.Error when the file cannot be written.
    """
    batch = sound.in_kept_units(batch, extra_metrics)
    with memory.connected() as connection:
        tables = Tables(connection, batch, extra_metrics)
        is_small = len(batch.runs) + len(batch) + len(batch.items) <= FEW_ROWS
        rows = tables.written() if is_small else tables.rows()
        stated = f"{checksum.COLUMNS_KEY}: '{tables.hash()}'"
        absent = tables.left_out(rows)
        if not is_small:
            tables.number_words()
        names = ", ".join(name for name in tables.columns() if name not in absent)
        connection.execute(
            f"copy (select {names} from ({rows})) to $target"  # noqa: S608
            f" ({PARQUET}, kv_metadata {{{stated}}})",
            {"target": str(target)},
        )
    if is_small:
        lean.rewrite(target)


class Tables:
    """Temporary tables that the rows of one file are put together from, and the query that does."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        batch: Batch,
        extra_metrics: Mapping[str, Metric] | None,
    ) -> None:
        """``batch`` is in the units of the record."""
        self._connection = connection
        self._batch = batch
        self._made: list[str] = []
        kinds = frozenset(run.kind is RunKind.DUET for run in batch.runs)
        self._row_of_point = _KINDS_OF_POINTS[kinds or frozenset({False})]
        self._filled: set[str] = set()
        """Columns that are not empty in some row."""
        self._of_run = self._rows_of("run_rows", map(codec.run_row, batch.runs))
        self._of_item = self._rows_of(
            "item_rows", ({"run": run} | codec.item_row(item) for run, item in batch.items)
        )
        self._of_said = self._rows_of("said_rows", map(codec.said_row, batch.said))
        self._of_series: list[str] = []
        self._of_point: list[str] = []
        self._numbers: dict[str, Numbers | NumberLists] = {}
        self._series_count = 0
        self._series_of_point: Ints = np.empty(0, dtype=np.int64)
        if len(batch):
            self._points(batch, extra_metrics)
        self._of_all = [name for name in self._of_run if name not in _ALONE]

    def rows(self) -> str:
        """SQL of the rows, in the columns of the codec that any of them has."""
        columns = self.columns()
        parts = [_selected(columns, {name: name for name in self._of_run}, "run_rows")]
        if self._of_point:
            of_point = {name: f"{table}.{name}" for name, table in self._owners().items()}
            parts.append(_selected(columns, of_point | {"row": self._row_of_point}, _JOINED_POINTS))
        if self._of_item:
            of_item = {name: f"run_rows.{name}" for name in self._of_all}
            of_item |= {name: f"item_rows.{name}" for name in self._of_item}
            parts.append(_selected(columns, of_item | {"row": "'item'"}, _JOINED_ITEMS))
        return " union all ".join(parts)

    def columns(self) -> list[str]:
        """The columns of the rows."""
        found = {*self._of_run, *self._of_item, *self._owners()}
        return [name for name in codec.COLUMNS if name in found]

    def written(self) -> str:
        """SQL of the rows, which are put together now.

        For few rows that takes less than to plan how they are put together again and again.
        """
        self._make("written_rows", self.rows())
        return "from written_rows"

    def number_words(self) -> None:
        """Let the tables have their texts as numbers: Parquet is written a third faster from them.

        In the file they are the same texts; only queries over the tables see another type.
        """
        owned = {"run_rows": self._of_run, "series_rows": self._of_series}
        for table, columns in (owned | {"said_rows": self._of_said}).items():
            words = [name for name in columns if codec.COLUMNS[name] == "VARCHAR"]
            for name in words:
                self._connection.execute(
                    f"create or replace temp type word_{name} as enum (select distinct {name}"  # noqa: S608
                    f" from {table} where {name} is not null order by {name})"
                )
            if words:
                numbered = ", ".join(f"{name}::word_{name} as {name}" for name in words)
                self._connection.execute(
                    f"create or replace temp table {table} as"  # noqa: S608
                    f" select * replace ({numbered}) from {table}"
                )

    def left_out(self, rows: str) -> set[str]:
        """Those of the columns that a file of these rows does without, see ``left_out``."""
        found = set(left_out.EMPTIED - self._filled)
        if len(self._batch) < left_out.FEW_POINTS * self._series_count:
            query = (
                f"select bool_and({left_out.SERIES_ID} = {left_out.MADE_SERIES_ID})"  # noqa: S608
                f" from ({rows}) where {left_out.SERIES_ID} is not null"
            )
            if self._connection.execute(query).fetchall() == [(True,)]:
                found.add(left_out.SERIES_ID)
        return found

    def drop(self) -> None:
        """Remove the tables."""
        for table in self._made:
            self._connection.execute(f"drop table {table}")

    def hash(self) -> str:
        """The hash of the same rows, see ``column_hash``."""
        tables = {
            "run_rows": self._of_run,
            "series_rows": self._of_series,
            "said_rows": self._of_said,
            "item_rows": self._of_item,
        }
        series = self._series_of_point
        return run_hash.of_rows(self._connection, self._batch, series, self._numbers, tables)

    def _owners(self) -> dict[str, str]:
        """Column of a point to the table that has it."""
        if not self._of_point:
            return {}
        tables = {
            "run_rows": ["row", *self._of_all],
            "series_rows": self._of_series,
            "said_rows": self._of_said,
            "points": self._of_point,
        }
        return {name: table for table, names in tables.items() for name in names}

    def of_points(self) -> dict[str, list[str]]:
        """Table to the columns of a point that it has, but for its numbers and what row it is."""
        return {
            "run_rows": self._of_all,
            "series_rows": self._of_series,
            "said_rows": self._of_said,
        }

    def _rows_of(self, table: str, rows: Iterable[Mapping[str, Any]]) -> list[str]:
        """Fill a small table; returns the columns that any row has."""
        known = [{"place": place, **row} for place, row in enumerate(rows)]
        present = {name for row in known for name in row}
        self._filled |= {name for row in known for name, value in row.items() if value}
        names = [name for name in codec.COLUMNS if name in present]
        names += [] if "run" not in present else ["run"]
        kinds = {"place": "INTEGER"} | {name: codec.COLUMNS.get(name, "INTEGER") for name in names}
        structure = {
            name: [kind.removesuffix("[]")] if kind.endswith("[]") else kind
            for name, kind in kinds.items()
        }
        if known:
            self._make(
                table,
                f"select unnest(from_json($rows, '{orjson.dumps([structure]).decode()}'),"
                " recursive := true)",
                {"rows": orjson.dumps(known).decode()},
            )
        return names

    def _texts_of(self, table: str, rows: Sequence[Mapping[str, str]]) -> list[str]:
        """The same where every row has the same columns, texts all of them; there may be many."""
        names = [name for name in codec.COLUMNS if name in rows[0]]
        columns = {name: np.array([str(row[name]) for row in rows], dtype=object) for name in names}
        self._filled |= {name for name, column in columns.items() if any(column)}
        listed = ", ".join(f"{name}::varchar as {name}" for name in names)
        places = {"place": np.arange(len(rows), dtype=np.int32)}
        self._connection.register("texts", places | columns)
        self._make(table, f"select place, {listed} from texts order by place")  # noqa: S608
        self._connection.unregister("texts")
        return names

    def _make(self, table: str, query: str, about: dict[str, str] | None = None) -> None:
        self._connection.execute(f"create or replace temp table {table} as {query}", about)
        self._made.append(table)

    def _points(self, batch: Batch, extra_metrics: Mapping[str, Metric] | None) -> None:
        series = self._series_of_point = self._series(batch, extra_metrics)
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
            self._make(
                f"list_{name}",
                "select place, list(number order by nth)"  # noqa: S608
                f"::{codec.COLUMNS[name]} as {name} from flat_{name} group by place",
            )
            self._connection.unregister(f"flat_{name}")
            tables.append(f" left join list_{name} using (place)")
        self._connection.register("columns", columns)
        self._make(
            "point_rows",
            f"select run, series, about, {', '.join([*kept, *lists])}"  # noqa: S608
            f" from columns{''.join(tables)} order by place",
        )
        self._connection.unregister("columns")
        self._of_point = [*numbers, "n", *(["position"] if is_duet.any() else []), *lists]
        self._numbers = _numbers(columns, [*numbers, "n"], lists)
        if is_duet.any():
            self._numbers["position"] = Numbers(columns["position"], columns["position"] >= 0)

    def _series(self, batch: Batch, extra_metrics: Mapping[str, Metric] | None) -> Ints:
        """(n,): the series of each point, as a place among the rows that are made of them."""
        series, place = batch.series()
        rows = [
            codec.series_row(label, codec.metric_of(label, extra_metrics), machine)
            for label, machine in series
        ]
        self._of_series = self._texts_of("series_rows", rows)
        self._series_count = len(rows)
        return place


def _numbers(
    columns: Mapping[str, NDArray[Any]], names: Iterable[str], lists: Mapping[str, Lists]
) -> dict[str, Numbers | NumberLists]:
    """The numbers of points as they are hashed; those that are not finite are none."""
    found: dict[str, Numbers | NumberLists] = {
        name: Numbers(columns[name], np.isfinite(columns[name])) for name in names
    }
    for name, column in lists.items():
        filled = np.ones(column.flat.size, dtype=np.bool_)
        found[name] = NumberLists(column, column.lengths() > 0, filled)
    return found


def _selected(columns: Iterable[str], own: Mapping[str, str], source: str) -> str:
    """SQL of rows in these columns, of which those that are not its own are NULL."""
    listed = ", ".join(f"{own.get(name, 'null')} as {name}" for name in columns)
    return f"select {listed} from {source}"  # noqa: S608


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
