"""Check that ledger and database agree, and that every key in the database is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history import sql
from history.store import admit, known_files, relations

if TYPE_CHECKING:
    import duckdb

    from history.store.ledger import Ledger


_AT_ONCE: Final = 64
"""Run files that are in memory together."""


class Verified(NamedTuple):
    """The counts of a check, and its problems."""

    files: int
    runs: int
    points: int
    problems: tuple[str, ...]
    """One sentence each; empty when everything agrees."""


def verify(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> Verified:
    """Read every ledger file whole, and compare it with what the database holds of it."""
    problems = []
    held = _held(connection)
    present = ledger.files()
    known = known_files.read(connection)
    altered = known_files.altered(known, ledger)
    unchanged = {file for file, (_, sha256) in known.items() if sha256}
    unchanged -= {bad.file for bad in altered}
    problems += [str(bad) for bad in altered]
    for start in range(0, len(present), _AT_ONCE):
        files = present[start : start + _AT_ONCE]
        faults = admit.load(connection, ledger, files, unchanged=unchanged)
        problems += [str(bad) for bad in faults]
        named = {bad.file for bad in (*altered, *faults)}
        found = _counted(connection)
        for file in files:
            told = found.get(str(ledger.path(file)), {})
            if file in named:
                continue
            if file not in known:
                problems.append(f"{file} is not in the history; run `soundmark history sync`")
                continue
            # Its runs may be in the database from another file with the same content.
            of_it = held.of_file.get(file, set()) | told.keys()
            there = {run: held.points[run] for run in sorted(of_it) if run in held.points}
            if told != there:
                problems.append(
                    f"{file} holds {len(told)} runs and {sum(told.values())} points, the history"
                    f" has {len(there)} and {sum(there.values())} of it"
                )
    problems += [f"{file} is gone from the ledger" for file in sorted(known.keys() - set(present))]
    for table, count in connection.execute(sql.query("verify_orphans")).fetchall():
        counted = "1 row has a key" if count == 1 else f"{count} rows have keys"
        problems.append(
            f"{table}: {counted} of nothing; `soundmark history sync --rebuild` makes them anew"
        )
    counts = connection.execute(sql.query("verify_counts")).fetchone() or (0, 0)
    return Verified(len(present), int(counts[0]), int(counts[1]), tuple(problems))


class _Held(NamedTuple):
    points: dict[str, int]
    """Run to how many points the database has of it."""
    of_file: dict[str, set[str]]
    """Run file to the runs that were taken in from it."""


def _held(connection: duckdb.DuckDBPyConnection) -> _Held:
    found = _Held({}, {})
    for run_id, file, points in connection.execute(sql.query("verify_runs")).fetchall():
        found.points[run_id] = points
        found.of_file.setdefault(file, set()).add(run_id)
    return found


def _counted(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Path of every file that was loaded to its runs, and how many points it has of each."""
    rows = connection.execute(
        "select filename, run_id, count(*) filter (row in ('point', 'duet point'))"  # noqa: S608
        f" from {relations.LOADED} where row <> 'exclusion' group by filename, run_id order by all"
    ).fetchall()
    found: dict[str, dict[str, int]] = {}
    for file, run_id, points in rows:
        found.setdefault(file, {})[run_id] = points
    return found
