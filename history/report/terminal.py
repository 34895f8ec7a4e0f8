"""Show rows on a terminal as a table that fits its width; anywhere else as plain rows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from history.report.output import print_rows, visible
from history.words.key import parse_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

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
"""Colour of a row by its first word; the word is always there too."""

_WRAPS: Final = frozenset({"benchmark", "target", "margin", "why", "reason"})


def named(key: SeriesKey) -> str:
    """``golden.pipeline[audio=1.5 s] torch cpu threads=2``: benchmark and variant in one cell.

    Values of a variant say by themselves what they are, all but the numbers.
    """
    variant = (
        f"{key}={value}" if value.isdigit() else value
        for key, value in parse_pairs(key.variant).items()
    )
    return " ".join([key.benchmark_id, *variant])


def show(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    format_: str,
    *,
    empty: str = "Nothing to show.",
    console: Console | None = None,
) -> None:
    """Print rows; the first column decides about colour, and only text on a terminal has any."""
    if format_ != "text" or not rows or (console is None and not sys.stdout.isatty()):
        print_rows(rows, columns, format_, empty=empty)
        return
    from rich.console import Console as NewConsole
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        # Names are broken at their width rather than cut: a cut name cannot be copied.
        wraps = column in _WRAPS
        table.add_column(
            column, overflow="fold", no_wrap=not wraps, min_width=10 if wraps else None
        )
    for row in rows:
        cells = [visible(str("" if row[column] is None else row[column])) for column in columns]
        style = _STYLES.get(cells[0].partition(" ")[0], "")
        # Text, not markup: "[k=50]" in a name would be taken for a style.
        table.add_row(Text(cells[0], style=style), *map(Text, cells[1:]))
    (console or NewConsole()).print(table)
