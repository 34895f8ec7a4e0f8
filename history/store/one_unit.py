"""Keep every series in one unit: convert what can be converted, and call the rest invalid.

Readers refuse a wrong unit with its row. This is the last gate, for whatever comes without rows
(a suite, a format of another package) and for ledger files of before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from history import sql
from history.words import units
from history.words.records import Invalid, Measured

if TYPE_CHECKING:
    import duckdb

    from history.words.records import Outcome

_NUMBERS = ("value", "low", "high", "q1", "q3", "minimum", "maximum")


def outcome_in(outcome: Outcome, written: str, kept: str) -> Outcome:
    """What was measured in the unit it is kept in; invalid where that cannot be made of it."""
    if not isinstance(outcome, Measured) or written == kept:
        return outcome
    factor = units.factor_between(written, kept)
    if factor is None:
        return Invalid(reason=_reason(written, kept))
    numbers = {name: getattr(outcome, name) for name in _NUMBERS}
    return msgspec.structs.replace(
        outcome,
        **{name: number if number is None else number * factor for name, number in numbers.items()},
        samples=tuple(sample * factor for sample in outcome.samples),
    )


def agree(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the table ``incoming`` into the units of its series; of new ones, into base units."""
    found = connection.execute(sql.query("incoming_units")).fetchall()
    for written, series_unit in found:
        kept = units.canonical(written).base if series_unit is None else series_unit
        if written == kept:
            continue
        known = {"written": written, "kept": kept, "series_unit": series_unit}
        factor = units.factor_between(written, kept)
        if factor is None:
            reason = {"reason": _reason(written, kept)}
            connection.execute(sql.query("incoming_other_unit"), known | reason)
        else:
            connection.execute(sql.query("incoming_in_unit"), known | {"factor": factor})


def _reason(written: str, kept: str) -> str:
    return f'it was measured in "{written}", and its series is kept in "{kept}"'
