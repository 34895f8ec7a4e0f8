"""Read the cells of one row of plain CSV, or say why the row cannot be taken."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final

import msgspec

from history.formats.fields import RefuseError
from history.formats.outcomes import measured
from history.words.records import Invalid, Measured, Qualifier, Skipped

_NOT_A_NUMBER: Final = frozenset({"nan", "inf", "+inf", "-inf", "infinity", "-infinity"})


def moment(text: str) -> datetime:
    """ISO 8601 or epoch seconds, as UTC."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            raise RefuseError(
                f'commit_time: expected ISO 8601 or epoch seconds, found "{text}"'
            ) from None
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise RefuseError(f'commit_time: "{text}" is not a time in seconds') from None


def _number(text: str, column: str, factor: float) -> float | None:
    """A cell in base units, or None when it is empty or not finite."""
    stripped = text.strip()
    if not stripped:
        return None
    try:
        value = float(stripped)
    except ValueError:
        raise RefuseError(f'{column}: expected a number, found "{stripped[:40]}"') from None
    return value * factor if math.isfinite(value) else None


def outcome(row: dict[str, str], factor: float) -> Measured | Skipped | Invalid:
    """What the row measured, in base units: `factor` is one written unit in base units.

    A stated value or interval holds over what the samples say; without either, the row is absent.
    """
    samples = _samples(row["samples"], factor)
    value = _number(row["value"], "value", factor)
    if value is None:
        if row["value"].strip().lower() in _NOT_A_NUMBER:
            return Invalid(reason=f"the value is {row['value'].strip()}", samples=samples)
        if not samples:
            return Skipped(reason="no value in this row")
    stated = row.get("qualifier", "").strip() or Qualifier.EXACT
    try:
        qualifier = Qualifier(stated)
    except ValueError:
        raise RefuseError(f'qualifier: expected {", ".join(Qualifier)}, found "{stated}"') from None
    low = _number(row.get("low", ""), "low", factor)
    high = _number(row.get("high", ""), "high", factor)
    interval = "stated" if low is not None or high is not None else ""
    if not samples:
        return Measured(
            value=value or 0.0, n=1, low=low, high=high, interval=interval, qualifier=qualifier
        )
    found = measured(samples)
    return msgspec.structs.replace(
        found,
        value=found.value if value is None else value,
        aggregate=found.aggregate if value is None else "stated",
        low=low if interval else found.low,
        high=high if interval else found.high,
        interval=interval or found.interval,
        qualifier=qualifier,
    )


def _samples(text: str, factor: float) -> tuple[float, ...]:
    """Numbers joined by ``;`` in base units; those that are not finite are left out."""
    if not text.strip():
        return ()
    try:
        values = [float(part) * factor for part in text.split(";") if part.strip()]
    except ValueError:
        raise RefuseError(f'samples: expected numbers joined by ";", found "{text[:40]}"') from None
    return tuple(value for value in values if math.isfinite(value))
