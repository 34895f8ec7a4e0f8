"""Check the name, type, size and columns of a run file before its rows are loaded.

A small file can unpack to gigabytes, so sizes are counted in a database of its own whose memory is
bounded, and nothing is kept.
"""

from __future__ import annotations

import stat
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from history.sql import quoted
from history.store import checksum, codec, memory
from history.store.ledger import NAME, Damaged, in_ledger
from history.store.relations import LOADED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import duckdb

    from history.store.admission.limits import Limits
    from history.store.checksum import Stated
    from history.store.ledger import Ledger

Read = TypeVar("Read")

_NO_NAME: Final = "is no name of a run file: expected YYYY/MM/NAME.parquet"
_MEMORY: Final = "1GB"
_MOST_COLUMNS: Final = 200
_TYPES: Final = frozenset({*codec.COLUMNS.values(), "DOUBLE[]", "BOOLEAN", "TIMESTAMP"})
"""Types that a column of a later version may have."""


def faults(ledger: Ledger, files: Sequence[str]) -> tuple[Damaged, ...]:
    """Faults of files that must not be loaded; the others are safe to load."""
    found = {file: fault for file in files if (fault := _outside(ledger, file))}
    with memory.connected(memory_limit=_MEMORY, temp_directory="") as connection:

        def stated(some: Sequence[str]) -> dict[str, Stated]:
            told = checksum.stated(connection, [ledger.path(file) for file in some])
            return {file: told[path] for file in some if (path := str(ledger.path(file))) in told}

        known, bad = each(stated, ledger, [file for file in files if file not in found])
        found |= bad
        for file, one in known.items():
            fault = _columns(one.columns)
            if fault:
                found[file] = fault
        sound = {file: one for file, one in known.items() if file not in found}
        found |= _sizes(connection, ledger, sound)
    return tuple(Damaged(file, found[file]) for file in files if file in found)


def _outside(ledger: Ledger, file: str) -> str:
    """Fault of its name, type or size on disk; empty without one."""
    name = in_ledger(file) if file.isprintable() else ""
    if NAME.fullmatch(name) is None:
        return _NO_NAME
    try:
        about = ledger.path(file).lstat()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    is_regular = stat.S_ISREG(about.st_mode)
    return outside(name, about.st_size, ledger.limits, is_regular=is_regular)


def outside(name: str, size_bytes: int, limits: Limits, *, is_regular: bool) -> str:
    """What is wrong with the name in a ledger, the kind or the size of a file, wherever it lies.

    Empty if nothing is.
    """
    if NAME.fullmatch(name) is None:
        return _NO_NAME
    if not is_regular:
        return "is no regular file"
    if size_bytes > limits.file_bytes:
        return _too_much(size_bytes, "bytes", limits.file_bytes, "file_bytes")
    return ""


def fault_of(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    file: str,
    columns: Mapping[str, str],
    more: tuple[int, int] = (0, 0),
) -> str:
    """The fault of a file whose rows were loaded at this connection; empty if there is none.

    ``columns`` are those in which any row has something, with their types; ``more`` are rows that
    say nothing new, which were not loaded, and their bytes. Of a small file a rough look is
    enough, which is planned five times faster.
    """
    limits = ledger.limits
    if fault := _outside(ledger, file):
        return fault
    if not more[0] and _is_far_below(connection, limits):
        return ""
    query = f"select count(*), {sums(columns)} from {LOADED}"  # noqa: S608
    rows, longest, numbers, size = (
        int(one or 0) for one in connection.execute(query).fetchall()[0]
    )
    if rows + more[0] > limits.rows:
        return _too_much(rows + more[0], "rows", limits.rows, "rows")
    return _beyond(limits, longest, numbers, size + more[1])


def _is_far_below(connection: duckdb.DuckDBPyConnection, limits: Limits) -> bool:
    """Whether the rows as text are already within the limits.

    Nothing in a row is longer than its text, and a comma stands for each number and each text of a
    list, which count for 8 and 16 bytes beside what is in them.
    """
    ((rows, longest, length),) = connection.execute(
        "select count(*), coalesce(max(length), 0), coalesce(sum(length), 0)"  # noqa: S608
        f" from (select strlen(one::varchar) as length from {LOADED} as one)"
    ).fetchall()
    return rows <= limits.rows and not _beyond(limits, longest, int(length), 25 * int(length))


