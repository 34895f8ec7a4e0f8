"""Check the rows of loaded run files: each row, then the rows of a file together."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from history import sql
from history.store import codec
from history.store.admission.limits import EARLIEST
from history.store.relations import LOADED
from history.words.nesting import is_deeper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb

    from history.store.admission.limits import Limits

_MOST_NESTED: Final = 8
"""Depth of an environment; two groups, a reading and its list are four."""
_FACTS: Final = msgspec.json.Decoder(dict[str, float | int | str])
# Earlier versions wrote null for a value that was no number.
_VALUES: Final = msgspec.json.Decoder(dict[str, float | None])
_SAMPLES: Final = msgspec.json.Decoder(dict[str, tuple[float | None, ...]])
_PAGES_OF_A_ROW: Final = 4
"""A row names a run, a commit, a machine and a benchmark at most."""
_OF_ONE_RUN: Final = f"hash({', '.join(codec.OF_ONE_RUN)})"
_UNLIKE: Final = (
    "select distinct filename, 'tells different things of one run'"  # noqa: S608
    f" from (select filename from {LOADED} where row <> 'exclusion' group by filename, run_id"
    f" having min({_OF_ONE_RUN}) <> max({_OF_ONE_RUN}))"
)
"""SQL of the paths of files in which two rows of one run contradict each other."""


def faults(connection: duckdb.DuckDBPyConnection, limits: Limits, now: datetime) -> dict[str, str]:
    """Path of every faulty file -> its first fault."""
    counted = _counted(connection)
    has_items = any(one.kind == "item" for one in counted)
    found = _environments(connection) | (_items(connection) if has_items else {})
    found |= _missing(counted)
    found |= dict(connection.execute(_UNLIKE).fetchall())
    latest = limits.latest(now)
    found |= {
        file: f"has {fault}"
        for file, fault in connection.execute(
            sql.query("admission_rows"),
            {
                "earliest": EARLIEST.replace(tzinfo=None),
                "latest": latest.astimezone(UTC).replace(tzinfo=None),
                "span": f"{EARLIEST:%Y} to {latest:%Y-%m-%d}",
            },
        ).fetchall()
    }
    if _PAGES_OF_A_ROW * sum(one.rows for one in counted) > limits.pages:
        pages = sql.query("admission_pages")
        found |= dict(connection.execute(pages, {"pages": limits.pages}).fetchall())
    found |= _not_alone(counted)
    found |= dict(connection.execute(sql.query("admission_files")).fetchall())
    # Last, so that it is the reported fault: without these columns the others mean nothing.
    return found | {
        one.file: "has a row of a kind that no run file has"
        for one in counted
        if one.kind not in codec.REQUIRED
    }


class _Counted(NamedTuple):
    """How many rows of one kind a file has, and how many of them have each column."""

    file: str
    kind: str | None
    rows: int
    values: dict[str, int]


def _counted(connection: duckdb.DuckDBPyConnection) -> list[_Counted]:
    """Each kind of rows of each file.

    A case for every kind and column took as long as reading the rows.
    """
    names = list(dict.fromkeys(name for one in codec.REQUIRED.values() for name in one))
    counts = ", ".join(f"count({name})" for name in names)
    rows = connection.execute(
        f"select filename, row, count(*), {counts} from {LOADED}"  # noqa: S608
        " group by filename, row order by filename, row"
    ).fetchall()
    return [
        _Counted(file, kind, size, dict(zip(names, counted, strict=True)))
        for file, kind, size, *counted in rows
    ]


def _missing(counted: Sequence[_Counted]) -> dict[str, str]:
    """Files with rows that lack a required column, and the first such column."""
    found: dict[str, list[str]] = {}
    for one in counted:
        required = codec.REQUIRED.get(one.kind or "", ())
        lacking = [name for name in required if one.values[name] < one.rows]
        found.setdefault(one.file, []).extend(lacking[:1])
    return {file: f"has a row without {min(lacking)}" for file, lacking in found.items() if lacking}


def _not_alone(counted: Sequence[_Counted]) -> dict[str, str]:
    """Files with a correction of earlier versions and other rows."""
    rows: Counter[str] = Counter()
    for one in counted:
        rows[one.file] += one.rows
    return {
        one.file: "has an exclusion beside other rows"
        for one in counted
        if one.kind == "exclusion" and rows[one.file] > 1
    }


def _environments(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Files with an environment of the wrong type, or nested too deeply."""
    rows = connection.execute(
        f"select distinct filename, environment from {LOADED} where environment is not null"  # noqa: S608
    ).fetchall()
    return {
        file: "has an environment that is none"
        for file, environment in rows
        if not _is_environment(environment)
    }


def _items(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Files with items whose JSON is of the wrong type, or has infinite numbers."""
    rows = connection.execute(
        "select distinct filename, facts, item_values, item_samples"  # noqa: S608
        f" from {LOADED} where row = 'item'"
    ).fetchall()
    return {
        file: "has an item whose facts, values or samples are none"
        for file, facts, values, samples in rows
        if not _is_item(facts or "", values or "", samples or "")
    }


def _is_item(facts: str, values: str, samples: str) -> bool:
    try:
        known = (*_FACTS.decode(facts).values(), *_VALUES.decode(values).values())
        numbers = [*known, *chain.from_iterable(_SAMPLES.decode(samples).values())]
        return all(isfinite(number) for number in numbers if isinstance(number, float | int))
    except (msgspec.DecodeError, RecursionError, OverflowError):
        return False


def _is_environment(text: str) -> bool:
    try:
        decoded = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return (
        isinstance(decoded, dict)
        and all(isinstance(group, dict) for group in decoded.values())
        and not is_deeper(decoded, _MOST_NESTED)
    )
