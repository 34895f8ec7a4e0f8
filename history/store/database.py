"""Open the database, wait for other processes, and explain why it cannot be opened.

One short-lived writer or any number of readers: DuckDB locks the file between processes. A database
is never the record; when it is lost or damaged, ``history sync`` makes it again from the ledger.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from history import sql
from history.store import database_errors, memory, migrate, order
from history.words.errors import BrokenDataError, BrokenEnvironmentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import duckdb


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


class Waiting(NamedTuple):
    """How long to wait for another process that uses the database."""

    seconds: float = 60
    say: Callable[[str], None] = _to_stderr
    """Receives one line about the other process and the longest wait."""


WAITING = Waiting()
_PAUSE_S = 0.1


@contextmanager
def writing(path: Path, waiting: Waiting = WAITING) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may write, with the newest schema; closed and checkpointed at the end.

    Raises ForeignDatabaseError for the file of another program, DamagedDatabaseError for one that
    cannot be read, now or inside the block, and BrokenEnvironmentError when it stays in use.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BrokenEnvironmentError(
            f"the folder of the history {path.name} cannot be made: {error.strerror}.",
            hint="Name another place with --history.",
        ) from None
    connection = _open(path, read_only=False, waiting=waiting)
    try:
        with database_errors.explained(path):
            if 0 < migrate.migrate(connection) < len(sql.migrations()):  # a new one has no commits
                with transaction(connection):
                    order.renumber(connection)
            yield connection
            connection.execute("checkpoint")
    finally:
        connection.close()


@contextmanager
def reading(path: Path, waiting: Waiting = WAITING) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that cannot write. Raises BrokenDataError when there is no history yet.

    Otherwise it raises like ``writing``.
    """
    if not path.is_file():
        raise BrokenDataError(
            f"there is no history yet at {path.name}.",
            hint="Measure with `soundmark collect`, take over other results with "
            "`soundmark import`, or rebuild it from the ledger with `soundmark history sync`.",
        )
    connection = _open(path, read_only=True, waiting=waiting)
    try:
        with database_errors.explained(path):
            if migrate.pending(connection):
                connection.close()
                with writing(path, waiting):
                    pass
                connection = _open(path, read_only=True, waiting=waiting)
            yield connection
    finally:
        connection.close()


def run_ids(path: Path) -> set[str]:
    """Ids of all runs that a history holds, duets among them; none where there is no history.

    Raises like ``reading``, and waits for nobody.
    """
    import duckdb

    if not path.is_file():
        return set()
    query = sql.query("run_ids")
    try:
        # A tenth of what it takes to open the file as a database of its own.
        with memory.attached(path) as connection:
            return {str(row[0]) for row in connection.execute(query).fetchall()}
    except duckdb.Error:
        # Of an earlier version, in use or damaged: opening it as usual explains it.
        with reading(path, Waiting(0)) as connection:
            return {str(row[0]) for row in connection.execute(query).fetchall()}


@contextmanager
def as_it_is(path: Path, waiting: Waiting = WAITING) -> Iterator[duckdb.DuckDBPyConnection]:
    """The only connection to a database whose schema may be older or newer than ours.

    Raises like ``writing``.
    """
    connection = _open(path, read_only=False, waiting=waiting)
    try:
        with database_errors.explained(path):
            yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Everything inside is written, or nothing is."""
    import duckdb

    connection.execute("begin")
    try:
        yield
    except BaseException:
        # The failure may have ended it already, and is the error to report.
        with suppress(duckdb.Error):
            connection.execute("rollback")
        raise
    connection.execute("commit")


def read_whole(connection: duckdb.DuckDBPyConnection) -> None:
    """Read every block of every table: a damaged one raises duckdb.Error, here and not later."""
    tables = connection.execute(
        "select table_name from duckdb_tables() where not internal and not temporary"
        " order by table_name"
    ).fetchall()
    for (table,) in tables:
        connection.execute(f"select count(hash(one)) from {table} as one").fetchall()  # noqa: S608


def _open(path: Path, *, read_only: bool, waiting: Waiting) -> duckdb.DuckDBPyConnection:
    """Connect, waiting while another process uses the file; reports the wait once."""
    import duckdb

    database_errors.refuse_other_files(path)
    is_new = not path.exists()
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    until = time.monotonic() + waiting.seconds
    is_said = False
    while True:
        try:
            connection = duckdb.connect(str(path), read_only=read_only, config=settings)
            break
        except duckdb.Error as error:
            holder = database_errors.holder(error)
            if not holder:
                raise database_errors.explain(path, error) from error
        if time.monotonic() >= until:
            raise database_errors.in_use(path, holder, waiting.seconds)
        if not is_said:
            waiting.say(
                f"waiting for {holder}, which is using the history {path.name},"
                f" for up to {waiting.seconds:g} s"
            )
            is_said = True
        time.sleep(min(_PAUSE_S, waiting.seconds))
    try:
        with database_errors.explained(path):
            connection.execute("set TimeZone = 'UTC'")
            if not is_new:
                migrate.refuse_other_programs(connection, path.name)
    except BaseException:
        connection.close()
        raise
    return connection
