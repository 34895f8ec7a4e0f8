"""Check the rows of loaded run files: each row, then the rows of a file together."""

from __future__ import annotations

from datetime import UTC
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Final

import msgspec

from history import sql
from history.sql import quoted
from history.store import codec
from history.store.admission.limits import EARLIEST
from history.store.relations import LOADED
from history.words.nesting import is_deeper

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

    from history.store.admission.limits import Limits

_MOST_NESTED: Final = 8
"""Depth of an environment; two groups, a reading and its list are four."""
_FACTS: Final = msgspec.json.Decoder(dict[str, float | int | str])
# Earlier versions wrote null for a value that was no number.
_VALUES: Final = msgspec.json.Decoder(dict[str, float | None])
_SAMPLES: Final = msgspec.json.Decoder(dict[str, tuple[float | None, ...]])
_KINDS: Final = ", ".join(map(quoted.text, codec.REQUIRED))
_OTHER_KINDS: Final = (
    "select filename, 'has a row of a kind that no run file has'"  # noqa: S608
    f" from {LOADED} where row is null or row not in ({_KINDS}) group by filename"
)
_UNLIKE: Final = (
    "select distinct filename, 'tells different things of one run'"  # noqa: S608
    f" from (select filename, run_id, count(distinct hash({', '.join(codec.OF_ONE_RUN)})) as ways"
    f" from {LOADED} where row <> 'exclusion' group by filename, run_id) where ways > 1"
)
"""SQL of the paths of files in which two rows of one run contradict each other."""


def faults(connection: duckdb.DuckDBPyConnection, limits: Limits, now: datetime) -> dict[str, str]:
    """Path of every faulty file -> its first fault."""
    found = _json(connection) | _missing(connection)
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
    found |= dict(
        connection.execute(sql.query("admission_files"), {"pages": limits.pages}).fetchall()
    )
    # Last, so that it is the reported fault: without these columns the others mean nothing.
    return found | dict(connection.execute(_OTHER_KINDS).fetchall())


def _missing(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Files with rows that lack a required column, and the first such column.

    Values are counted once; a case for every kind and column took as long as reading the rows.
    """
    names = list(dict.fromkeys(name for one in codec.REQUIRED.values() for name in one))
    counts = ", ".join(f"count({name})" for name in names)
    found: dict[str, list[str]] = {}
    for file, kind, size, *counted in connection.execute(
        f"select filename, row, count(*), {counts} from {LOADED}"  # noqa: S608
        " where row is not null group by filename, row order by filename, row"
    ).fetchall():
        told = dict(zip(names, counted, strict=True))
        lacking = (name for name in codec.REQUIRED.get(kind, ()) if told[name] < size)
        found.setdefault(file, []).extend(list(lacking)[:1])
    return {file: f"has a row without {min(lacking)}" for file, lacking in found.items() if lacking}


def _json(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Files with JSON of the wrong type, nested too deeply, or with infinite numbers."""
    found = {}
    rows = connection.execute(
        f"select distinct filename, environment from {LOADED} where environment is not null"  # noqa: S608
    ).fetchall()
    for file, environment in rows:
        if not _is_environment(environment):
            found[str(file)] = "has an environment that is none"
    rows = connection.execute(
        "select distinct filename, facts, item_values, item_samples"  # noqa: S608
        f" from {LOADED} where row = 'item'"
    ).fetchall()
    for file, facts, values, samples in rows:
        if not _is_item(facts or "", values or "", samples or ""):
            found[str(file)] = "has an item whose facts, values or samples are none"
    return found


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
