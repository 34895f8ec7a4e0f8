"""Open the database, wait for other processes, and explain why it cannot be opened.

One short-lived writer or any number of readers: DuckDB locks the file between processes. A database
is never the record; when it is lost or damaged, ``history sync`` makes it again from the ledger.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, contextmanager, suppress
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
    with _opened(path, waiting, read_only=False) as connection:
        if 0 < migrate.migrate(connection) < len(sql.migrations()):  # a new one has no commits
            with transaction(connection):
                order.renumber(connection)
        yield connection
        connection.execute("checkpoint")


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
    with _opened(path, waiting, read_only=True) as connection:
        is_old = bool(migrate.pending(connection))
        if not is_old:
            yield connection
    if is_old:
        with writing(path, waiting):
            pass
        with _opened(path, waiting, read_only=True) as connection:
            yield connection


def run_ids(path: Path) -> set[str]:
    """Ids of all runs that a history holds, duets among them; none where there is no history.

    Raises like ``reading``, and waits for nobody.
    """
    if not path.is_file():
        return set()
    with reading(path, Waiting(0)) as connection:
        return {str(row[0]) for row in connection.execute(sql.query("run_ids")).fetchall()}


@contextmanager
def as_it_is(path: Path, waiting: Waiting = WAITING) -> Iterator[duckdb.DuckDBPyConnection]:
    """The only connection to a database whose schema may be older or newer than ours.

    Raises like ``writing``.
    """
    with _opened(path, waiting, read_only=False) as connection:
        yield connection


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
        "select table_name from duckdb_tables()"
        " where not internal and database_name = current_database() order by table_name"
    ).fetchall()
    for (table,) in tables:
        connection.execute(f"select count(hash(one)) from {table} as one").fetchall()  # noqa: S608


@contextmanager
def _opened(
    path: Path, waiting: Waiting, *, read_only: bool
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database of ours; errors of DuckDB inside become those of the history."""
    database_errors.refuse_other_files(path)
    is_new = not path.exists()
    with ExitStack() as stack:
        connection = _attached(stack, path, waiting, read_only=read_only)
        stack.enter_context(database_errors.explained(path))
        connection.execute("set TimeZone = 'UTC'")
        if not is_new:
            migrate.refuse_other_programs(connection, path.name)
        yield connection


def _attached(
    stack: ExitStack, path: Path, waiting: Waiting, *, read_only: bool
) -> duckdb.DuckDBPyConnection:
    """Attach the file until the stack ends; waits for another process, and reports that once."""
    import duckdb

    until = time.monotonic() + waiting.seconds
    is_said = False
    while True:
        try:
            return stack.enter_context(memory.attached(path, read_only=read_only))
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