def each(
    read: Callable[[Sequence[str]], dict[str, Read]], ledger: Ledger, files: Sequence[str]
) -> tuple[dict[str, Read], dict[str, str]]:
    """The result of a function for these files, by name, and the faults of unreadable ones.

    Files are read together; only when that fails, each alone.
    """
    import duckdb

    try:
        return read(files), {}
    except duckdb.Error:
        told: dict[str, Read] = {}
        faults = {}
        for file in files:
            try:
                told |= read([file])
            except duckdb.Error as error:
                faults[file] = _unreadable(error, ledger, file)
        return told, faults


def _unreadable(error: Exception, ledger: Ledger, file: str) -> str:
    """The first line of DuckDB's message, without the folder of the ledger."""
    first = str(error).strip().splitlines()[0].replace(str(ledger.path(file)), file)
    return f"cannot be read: {first}"


def _columns(columns: Mapping[str, str]) -> str:
    """Fault of the columns; unknown ones are of a later version."""
    if len(columns) > _MOST_COLUMNS:
        return f"has {len(columns)} columns, more than {_MOST_COLUMNS}"
    for name, kind in codec.COLUMNS.items():
        if columns.get(name, kind) != kind:
            return f"has the column {name} as {columns[name]}, expected {kind}"
    for name, kind in columns.items():
        if not name.isprintable():
            return "has a column whose name cannot be printed"
        if kind not in _TYPES:
            return f"has the column {name} of the type {kind}, which no run file has"
    missing = [name for name in ("row", "run_id", "started_at") if name not in columns]
    return f"has no column {missing[0]}" if missing else ""


def _sizes(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, known: Mapping[str, Stated]
) -> dict[str, str]:
    """Which files hold too much; files of the same columns are counted together."""
    by_columns: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for file, one in known.items():
        by_columns.setdefault(tuple(one.columns.items()), []).append(file)
    found: dict[str, str] = {}
    for columns, files in by_columns.items():
        count = partial(_counted, connection, ledger, dict(columns))
        for faults in each(count, ledger, files):
            found |= faults
    return found


def _counted(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    columns: Mapping[str, str],
    files: Sequence[str],
) -> dict[str, str]:
    paths = {str(ledger.path(file)): file for file in files}
    stated = connection.execute(
        "select file_name, num_rows from parquet_file_metadata($files) order by file_name",
        {"files": list(paths)},
    ).fetchall()
    limits = ledger.limits
    found = {
        paths[path]: _too_much(rows, "rows", limits.rows, "rows")
        for path, rows in stated
        if rows > limits.rows
    }
    left = [path for path, file in paths.items() if file not in found]
    if left:
        query = f"select filename, {sums(columns)} from read_parquet($files, filename = true)"  # noqa: S608
        rows = connection.execute(f"{query} group by filename", {"files": left}).fetchall()
        for path, *counts in rows:
            fault = _beyond(limits, *(int(count or 0) for count in counts))
            if fault:
                found[paths[path]] = fault
    return found


def sums(columns: Mapping[str, str]) -> str:
    """SQL of aggregates over rows: longest text, numbers in lists, bytes of everything."""
    longest, numbers, size = ["0"], ["0"], ["0"]
    for name, kind in columns.items():
        column = quoted.name(name)
        if kind == "VARCHAR":
            longest.append(f"max(strlen({column}))")
            size.append(f"coalesce(sum(strlen({column})), 0)")
        elif kind == "VARCHAR[]":
            lengths = f"list_transform({column}, lambda text : strlen(text))"
            longest.append(f"max(list_max({lengths}))")
            size.append(f"coalesce(sum(list_sum({lengths}) + 16 * len({column})), 0)")
        elif kind.endswith("[]"):
            numbers.append(f"coalesce(sum(len({column})), 0)")
    total = " + ".join(numbers)
    return f"greatest({', '.join(longest)}), {total}, {' + '.join(size)} + 8 * ({total})"


def _beyond(limits: Limits, longest: int, numbers: int, size: int) -> str:
    if longest > limits.text_bytes:
        return _too_much(longest, "bytes in one text", limits.text_bytes, "text_bytes")
    if numbers > limits.samples:
        return _too_much(numbers, "samples", limits.samples, "samples")
    if size > limits.unpacked_bytes:
        return _too_much(size, "bytes when unpacked", limits.unpacked_bytes, "unpacked_bytes")
    return ""


def _too_much(found: int, what: str, limit: int, key: str) -> str:
    return f"holds {found} {what}, more than history.limits.{key} = {limit} allows"
