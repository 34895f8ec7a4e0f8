"""Write the downloads: the numbers as Parquet, CSV, DuckDB and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from history import addresses
from history.report.wording import changes, confounders, sizes, targets
from site_gen.writers import points
from site_gen.writers.badges import Badge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from history.judge.changes import ChangeRow
    from history.judge.targets import SlaRow
    from site_gen.pages.context import Context
    from site_gen.writers.tree import Tree

REGRESSIONS: Final = "data/regressions.json"
SLA: Final = "data/sla.json"
EXAMPLE: Final = """\
select suite, benchmark, params, metric, machine, median(value), count(*)
from 'points*.parquet'
where status = 'measured'
group by all
order by all;"""


@dataclass(frozen=True, slots=True)
class Download:
    """One download."""

    name: str
    path: str
    summary: str
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """Lines to copy."""

    name: str
    lines: str


@dataclass(frozen=True, slots=True)
class Downloads:
    """The lists of the data page."""

    files: tuple[Download, ...]
    badges: tuple[Badge, ...]
    by_year: bool = False
    """Whether points are divided into a file a year."""
    ways: tuple[Way, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    """Name and type of each column of a point."""
    markdown: tuple[str, ...] = ()
    """A line for a README for each badge."""
    commands: tuple[str, ...] = (points.TO_CSV, points.TO_DATABASE)
    """Commands that make the other forms from files by year."""


def ways(root: str, parquet: Sequence[str], samples: str = "") -> tuple[Way, ...]:
    """Examples of reading the files; with file names when the site has no root.

    ``samples`` is a query for those of one benchmark.
    """
    fetched = "\n".join(f"curl -fsSLO {root}{name}" for name in parquet)
    read = (
        "import duckdb, pandas\n"
        f'newest = pandas.read_json("{root}{points.LATEST}")\n'
        'points = duckdb.read_parquet("points*.parquet").df()  # all, once fetched'
    )
    known = (Way("curl", fetched), Way("DuckDB", EXAMPLE), Way("pandas", read))
    if not samples:
        return known
    return (*known, Way("Samples of one benchmark", samples))


def columns(tree: Tree, parquet: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Name and type of each column of the files with all points."""
    from history.store import memory

    with memory.connected() as connection:
        found = connection.execute(
            "describe from read_parquet($file)", {"file": str(tree.folder / parquet[0])}
        )
        return tuple((row[0], row[1]) for row in found.fetchall())


def write_decided(context: Context, tree: Tree) -> None:
    """Write changes and targets."""
    known = context.by_series
    found = [
        {"benchmark": known[one.series_id][0].benchmark_id, **_change(one)}
        for one in context.judgement.regressions
        if one.series_id in known
    ]
    tree.put(REGRESSIONS, points.as_json(found))
    tree.put(SLA, points.as_json([_target(row) for row in context.judgement.sla]))


def listed(tree: Tree, parquet: Sequence[str], samples: Sequence[str] = ()) -> tuple[Download, ...]:
    """All downloads in a tree.

    ``parquet`` are those with all points, ``samples`` those with every sample.
    """
    return tuple(
        Download(name.rpartition("/")[2], name, summary, (tree.folder / name).stat().st_size)
        for name, summary in _listed(parquet, samples)
    )


def _listed(parquet: Sequence[str], samples: Sequence[str]) -> Iterator[tuple[str, str]]:
    columns = "one row per point, all columns; no samples"
    if list(parquet) == [points.PARQUET]:
        yield points.PARQUET, columns
        yield points.CSV, "the same as CSV, packed with zstd, for everything else"
        yield (
            points.DATABASE,
            "the same as a DuckDB database with a view named latest; opens from DuckDB 1.4 on",
        )
    else:
        for name in parquet:
            yield name, f"commits of {_year(name)}: {columns}"
    for name in samples:
        yield name, f"commits of {_year(name)}: every sample, one row per point"
    yield points.LATEST, "the newest point of every series"
    yield REGRESSIONS, "every detected change with its rule"
    yield SLA, "every target and how it stands"
    yield addresses.FEED, "Atom feed of what fails, regressions and improvements"


def _year(name: str) -> str:
    return name.removesuffix(".parquet").rpartition("-")[2]


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
