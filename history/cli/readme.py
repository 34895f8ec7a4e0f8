"""The options of ``export readme-table``: a table in a file is kept up to date, or checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from history.formats import marked_block, readme_table
from history.formats.put_out import put
from history.report.terminal import say
from history.words.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from history.formats.readme_table import Chosen

NAME: Final = readme_table.ReadmeTable.name
_ITS_OWN: Final = {
    "into": "--into", "check": "--check", "only": "--only", "metric": "--metric",
    "machine": "--machine",
}  # fmt: skip


def refuse_what_would_be_ignored(
    format_: str, output: Path | None, into: Path | None, *, check: bool
) -> None:
    """Raises UsageError for options of which one would have no effect."""
    context = click.get_current_context()
    given = [
        option
        for name, option in _ITS_OWN.items()
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if format_ != NAME and given:
        raise UsageError(
            f"{given[0]} is for {NAME}, and {format_} ignores it.",
            hint=f"Leave it out, or export {NAME}.",
        )
    if output is not None and into is not None:
        raise UsageError("--output and --into exclude each other.", hint="Leave one out.")
    if check and into is None:
        raise UsageError(
            "--check needs --into.", hint="Name the file whose table is checked: --into README.md"
        )


def write(
    connection: duckdb.DuckDBPyConnection,
    chosen: Chosen,
    output: Path | None,
    into: Path | None,
    *,
    check: bool,
) -> None:
    """Print the table, write it to a file, or put it into one; exit with 1 where it is stale."""
    text = readme_table.table(connection, chosen)
    if into is None:
        put(output, text.encode())
        if output is not None:
            say(f"wrote {output}")
        return
    block = marked_block.read(into)
    if block.has(text):
        say(f"{into} has the newest values")
        return
    if check:
        say(f"{into} is stale: the same command without --check brings it up to date")
        raise click.exceptions.Exit(1)
    marked_block.write(into, block.content(text))
    say(f"wrote the table of {into}")
