"""Keep one DuckDB in memory for each process: making one takes 30 ms of processor time.

A process keeps one for each set of settings. What a connection needs are temporary tables, which no
other connection sees, and files that are attached for it alone, which takes 2 ms.
"""

from __future__ import annotations

import itertools
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from history.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

_Settings = tuple[tuple[str, str], ...]

_numbers = itertools.count()

_kept: dict[tuple[int, _Settings], duckdb.DuckDBPyConnection] = {}
"""By process, since the threads of a database do not come along into a forked one."""


@contextmanager
def connected(**settings: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the database with these settings, which never installs extensions."""
    connection = _cursor(tuple(sorted(settings.items())))
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
    with connected() as connection:
        kept = _kept[os.getpid(), ()]
        _spill_beside(connection, path)
        how = " (read_only)" if read_only else ""
        connection.execute(f"attach {quoted.text(path)} as {name}{how}")
        try:
            connection.execute(f"use {name}")
            yield connection
        finally:
            connection.close()
            _detach(kept, name)


def _spill_beside(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    import duckdb

    with suppress(duckdb.Error):  # what another connection has spilled keeps its place
        connection.execute(f"set temp_directory = {quoted.text(f'{path}.tmp')}")


def _detach(kept: duckdb.DuckDBPyConnection, name: str) -> None:
    """Let go of a file, also when a fault inside DuckDB has ended every connection to it."""
    import duckdb

    try:
        with kept.cursor() as connection:
            connection.execute(f"detach {name}")
    except duckdb.Error:
        kept.close()


def _cursor(settings: _Settings) -> duckdb.DuckDBPyConnection:
    import duckdb

    name = os.getpid(), settings
    if name in _kept:
        try:
            connection = _kept[name].cursor()
            connection.execute("select 1").fetchall()
        except duckdb.Error:  # an earlier fault inside DuckDB has closed it for good
            del _kept[name]
        else:
            return connection
    known: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_file_cache": "false",  # a file that was changed must be read anew
    }
    _kept[name] = duckdb.connect(config=known | dict(settings))
    return _kept[name].cursor()
