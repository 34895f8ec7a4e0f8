"""Keep every series in one unit: convert values, or mark them invalid.

What is written now has its unit from ``history.store.sound``; this holds it against the series that
the history has, and takes ledger files of before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from history import sql
from history.store import relations
from history.words import units

if TYPE_CHECKING:
    import duckdb

    from history.store.relations import Kind


def differ(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether ``agree`` would change anything."""
    found = connection.execute(sql.query("incoming_units")).fetchall()
    return any(written != _kept(written, series_unit) for written, series_unit in found)


def agree(connection: duckdb.DuckDBPyConnection, kind: Kind) -> Kind:
    """Bring ``incoming`` into the units of its series; of new ones, into base units.

    ``kind`` is what it is, and what it has become is returned.
    """
    found = connection.execute(sql.query("incoming_units")).fetchall()
    for written, series_unit in found:
        kept = _kept(written, series_unit)
        if written == kept:
            continue
        known = {"written": written, "kept": kept, "series_unit": series_unit}
        kind = relations.as_table(connection, kind)
        factor = units.factor_between(written, kept)
        if factor is None:
            why = {"reason": reason(written, kept)}
            connection.execute(sql.query("incoming_other_unit"), known | why)
        else:
            connection.execute(sql.query("incoming_in_unit"), known | {"factor": factor})
    return kind


def _kept(written: str, series_unit: str | None) -> str:
    """The unit that the series is kept in."""
    return units.canonical(written).base if series_unit is None else series_unit


def reason(written: str, kept: str) -> str:
    """Why what was measured in another unit is invalid."""
    return f'it was measured in "{written}", and its series is kept in "{kept}"'
