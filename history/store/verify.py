"""Check that ledger and database agree, and that every key in the database leads somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history import sql
from history.store import admit, known_files

if TYPE_CHECKING:
    import duckdb

    from history.store.ledger import Ledger


_AT_ONCE: Final = 64
"""Run files that are in memory together."""


class Verified(NamedTuple):
    """What was checked and what was found."""

    files: int
    runs: int
    points: int
    problems: tuple[str, ...]
    """One sentence each; empty when everything agrees."""


def verify(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> Verified:
    """Read every ledger file whole, and compare it with what the database holds of it."""
    problems = []
    rows = connection.execute(sql.query("verify_files")).fetchall()
    held = {str(row[0]): (int(row[1]), int(row[2])) for row in rows}
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
            runs, points = found.get(str(ledger.path(file)), (0, 0))
            if file in named:
                continue
            if file not in held:
                problems.append(f"{file} is not in the history; run `soundmark history sync`")
            elif held[file] != (runs, points):
                problems.append(
                    f"{file} holds {runs} runs and {points} points, the history has "
                    f"{held[file][0]} and {held[file][1]} of it"
                )
    problems += [f"{file} is gone from the ledger" for file in sorted(held.keys() - set(present))]
    for table, count in connection.execute(sql.query("verify_orphans")).fetchall():
        problems.append(f"{count} rows of {table} belong to nothing")
    counts = connection.execute(sql.query("verify_counts")).fetchone() or (0, 0)
    return Verified(len(present), int(counts[0]), int(counts[1]), tuple(problems))


def _counted(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Path of every file that was loaded, how many runs it holds and how many points."""
    rows = connection.execute(
        "select filename, count(distinct run_id) filter (row <> 'exclusion'),"  # noqa: S608
        " count(*) filter (row in ('point', 'duet point'))"
        f" from {admit.TABLE} group by filename order by filename"
    ).fetchall()
    return {str(file): (int(runs), int(points)) for file, runs, points in rows}
