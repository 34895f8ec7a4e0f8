"""Check that ledger and database agree, and that every key in the database leads somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history import sql
from history.store import ledger as ledger_files

if TYPE_CHECKING:
    import duckdb

    from history.store.ledger import Ledger


class Verified(NamedTuple):
    """What was checked and what was found."""

    files: int
    runs: int
    points: int
    problems: tuple[str, ...]
    """One sentence each; empty when everything agrees."""


def verify(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> Verified:
    """Read every ledger file whole, and compare it with what the database holds of it."""
    import duckdb

    problems = []
    rows = connection.execute(sql.query("verify_files")).fetchall()
    held = {str(row[0]): (int(row[1]), int(row[2])) for row in rows}
    present = ledger.files()
    for file in present:
        try:
            relation = ledger_files.read_parquet(connection, [ledger.path(file)])
            found = connection.execute(
                "select count(distinct run_id) filter (row <> 'exclusion'),"  # noqa: S608
                f" count(*) filter (row in ('point', 'duet point')), count(hash(columns(*)))"
                f" from {relation}"
            ).fetchone()
        except duckdb.Error as error:
            reason = str(error).strip().splitlines()[0].replace(str(ledger.path(file)), file)
            problems.append(f"{file} cannot be read: {reason}")
            continue
        if file not in held:
            problems.append(f"{file} is not in the history; run `soundmark history sync`")
        elif found is not None and held[file] != (int(found[0]), int(found[1])):
            problems.append(
                f"{file} holds {found[0]} runs and {found[1]} points, the history has "
                f"{held[file][0]} and {held[file][1]} of it"
            )
    problems += [f"{file} is gone from the ledger" for file in sorted(held.keys() - set(present))]
    for table, count in connection.execute(sql.query("verify_orphans")).fetchall():
        problems.append(f"{count} rows of {table} belong to nothing")
    counts = connection.execute(sql.query("verify_counts")).fetchone() or (0, 0)
    return Verified(len(present), int(counts[0]), int(counts[1]), tuple(problems))
