"""Compare the run files of a ledger with those that the database was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.store import catalog, checksum
from history.store.ledger import Damaged

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from history.store.ledger import Ledger


def learn(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Keep the hash of files that an earlier version took in; inside a transaction.

    Only of those that still have the size they had then: another file is not made a known one.
    """
    rows = connection.execute(
        "select file, bytes from ledger_files where sha256 is null order by file"
    ).fetchall()
    for file, size_bytes in rows:
        path = ledger.path(file)
        if path.is_file() and path.stat().st_size == size_bytes:
            connection.execute(
                "update ledger_files set sha256 = $hash where file = $file",
                {"hash": checksum.of_file(path), "file": file},
            )


def note(connection: duckdb.DuckDBPyConnection, ledger: Ledger, file: str) -> None:
    """Keep that a file was taken in, as it is now; inside a transaction."""
    connection.execute(
        "insert into ledger_files (file, bytes, runs, sha256) select $file, $bytes,"
        " (select count(*) from run_ids where file = $file), $hash",
        {
            "file": file,
            "bytes": ledger.path(file).stat().st_size,
            "hash": checksum.of_file(ledger.path(file)),
        },
    )


def read(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, str]]:
    """Run file to its bytes and its hash when it was taken in; the hash is empty if not known.

    Of a database of any version.
    """
    columns = catalog.columns(connection, "ledger_files")
    if not columns:
        return {}
    sha256 = "coalesce(sha256, '')" if "sha256" in columns else "''"
    rows = connection.execute(
        f"select file, bytes, {sha256} from ledger_files order by file"  # noqa: S608
    ).fetchall()
    return {file: (size_bytes, known) for file, size_bytes, known in rows}


def altered(known: Mapping[str, tuple[int, str]], ledger: Ledger) -> tuple[Damaged, ...]:
    """The files that changed since they were added."""
    found = []
    for file, (size_bytes, sha256) in known.items():
        path = ledger.path(file)
        if not path.is_file():
            continue
        size_now = path.stat().st_size
        if size_now != size_bytes:
            reason = f"was {size_bytes} bytes when it was taken in and is {size_now} now"
            found.append(Damaged(file, reason))
        elif sha256 and checksum.of_file(path) != sha256:
            found.append(Damaged(file, "has other content than when it was taken in"))
    return tuple(found)
