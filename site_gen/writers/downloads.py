"""Write what visitors take away: the same numbers as Parquet, CSV, DuckDB and JSON."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from history import addresses, sql
from history.report.wording import changes, confounders, sizes, targets
from site_gen.writers.badges import Badge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from history.judge.changes import ChangeRow
    from history.judge.targets import SlaRow
    from site_gen.pages.context import Context

# Readers of a release that is not yet gone must open it; newer files need DuckDB 2.0 and up.
STORAGE_VERSION = "v1.4.0"
MEMORY = "200MB"
"""What DuckDB may hold while it writes these files; it sorts the rest on disk. One thread manages
with it whatever the length of the history, as the rows it holds are those of one Parquet group."""

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
    Download("feed.xml", addresses.FEED, "Atom feed of what fails, regressions and improvements"),
)


def tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the points below `folder` in every form."""
    import duckdb

    try:
        with _frugal(connection):
            _tables(connection, folder)
    except duckdb.OutOfMemoryException:  # rows of a width that nobody has seen yet
        _tables(connection, folder)


def _tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    parquet, csv, database = (
        data / name for name in ("points.parquet", "points.csv.gz", "history.duckdb")
    )
    fresh = data / "points.parquet.new"
    rows = sql.query("download_points")
    connection.execute(f"copy ({rows}) to '{_quoted(fresh)}' (format parquet, compression zstd)")
    # The other forms are made of this one. The same points also keep their database, because
    # DuckDB draws a new identity for every file.
    same = parquet.is_file() and parquet.read_bytes() == fresh.read_bytes()
    fresh.replace(parquet)
    if not (same and csv.is_file()):
        connection.execute(
            f"copy (from read_parquet('{_quoted(parquet)}')) to '{_quoted(csv)}'"
            " (format csv, header, compression gzip)"
        )
    if not (same and database.is_file()):
        _database(parquet, database)
    latest = connection.execute(sql.query("download_latest"), {"file": str(parquet)}).fetchall()
    names = [column[0] for column in connection.description or ()]
    _json(data / "latest.json", [dict(zip(names, row, strict=True)) for row in latest])


@contextmanager
def _frugal(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Hold little memory meanwhile, and give it back in the end."""
    import duckdb

    connection.execute(f"set memory_limit = '{MEMORY}'")
    connection.execute("set threads = 1")
    try:
        yield
    finally:
        with suppress(duckdb.OutOfMemoryException):
            connection.execute("set memory_limit = '32MB'")
        connection.execute("reset memory_limit")
        connection.execute("reset threads")


def write(context: Context, folder: Path) -> list[Download]:
    """Write what was decided below `folder`; answers all files there are with their sizes."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    known = context.by_series
    _json(
        data / "regressions.json",
        [
            {"benchmark": known[one.series_id][0].benchmark_id, **_change(one)}
            for one in context.judgement.regressions
            if one.series_id in known
        ],
    )
    _json(data / "sla.json", [_target(row) for row in context.judgement.sla])
    return [
        Download(one.name, one.path, one.summary, (folder / one.path).stat().st_size)
        for one in FILES
        if (folder / one.path).exists()
    ]


def _change(row: ChangeRow) -> dict[str, Any]:
    return {
        "series_id": row.series_id,
        "metric": row.key.metric,
        "unit": row.key.unit,
        "index": row.index,
        "commit": row.commit,
        "previous_commit": row.previous_commit,
        "direction": row.direction,
        "kind": row.kind,
        "status": row.status,
        "change": row.change,
        "low": row.change_low,
        "high": row.change_high,
        "before": row.before,
        "after": row.after,
        "n_after": row.n_after,
        "rule": changes.rule(row),
        "episode": row.episode,
        "event": row.event,
        "output_changed": row.output_changed,
        "environment": tuple(map(confounders.words, row.suspects)),
        "decision": changes.decided(row),
        "link": row.decision.link if row.decision is not None else "",
    }


def _target(row: SlaRow) -> dict[str, Any]:
    return {
        "target": row.target,
        "series_id": row.series_id,
        "benchmark_id": row.key.benchmark_id,
        "variant": row.key.variant,
        "metric": row.key.metric,
        "machine": row.key.machine,
        "limit": row.limit,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "unit": row.key.unit,
        "status": row.status,
        "margin_percent": row.margin_percent,
        "compliance_30": row.compliance_30,
        "broken_by": row.broken_by,
        "margin": targets.margin(row),
        "reason": targets.reason(row),
        "qualifier": "" if row.qualifier == "exact" else row.qualifier,
        "nights": row.nights,
        "best": row.best,
        "best_commit": row.best_commit,
        "trend": row.trend,
        "detectable": "" if row.value is None else sizes.could_show(row.detectable),
    }


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
            " (partition by series_id order by abandoned, position desc) = 1"
        )
        connection.execute("checkpoint shipped")
        connection.execute("detach shipped")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _json(path: Path, value: object) -> None:
    options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    path.write_bytes(orjson.dumps(value, option=options | orjson.OPT_SERIALIZE_NUMPY))
