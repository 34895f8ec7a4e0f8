"""Keep one DuckDB in memory for each process: making one takes 30 ms of processor time.

A process keeps one for each set of settings. What a connection needs are temporary tables, which no
other connection sees, and files that are attached for it alone, which takes 2 ms.
"""

from __future__ import annotations

import itertools
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from history.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

_Settings = tuple[tuple[str, str], ...]

_numbers = itertools.count()

_kept: dict[tuple[int, _Settings], duckdb.DuckDBPyConnection] = {}
"""By process, since the threads of a database do not come along into a forked one."""

_turns: dict[int, Lock] = {}
"""By process, since another thread may hold it at a fork. A connection refuses a second thread."""


def alone(path: str = ":memory:", /, **settings: str) -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own with these settings, which never installs extensions; close it."""
    import duckdb

    known: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    return duckdb.connect(database=path, config=known | settings)


@contextmanager
def connected(**settings: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the database with these settings, which never installs extensions."""
    _, connection = _taken(tuple(sorted(settings.items())))
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def attached(path: Path, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose tables are those of the database in this file; raises duckdb.Error.

    The file is made when it is missing and may be written. What does not fit into memory lies
    beside it.
    """
    name = f"file_{next(_numbers)}"
    kept, holder = _taken(())
    with holder, holder.cursor() as connection:
        _spill_beside(holder, path)
        how = " (read_only)" if read_only else ""
        holder.execute(f"attach {quoted.text(path)} as {name}{how}")
        try:
            connection.execute(f"use {name}")
            yield connection
        finally:
            connection.close()
            _detach(kept, holder, name)


def _spill_beside(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    import duckdb

    with suppress(duckdb.Error):  # what another connection has spilled keeps its place
        connection.execute(f"set temp_directory = {quoted.text(f'{path}.tmp')}")


def _detach(kept: duckdb.DuckDBPyConnection, holder: duckdb.DuckDBPyConnection, name: str) -> None:
    """Let go of a file, also when a fault inside DuckDB has ended every connection.

    A database that has spilled is not kept: it would spill into that folder for ever, also when
    the folder is gone.
    """
    import duckdb

    with suppress(duckdb.Error):  # it is gone, also where the log could not be taken in any more
        holder.execute(f"detach {name}")
    try:
        ((folder,),) = holder.execute("select current_setting('temp_directory')").fetchall()
    except duckdb.Error:
        _forget(kept)
        with suppress(duckdb.Error):
            kept.close()
    else:
        if Path(folder).is_dir():
            _forget(kept)


def _forget(kept: duckdb.DuckDBPyConnection) -> None:
    """Keep this one no longer; connections to it stay open."""
    with _turn():
        name: tuple[int, _Settings] = os.getpid(), ()
        if _kept.get(name) is kept:
            del _kept[name]


def _turn() -> Lock:
    return _turns.setdefault(os.getpid(), Lock())


def _taken(settings: _Settings) -> tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection]:
    """The database that is kept, and a connection to it of our own."""
    import duckdb

    name = os.getpid(), settings
    with _turn():
        if name in _kept:
            try:
                connection = _kept[name].cursor()
                connection.execute("select 1").fetchall()
            except duckdb.Error:  # an earlier fault inside DuckDB has closed it for good
                del _kept[name]
            else:
                return _kept[name], connection
        # a file that was changed must be read anew
        _kept[name] = alone(enable_external_file_cache="false", **dict(settings))
        return _kept[name], _kept[name].cursor()
