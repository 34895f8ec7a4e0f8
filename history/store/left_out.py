"""The columns that a run file may omit, and the SQL that restores them.

A small file is mostly columns that say nothing: texts and lists that are empty in every row, and
ids of series, which follow from the names beside them. Whatever is asked of the rows, their hash
among it, is asked of the rows with all of it put back: so the same rows have the same hash, with
these columns and without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.sql import quoted
from history.store import codec

if TYPE_CHECKING:
    from collections.abc import Collection

_OF_POINTS: Final = "row in ('point', 'duet point')"
_WHERE: Final = {
    **dict.fromkeys(
        (
            *("project", "source", "profile", "tool_version", "run_warnings"),
            *("commit_parents", "commit_subject", "commit_branch", "commit_tag"),
            *("cpu_model", "gpu", "gpu_driver"),
        ),
        "row <> 'exclusion'",
    ),
    "fingerprint": "row in ('point', 'duet point', 'item')",
    "reason": _OF_POINTS,
    "warnings": _OF_POINTS,
    "interval_method": f"{_OF_POINTS} and status = 'measured'",
}
"""Column that is empty where it is absent to the rows that have it."""
EMPTIED: Final = frozenset(_WHERE)
"""Columns that are left out where they are empty in every row of a file."""
SERIES_ID: Final = "series_id"
COLUMNS: Final = frozenset({*EMPTIED, SERIES_ID})
"""Columns that a file may lack, and that all its rows have nevertheless."""
FEW_POINTS: Final = 4
"""Of each series: in a file with as many its id costs little, and would be made for every row."""

_EQUALS: Final = "list_transform(string_split({0}, ';'), lambda pair : [split_part(pair, '=', 1), \
substr(pair, strpos(pair, '=') + 1)])"
_PAIRS: Final = f"if({{0}} = '', [], {_EQUALS})"
MADE_SERIES_ID: Final = (
    "left(sha256(json_array(suite, benchmark,"
    f" list_sort({_PAIRS.format('params')}), {_PAIRS.format('variant')},"
    " metric, machine_id)::varchar), 16)"
)
"""SQL of the id of a series where no name in it is escaped, see ``history.words.key``."""


def rows_with_all(source: str, present: Collection[str]) -> str:
    """SQL of the rows of a relation with all that was left out of them.

    ``present`` are its columns. The result has every column of the codec, and those of others.
    """
    others = [quoted.name(name) for name in present if name not in codec.COLUMNS]
    known = [
        name if name in present else f"null::{kind} as {name}"
        for name, kind in codec.COLUMNS.items()
    ]
    whole = [_put_back(name) for name in codec.COLUMNS]
    return (
        f"(select {', '.join([*whole, *others])}"  # noqa: S608
        f" from (select {', '.join([*known, *others])} from {source}))"
    )


def is_empty(name: str) -> str:
    """SQL of whether a column may be left out as far as one row is concerned."""
    column = quoted.name(name)
    return f"{column} is null" + (f" or {column} = {_empty(name)}" if name in EMPTIED else "")


def _put_back(name: str) -> str:
    if name in _WHERE:
        return f"coalesce({name}, if({_WHERE[name]}, {_empty(name)}, null)) as {name}"
    if name == SERIES_ID:
        return f"coalesce({name}, if({_OF_POINTS}, {MADE_SERIES_ID}, null)) as {name}"
    return name


def _empty(name: str) -> str:
    kind = codec.COLUMNS[name]
    return f"[]::{kind}" if kind.endswith("[]") else "''"
