"""Print rows on a terminal as a table that fits its width; elsewhere as plain rows."""

from __future__ import annotations

import os
import sys
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TextIO

    from rich.console import Console, Group
    from rich.table import Table

    from history.words.key import SeriesKey

_STYLES: Final = {
    "fail": "bold red",
    "regression": "bold red",
    "confirmed": "red",
    "invalid": "red",
    "suspect": "yellow",
    "warn": "yellow",
    "drift": "yellow",
    "uncertain": "yellow",
    "improvement": "green",
    "pass": "green",
}
"""Colour of a row by its first word, which is always printed too."""

_NARROWEST: Final = 24
"""Narrowest column of names that stays readable."""
_NAMES: Final = ("benchmark", "event")
"""Columns that name a row; printed beside its first cell when the table is too wide."""
_WRAPS: Final = frozenset({"benchmark", "target", "margin", "why", "reason", "remark", "left_out"})
_BETWEEN_WORDS: Final = frozenset({"commit"})
"""Columns that may be broken between words."""
_COLUMNS: Final = 80
"""Assumed width of a terminal that does not report one."""


def named(key: SeriesKey) -> str:
    """``golden.pipeline[audio=1.5 s] torch cpu threads=2``: benchmark and variant in one cell."""
    return named_by(key.benchmark_id, key.variant)


def named_by(benchmark: str, variant: str) -> str:
    """The same from a benchmark's id and the text of a variant.

    Keys of a variant are left out, except before numbers.
    """
    from history.words.key import parse_pairs

    values = (
        f"{key}={value}" if value.isdigit() else value
        for key, value in parse_pairs(variant).items()
    )
    return " ".join([benchmark, *values])


def show(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    format_: str,
    *,
    empty: str = "Nothing to show.",
    console: Console | None = None,
) -> None:
    """Print rows; the first column decides the colour, which is used on a terminal only."""
    from history.report.output import print_rows, short

    if format_ != "text" or not rows or (console is None and not sys.stdout.isatty()):
        print_rows(rows, columns, format_, empty=empty)
        return
    from rich.console import Console as NewConsole

    screen = console or NewConsole()
    cells = [[short(row[column]) for column in columns] for row in rows]
    if _width(cells, columns) <= screen.width:
        screen.print(_table(cells, columns))
    else:
        for line in cells:
            screen.print(_block(line, columns))


def fitted(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """The text that `show` prints: for the terminal, or plain without one."""
    if not sys.stdout.isatty():
        from history.report.output import plain

        return plain(rows, columns)
    from rich.console import Console as NewConsole

    screen = NewConsole()
    with screen.capture() as captured:
        show(rows, columns, "text", console=screen)
    return captured.get()


def say(text: str = "", *, err: bool = False) -> None:
    """Print sentences: between words on a terminal that is too narrow, whole anywhere else."""
    click.echo(folded(text, err=err), err=err)


def _width(cells: Sequence[Sequence[str]], columns: Sequence[str]) -> int:
    """Smallest readable width of a table, with names and reasons broken."""
    widths = [
        max(len(column), *(len(line[place]) for line in cells))
        for place, column in enumerate(columns)
    ]
    return 2 * (len(columns) - 1) + sum(
        min(width, _NARROWEST)
        if column in _WRAPS
        else min(width, _longest_word(cells, columns.index(column)))
        if column in _BETWEEN_WORDS
        else width
        for column, width in zip(columns, widths, strict=True)
    )


def _longest_word(cells: Sequence[Sequence[str]], place: int) -> int:
    return max(len(word) for line in cells for word in line[place].split() or [""])


def _table(cells: Sequence[Sequence[str]], columns: Sequence[str]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        # Names are broken at their width rather than cut: a cut name cannot be copied.
        wraps = column in _WRAPS or column in _BETWEEN_WORDS
        least = _longest_word(cells, place) if column in _BETWEEN_WORDS else 10
        table.add_column(
            column, overflow="fold", no_wrap=not wraps, min_width=least if wraps else None
        )
    for line in cells:
        # Text, not markup: "[k=50]" in a name would be taken for a style.
        table.add_row(Text(line[0], style=_style(line[0])), *map(Text, line[1:]))
    return table


def _block(cells: Sequence[str], columns: Sequence[str]) -> Group:
    """One row of a table that is too wide: its name, and each cell on a line below."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    told = dict(zip(columns, cells, strict=True))
    first = told.pop(columns[0])
    title = Text(first, style=_style(first))
    name = next((told.pop(column) for column in _NAMES if told.get(column)), "")
    if name:
        title.append(f"  {name}", style="bold")
    below = Table(box=None, pad_edge=False, show_header=False)
    below.add_column(no_wrap=True)
    below.add_column(overflow="fold")
    for column, cell in told.items():
        if cell:
            below.add_row(Text(f"  {column}"), Text(cell))
    return Group(title, below)


def folded(text: str, width: int = 0, *, err: bool = False) -> str:
    """Lines wrapped between words for a terminal of ``width`` columns, with indentation.

    Without a width that of the terminal, or of standard error if asked; elsewhere lines stay as
    they are. Names and addresses are never broken.
    """
    width = width or _columns(sys.stderr if err else sys.stdout)
    if not width:
        return text
    return "\n".join(_folded(line, width) for line in text.split("\n"))


def _columns(stream: TextIO) -> int:
    """Columns of the terminal behind a stream; 0 without a terminal."""
    if not stream.isatty():
        return 0
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _COLUMNS
    except (OSError, ValueError):
        return _COLUMNS


def _folded(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    start = line[: len(line) - len(line.lstrip())]
    return fill(
        line.strip(),
        width,
        initial_indent=start,
        subsequent_indent=f"{start}    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _style(first: str) -> str:
    return _STYLES.get(first.partition(" ")[0], "")
