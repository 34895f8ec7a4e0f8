"""Find run files with the same run and different content.

An equal copy is accepted, also a thinned one. Otherwise the history keeps the run it has; if it has
none of them, both files are refused.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from history.store import checksum, codec, memory
from history.store import compacted as compacted_files
from history.store import ledger as ledger_files
from history.store.relations import LOADED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from history.store.ledger import Ledger

TOLD: Final = ("row", "started_at", "commit_sha", "machine_id", "origin", *codec.OF_RESULTS)
"""What copies of a run have alike; when and by which version an import was written differs."""


class _Claim(NamedTuple):
    path: str
    is_held: bool
    """Whether the history has the run from this file."""
    told: str
    """Hash of what the file tells of the run."""


def faults(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> dict[str, str]:
    """Path of every loaded file that is refused for what another one tells, and why."""
    found = {}
    for run_id, claims in _claims(connection, ledger).items():
        held = {one.told for one in claims if one.is_held}
        if len({one.told for one in claims}) < 2:
            continue
        for one in claims:
            if one.is_held or one.told in held:
                continue
            others = ", ".join(
                Path(other.path).relative_to(ledger.folder).as_posix()
                for other in claims
                if other.told != one.told
            )
            found[one.path] = _said(run_id, others)
    return found


def fault(one: Path, other: Path, runs: Sequence[str], named: str) -> str:
    """What is wrong with one file beside another, which is ``named`` so; empty if nothing is.

    They may tell of these runs, but nothing else than the other does.
    """
    with memory.connected() as connection:
        known = told(connection, [str(one), str(other)], runs)
    for run_id in runs:
        if known.get((run_id, str(one))) != known.get((run_id, str(other))):
            return _said(run_id, named)
    return ""


def _said(run_id: str, others: str) -> str:
    return f"tells other things of run {run_id[:8]} than {others}"


def _claims(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> dict[str, list[_Claim]]:
    """What is told of every run that more than one file claims."""
    rows = connection.execute(
        "select distinct run_id, files.filename, run_ids.file"  # noqa: S608
        f" from {LOADED} as files left join run_ids using (run_id)"
        " where files.row in ('run', 'duet') order by all"
    ).fetchall()
    held = {
        (run_id, str(ledger.path(file)))
        for run_id, _, file in rows
        if file is not None and ledger.path(file).is_file()
    }
    claimed = sorted({(run_id, path) for run_id, path, _ in rows} | held)
    times = Counter(run_id for run_id, _ in claimed)
    several = sorted(run_id for run_id, files in times.items() if files > 1)
    if not several:
        return {}
    paths = sorted({path for run_id, path in claimed if run_id in several})
    found: dict[str, list[_Claim]] = {}
    for (run_id, path), rows_sha256 in told(connection, paths, several).items():
        is_held = (run_id, path) in held
        found.setdefault(run_id, []).append(_Claim(path, is_held, rows_sha256))
    return found


def told(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[str], runs: Sequence[str]
) -> dict[tuple[str, str], str]:
    """Run and path to what the file tells of the run, as hashes, whatever else differs in copies.

    Of a run that was thinned it counts what was told before, and what is left has to be the same.
    """
    files = [Path(path) for path in paths]
    made = compacted_files.of(connection, files)
    source = ledger_files.read_parquet(connection, files)
    left = {"item_samples": compacted_files.WITHOUT_ITEM_SAMPLES}
    rows = connection.execute(
        f"select run_id, filename, {checksum.rows_hash(TOLD)}, {checksum.rows_hash(TOLD, left)}"  # noqa: S608
        f" from {source} where row <> 'exclusion' and run_id in (select unnest($runs))"
        " group by run_id, filename order by run_id, filename",
        {"runs": list(runs)},
    ).fetchall()
    found = {}
    for run_id, path, whole, without in rows:
        thinned = made.get(path, compacted_files.PLAIN).thinned.get(run_id)
        before = whole if thinned is None else thinned.told_sha256
        found[run_id, path] = f"{before} {without}"
    return found
