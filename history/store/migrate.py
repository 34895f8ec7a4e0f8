"""Bring a database to the schema this version knows, one recorded step at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history import sql
from history.store import catalog
from history.store.database_errors import ForeignDatabaseError
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    import duckdb

_RECORD = """
create table if not exists migrations (
    number integer not null,
    name varchar not null,
    applied_at timestamp not null
)
"""


def _applied(connection: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    """Numbers of the migrations this database has, ascending; reads only."""
    if not catalog.columns(connection, "migrations"):
        return ()
    rows = connection.execute("select number from migrations order by number").fetchall()
    return tuple(int(row[0]) for row in rows)


def pending(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[int, str, str], ...]:
    """Migrations that are still to be applied; reads only.

    Raises BrokenDataError when the database is newer than this version of soundmark.
    """
    have = _applied(connection)
    known = sql.migrations()
    newest = known[-1][0]
    if have and have[-1] > newest:
        raise BrokenDataError(
            f"the history has schema {have[-1]}, this soundmark knows schemas up to {newest}.",
            hint="Install a newer soundmark, or rebuild the history from the ledger with "
            "`soundmark history sync --rebuild`.",
        )
    return tuple(step for step in known if step[0] not in have)


def migrate(connection: duckdb.DuckDBPyConnection) -> int:
    """Apply what is pending, each step in one transaction with its record; returns how many.

    To a new database all are applied in one. Raises BrokenDataError when a step does not fit what
    is there, and duckdb.Error for damage.
    """
    import duckdb

    connection.execute(_RECORD)
    steps = pending(connection)
    together = [steps] if len(steps) == len(sql.migrations()) else [(step,) for step in steps]
    for some in together:
        connection.execute("begin")
        try:
            for number, name, text in some:  # noqa: B007 - the last one is named
                connection.execute(text)
            connection.execute(
                "insert into migrations select unnest($numbers), unnest($names), now()::timestamp",
                {"numbers": [step[0] for step in some], "names": [step[1] for step in some]},
            )
        except duckdb.ProgrammingError as error:
            connection.execute("rollback")
            raise BrokenDataError(
                f"the history cannot be brought to schema {number} ({name}): {error}",
                hint="`soundmark history sync --rebuild` makes it anew from the ledger.",
            ) from error
        connection.execute("commit")
    return len(steps)


def refuse_other_programs(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Raise ForeignDatabaseError when this is a sound DuckDB database, and none of soundmark."""
    if catalog.columns(connection, "migrations") == ("number", "name", "applied_at"):
        return
    tables = {
        table
        for (table,) in connection.execute(
            "select table_name from duckdb_tables()"
            " where not internal and database_name = current_database()"
        ).fetchall()
    }
    if tables == {"points"} and catalog.columns(connection, "latest"):
        raise ForeignDatabaseError.of(
            name,
            "what a website offers to read, which holds points and no runs. Fetch the record with"
            " `soundmark history pull REMOTE`",
        )
    if tables:
        raise ForeignDatabaseError.of(name, "a DuckDB database of another program")
