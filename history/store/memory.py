"""Cache databases in memory: DuckDB takes 35 ms of processor time to make one.

A process keeps one for each set of settings. What a connection needs are temporary tables, which no
other connection sees.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from history.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

_Settings = tuple[tuple[str, str], ...]

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
def attached(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the database in this file, and nothing else; raises duckdb.Error."""
    with connected() as connection:
        connection.execute(f"attach {quoted.text(path)} as attached (read_only)")
        try:
            connection.execute("use attached")
            yield connection
        finally:
            connection.execute("use memory")
            connection.execute("detach attached")


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
