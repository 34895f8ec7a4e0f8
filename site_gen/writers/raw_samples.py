"""Write every sample as downloads: one Parquet file for each year of commits.

The rows of a series lie together in small groups, so that a reader who asks for one benchmark, or
for one run, fetches little of the file.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from history import sql
from history.sql import quoted
from site_gen.writers import points

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from history.read.runs import Run
    from site_gen.catalogue import Benchmark
    from site_gen.writers.kept import Kept
    from site_gen.writers.tree import Tree

_ASKED: Final = (
    "select machine, commit_sha, suite, benchmark, params, variant, metric, unit,\n  "
    "coalesce(list_transform(samples_ns, lambda ns: ns / 1e9), samples) as samples"
)
GROUP = 2048
"""Rows of a row group: about 200 kB with 30 samples each."""


def write(connection: duckdb.DuckDBPyConnection, tree: Tree, kept: Kept) -> tuple[str, ...]:
    """Write the samples; returns the names of the files, oldest year first."""
    found = points.years(connection, sql.query("download_samples"))
    points.sparingly(connection, lambda: _write(connection, tree, kept, found))
    return tuple(name(year) for year, _ in found)


def name(year: int) -> str:
    """The file with the samples of commits of a year."""
    return f"data/samples-{year}.parquet"


def command(root: str, runs: Sequence[Run]) -> str:
    """A command that prints every sample of some runs; without a ``root``, by file names."""
    files = ", ".join(dict.fromkeys(f"'{root}{name(run.commit.time.year)}'" for run in runs))
    ids = ", ".join(dict.fromkeys(f"'{run.run_id}'" for run in runs))
    asked = " ".join(_ASKED.split())
    return f'duckdb -c "{asked} from read_parquet([{files}]) where run_id in ({ids})"'


def query(root: str, files: Sequence[str], benchmark: Benchmark) -> str:
    """A query for every sample of one benchmark in the newest of the files."""
    names = " and ".join(
        f"{column} = {quoted.text(said)}"
        for column, said in (("suite", benchmark.suite), ("benchmark", benchmark.name))
    )
    return f"{_ASKED}\nfrom read_parquet('{root}{files[-1]}')\nwhere {names};"


def _write(
    connection: duckdb.DuckDBPyConnection, tree: Tree, kept: Kept, found: list[tuple[int, str]]
) -> None:
    for year, made_of in found:
        kept.make(tree, name(year), made_of, partial(_parquet, connection, year))


def _parquet(connection: duckdb.DuckDBPyConnection, year: int, path: Path) -> None:
    options = f"format parquet, compression zstd, row_group_size {GROUP}"
    rows = points.of_years(sql.query("download_samples"), year, year)
    connection.execute(f"copy ({rows}) to {quoted.text(path)} ({options})")
