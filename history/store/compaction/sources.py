"""Read the contents and the faults of a year's run files."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from history.store import admit, codec
from history.store import compacted as compacted_files
from history.store.admission import shape
from history.store.compacted import PLAIN
from history.store.compaction.years import Source
from history.store.ledger import Damaged, Named
from history.store.relations import LOADED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from history.store.ledger import Ledger


class Looked(NamedTuple):
    """The run files of a year."""

    sources: tuple[Source, ...]
    """Sorted by name: the oldest first."""
    corrections: tuple[str, ...]
    """Files of earlier versions that leave a run out; they stay as they are."""
    damaged: tuple[Damaged, ...]


def look(connection: duckdb.DuckDBPyConnection, ledger: Ledger, files: Sequence[str]) -> Looked:
    """Look at these files; the connection is to an empty database in memory."""
    connection.execute("create or replace temp table run_ids (run_id varchar, file varchar)")
    damaged = admit.load(connection, ledger, files)
    good = sorted(set(files) - {bad.file for bad in damaged})
    counts = {path: numbers for path, *numbers in _counts(connection)}
    runs, pages, to_thin = _runs(connection), _pages(connection), _to_thin(connection)
    made = compacted_files.of(connection, [ledger.path(file) for file in good])
    connection.execute(f"drop table {LOADED}")
    sources, corrections = [], []
    for file in good:
        path = str(ledger.path(file))
        if not runs[path]:
            corrections.append(file)
            continue
        rows, _, samples, unpacked_bytes = counts[path]
        sources.append(
            Source(
                file=file,
                size_bytes=ledger.path(file).stat().st_size,
                rows=int(rows),
                samples=int(samples),
                unpacked_bytes=int(unpacked_bytes),
                pages=frozenset(pages[path]),
                runs=tuple(runs[path]),
                to_thin=to_thin[path],
                made=made.get(path, PLAIN),
            )
        )
    return Looked(tuple(sources), tuple(corrections), damaged)


def _counts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int, int, int]]:
    return connection.execute(
        f"select filename, count(*), {shape.sums(codec.COLUMNS)}"  # noqa: S608
        f" from {LOADED} group by filename order by filename"
    ).fetchall()


def _runs(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Named]]:
    found = defaultdict(list)
    for path, started_at, run_id, sha, machine in connection.execute(
        "select filename, started_at, run_id, commit_sha, machine_name"  # noqa: S608
        f" from {LOADED} where row in ('run', 'duet') order by all"
    ).fetchall():
        found[path].append(Named(started_at.replace(tzinfo=UTC), run_id, sha, machine))
    return found


def _pages(connection: duckdb.DuckDBPyConnection) -> dict[str, set[tuple[str, ...]]]:
    found = defaultdict(set)
    for path, *page in connection.execute(
        f"""
        select distinct filename, 'run', run_id, '', '' from {LOADED} where row <> 'exclusion'
        union all select distinct filename, 'commit', commit_sha, commit_time::varchar, ''
        from {LOADED} where commit_sha is not null
        union all select distinct filename, 'machine', machine_id, '', ''
        from {LOADED} where machine_id is not null
        union all select distinct filename, suite, benchmark, params, 'benchmark'
        from {LOADED} where suite is not null
        """  # noqa: S608
    ).fetchall():
        found[path].add(tuple(page))
    return found


def _to_thin(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for path, run_id, items in connection.execute(
        f"select filename, run_id, count(*) from {LOADED} where row = 'item'"  # noqa: S608
        f" and item_samples is distinct from {compacted_files.WITHOUT_ITEM_SAMPLES}"
        " group by filename, run_id order by filename, run_id"
    ).fetchall():
        found[path][run_id] = items
    return found
