"""Open the queryable history, and say clearly why it cannot be opened.

One short-lived writer or any number of readers: DuckDB locks the file between processes. A database
is never the record; when it is lost or damaged, ``history sync`` makes it again from the ledger.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from history.store import migrate, order
from history.words.errors import BrokenDataError, BrokenEnvironmentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb


@contextmanager
def writing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may write, with the newest schema; closed and checkpointed at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _open(path, read_only=False)
    try:
        if migrate.migrate(connection):
            with transaction(connection):
                order.renumber(connection)
        yield connection
        connection.execute("checkpoint")
    finally:
        connection.close()


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that cannot write. Raises BrokenDataError when there is no history yet."""
    if not path.is_file():
        raise BrokenDataError(
            f"there is no history yet at {path.name}.",
            hint="Measure with `soundmark collect`, take over other results with "
            "`soundmark import`, or rebuild it from the ledger with `soundmark history sync`.",
        )
    connection = _open(path, read_only=True)
    try:
        if migrate.pending(connection):
            connection.close()
            with writing(path):
                pass
            connection = _open(path, read_only=True)
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Everything inside is written, or nothing is."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _open(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=settings)
    except duckdb.IOException as error:
        raise _explain(path, str(error)) from None
    except duckdb.Error as error:
        raise _damaged(path, str(error)) from None
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _explain(path: Path, message: str) -> BrokenEnvironmentError | BrokenDataError:
    """An input or output error of DuckDB as who is in the way, or as damage."""
    holder = re.search(r"PID (\d+)", message)
    if "lock" in message.lower():
        who = f"process {holder.group(1)}{_name_of(int(holder.group(1)))}" if holder else "another"
        return BrokenEnvironmentError(
            f"the history {path.name} is in use by {who}.",
            hint="Wait until it has finished, or stop it, and try again; nothing was changed.",
        )
    if re.search(r"permission denied|read-only file system", message, re.IGNORECASE):
        return BrokenEnvironmentError(
            f"the history {path.name} cannot be opened: permission denied.",
            hint="Name another file with --history, or change its owner.",
        )
    return _damaged(path, message)


def _damaged(path: Path, message: str) -> BrokenDataError:
    first = message.strip().splitlines()[0]
    return BrokenDataError(
        f"the history {path.name} cannot be read: {first}",
        hint="The ledger still has every run: `soundmark history sync --rebuild` sets the damaged "
        "file aside and makes a new one.",
    )


def _name_of(pid: int) -> str:
    import psutil

    try:
        return f" ({psutil.Process(pid).name()})"
    except psutil.Error:
        return ""
