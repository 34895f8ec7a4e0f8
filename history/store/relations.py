"""The temporary relations that rows pass through on their way into a database.

Whether one is a table or a view is told along with it: to ask the catalog takes 35 ms on a new
connection, and a statement that fails would end the transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from history.sql import quoted

if TYPE_CHECKING:
    import duckdb

Kind = Literal["table", "view"]

LOADED: Final = "incoming_files"
"""Table of the rows of run files, with the path of their file as ``filename``."""
SHOWN: Final = "shown_rows"
"""View of the same for rows that stand in several tables, so that they are not copied."""
INCOMING: Final = "incoming"
"""Table or view of the rows that are taken in, with ``file``, the name of theirs in its ledger."""


def choose(connection: duckdb.DuckDBPyConnection, source: str, folder: str) -> Kind:
    """Make ``INCOMING`` of all rows of ``LOADED``, which is there no more, or of ``SHOWN``.

    ``folder`` is that of the ledger. A view of many columns is planned anew by every query, so
    where there is a table it is used as it is.
    """
    root = f"{folder}/"
    if source == SHOWN:
        connection.execute(
            f"create temp view {INCOMING} as select * exclude (filename),"  # noqa: S608
            f" replace(filename, {quoted.text(root)}, '') as file from {SHOWN}"
        )
        return "view"
    connection.execute(f"alter table {LOADED} rename to {INCOMING}")
    connection.execute(f"alter table {INCOMING} rename column filename to file")
    connection.execute(
        f"update {INCOMING} set file = replace(file, $root, '')"  # noqa: S608
        " where row in ('run', 'duet', 'exclusion')",
        {"root": root},
    )
    return "table"


def as_table(connection: duckdb.DuckDBPyConnection, kind: Kind) -> Kind:
    """Make a table of ``INCOMING``, whose rows can be changed; one that is a table stays."""
    if kind == "view":
        connection.execute(f"create temp table kept_rows as select * from {INCOMING}")  # noqa: S608
        connection.execute(f"drop view temp.{INCOMING}")
        connection.execute(f"alter table kept_rows rename to {INCOMING}")
    return "table"
