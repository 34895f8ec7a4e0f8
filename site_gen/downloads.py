"""Write what visitors take away: the same numbers as Parquet, CSV, DuckDB and JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import orjson

from history import sql
from site_gen.badges import Badge

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from site_gen.reports.context import Context

# Readers of a release that is not yet gone must open it; newer files need DuckDB 2.0 and up.
STORAGE_VERSION = "v1.4.0"

EXAMPLE = """\
-- in the DuckDB shell, after downloading points.parquet
select suite, benchmark, params, metric, machine, median(value), count(*)
from 'points.parquet'
where status = 'measured'
group by all
order by all;"""


@dataclass(frozen=True, slots=True)
class Download:
    """One file to take away."""

    name: str
    path: str
    summary: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Downloads:
    """What the data page lists."""

    files: tuple[Download, ...]
    badges: tuple[Badge, ...]
    example: str = EXAMPLE


FILES = (
    Download("points.parquet", "data/points.parquet", "one row per point, all columns; no samples"),
    Download("points.csv.gz", "data/points.csv.gz", "the same as CSV, for everything else"),
    Download(
        "history.duckdb",
        "data/history.duckdb",
        "the same as a DuckDB database with a view named latest; opens from DuckDB 1.4 on",
    ),
    Download("latest.json", "data/latest.json", "the newest point of every series"),
    Download("regressions.json", "data/regressions.json", "every detected change with its rule"),
    Download("sla.json", "data/sla.json", "every target and how it stands"),
    Download("feed.xml", "feed.xml", "Atom feed of regressions and improvements"),
)


def write(connection: duckdb.DuckDBPyConnection, context: Context, folder: Path) -> list[Download]:
    """Write all data files below `folder`; answers all files there are with their sizes."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    rows = sql.query("site_export")
    connection.execute(f"create or replace temp table site_rows as {rows}")
    parquet, csv = data / "points.parquet", data / "points.csv.gz"
    fresh = data / "points.parquet.new"
    connection.execute(
        f"copy (from site_rows) to '{_quoted(fresh)}' (format parquet, compression zstd)"
    )
    # DuckDB draws a new identity for every database file, so the same points must keep theirs.
    same = parquet.is_file() and parquet.read_bytes() == fresh.read_bytes()
    fresh.replace(parquet)
    connection.execute(
        f"copy (from site_rows) to '{_quoted(csv)}' (format csv, header, compression gzip)"
    )
    if not (same and (data / "history.duckdb").is_file()):
        _database(parquet, data / "history.duckdb")
    latest = connection.execute(sql.query("site_latest")).fetchall()
    names = [column[0] for column in connection.description or ()]
    _json(data / "latest.json", [dict(zip(names, row, strict=True)) for row in latest])
    known = context.by_series
    _json(
        data / "regressions.json",
        [
            {"benchmark": known[one.series_id][0].benchmark_id, **asdict(one)}
            for one in context.judgement.changes
            if one.series_id in known
        ],
    )
    _json(data / "sla.json", [asdict(row) for row in context.judgement.sla])
    return [
        Download(one.name, one.path, one.summary, (folder / one.path).stat().st_size)
        for one in FILES
        if (folder / one.path).exists()
    ]


def _database(parquet: Path, path: Path) -> None:
    """A database of the points, in a connection of its own: the history is open for reading only.

    One thread writes it, so that only the identity in its header differs from another build.
    """
    import duckdb

    path.unlink(missing_ok=True)
    with duckdb.connect(
        config={"autoinstall_known_extensions": "false", "threads": "1"}
    ) as connection:
        connection.execute(
            f"attach '{_quoted(path)}' as shipped (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute(
            f"create table shipped.points as from read_parquet('{_quoted(parquet)}')"
        )
        connection.execute(
            "create view shipped.latest as from points qualify row_number() over"
            " (partition by series_id order by commit_time desc, started_at desc, run_id desc) = 1"
        )
        connection.execute("checkpoint shipped")
        connection.execute("detach shipped")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _json(path: Path, value: object) -> None:
    options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    path.write_bytes(orjson.dumps(value, option=options | orjson.OPT_SERIALIZE_NUMPY))
