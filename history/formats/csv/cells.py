"""Read the cells of one row of plain CSV, or say why the row cannot be taken."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.outcomes import measured
from history.words.records import Failed, Invalid, Measured, Qualifier, Skipped, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.words.records import Outcome

_DATES: Final = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
"""Dates without separators, by the number of their digits."""
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_NO_INTERVAL: Final = {"low": None, "high": None, "interval": ""}
_NUMBERS: Final = ("low", "high", "q1", "q3", "minimum", "maximum")


class Samples(NamedTuple):
    """The samples of a row in base units."""

    values: tuple[float, ...]
    left_out: int
    """Those that are empty or no finite number."""


def moment(text: str) -> datetime:
    """ISO 8601 or epoch seconds, as UTC; what can be read as either is refused."""
    if re.fullmatch(r"\d+", text, re.ASCII):
        return _epoch(text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        seconds = fields.written_number(text)
        if seconds is None:
            raise RefuseError(
                f'commit_time: expected ISO 8601 or epoch seconds, found "{text}"'
            ) from None
        return _at(seconds, text)
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:  # in the year 1 or 9999, and another day there
        raise RefuseError(f'commit_time: "{text}" is no time in UTC') from None


def _epoch(digits: str) -> datetime:
    """Whole seconds since 1970, unless they look like a date or like milliseconds."""
    date = _as_date(digits)
    if date is not None:
        raise RefuseError(
            f'commit_time: "{digits}" is {_said(digits)} as seconds since 1970 and '
            f"{date.isoformat()} as a date: write the date with its dashes, or the seconds with .0"
        )
    return _at(float(digits), digits)


def _as_date(digits: str) -> datetime | None:
    """A date of 1970 to 2099 without separators."""
    if len(digits) not in _DATES or digits[:2] not in {"19", "20"}:
        return None
    try:
        return datetime.strptime(digits, _DATES[len(digits)]).replace(tzinfo=UTC)
    except ValueError:
        return None


def _said(digits: str) -> str:
    try:
        return datetime.fromtimestamp(float(digits), tz=UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return "no time"


def _at(seconds: float, text: str) -> datetime:
    try:
        time = datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        time = _LATEST
    if time >= _LATEST:
        raise RefuseError(
            f'commit_time: expected seconds since 1970, found "{text}", which is after 2100: '
            "milliseconds are divided by 1000, dates have dashes"
        )
    return time


def outcome(row: Mapping[str, str], factor: float, samples: Samples) -> Outcome:
    """The outcome of a row in base units; `factor` is one written unit in base units.

    A stated value or interval takes precedence over the samples; without either, the row is an
    absence.
    """
    value = _number(row, "value", factor)
    status = _choice(row, "status", Status, "")
    if status not in {"", Status.MEASURED}:
        if value is not None:
            raise RefuseError(f'status: "{status}" and a value exclude each other')
        return _absence(status, row, samples)
    if value is None and not samples.values:
        if status:
            raise RefuseError("value: expected a number, because the status is measured")
        if samples.left_out:
            return Invalid(reason="no sample is a finite number")
        return Skipped(reason=row.get("reason", "").strip() or "no value in this row")
    if value is not None and not math.isfinite(value):
        return Invalid(reason=f"the value is {row['value'].strip()}", samples=samples.values)
    made = _measured(row, factor, value, samples.values)
    _check_interval(row, made)
    return made


def samples(row: Mapping[str, str], factor: float) -> Samples:
    """Numbers joined by ``;``, in base units; the brackets of earlier exports are read, too."""
    text = row.get("samples", "").strip()
    mark = ";"
    if text.startswith("[") and text.endswith("]"):
        text, mark = text[1:-1], ","
    parts = [part.strip() for part in text.rstrip(mark).split(mark)] if text else []
    found = [_sample(part, text) for part in parts]
    values = tuple(value * factor for value in found if value is not None)
    return Samples(values, len(found) - len(values))


def _sample(part: str, text: str) -> float | None:
    """One number; None where there is none. ``text`` is the whole cell, for the message."""
    value = fields.written_number(part) if part else math.nan
    if value is None:
        raise RefuseError(f'samples: expected numbers joined by ";", found "{text[:40]}"')
    if fields.is_too_large(part):
        fields.number(part, "samples")
    return value if math.isfinite(value) else None


def _number(row: Mapping[str, str], column: str, factor: float) -> float | None:
    """A cell in base units, None when it is empty; NaN and infinity only as they are written."""
    text = row.get(column, "").strip()
    if not text:
        return None
    value = fields.written_number(text)
    if value is None or fields.is_too_large(text):
        fields.number(text, column)
    return None if value is None else value * factor


def _finite(row: Mapping[str, str], column: str, factor: float) -> float | None:
    text = row.get(column, "").strip()
    return fields.number(text, column) * factor if text else None


def _measured(
    row: Mapping[str, str], factor: float, value: float | None, values: tuple[float, ...]
) -> Measured:
    stated: dict[str, Any] = {name: _finite(row, name, factor) for name in _NUMBERS}
    qualifier = Qualifier(_choice(row, "qualifier", Qualifier, Qualifier.EXACT))
    method = row.get("interval_method", "").strip()
    aggregate = row.get("aggregate", "").strip()
    has_interval = stated["low"] is not None or stated["high"] is not None
    n = _count(row)
    if aggregate and value is not None:  # as an export has it: everything is stated
        made = Measured(value=value, n=n or len(values) or 1, aggregate=aggregate, samples=values)
        return replace(made, interval=method, qualifier=qualifier, **stated)
    if not has_interval:
        del stated["low"], stated["high"]
    known = {
        name: number
        for name, number in stated.items()
        if number is not None or name in {"low", "high"}
    }
    if has_interval:
        known["interval"] = method or "stated"
    if not values:
        made = Measured(value=0.0 if value is None else value, n=n or 1)
        return replace(made, qualifier=qualifier, **known)
    made = measured(values)
    if value is not None and value != made.value:
        known |= {"value": value, "aggregate": "stated"}
        if made.low is None or made.high is None or not made.low <= value <= made.high:
            known = _NO_INTERVAL | known  # that of the samples is of another number
    return replace(made, qualifier=qualifier, **known)


def _absence(status: str, row: Mapping[str, str], samples: Samples) -> Outcome:
    reason = row.get("reason", "").strip() or "no reason in this row"
    if status == Status.INVALID:
        return Invalid(reason=reason, samples=samples.values)
    return Failed(reason=reason) if status == Status.FAILED else Skipped(reason=reason)


def _check_interval(row: Mapping[str, str], made: Measured) -> None:
    low = made.value if made.low is None else made.low
    high = made.value if made.high is None else made.high
    if not low <= made.value <= high:
        raise RefuseError(
            f"low, high: the interval [{row.get('low', '').strip()}, "
            f"{row.get('high', '').strip()}] does not contain the value "
            f"{row['value'].strip() or 'that the samples have'}"
        )


def _choice(row: Mapping[str, str], column: str, kind: type[Status | Qualifier], usual: str) -> str:
    stated = row.get(column, "").strip()
    if stated and stated not in set(kind):
        raise RefuseError(f'{column}: expected {", ".join(kind)}, found "{stated}"')
    return stated or usual


def _count(row: Mapping[str, str]) -> int:
    """Samples behind the value; 0 where the row does not say."""
    text = row.get("n", "").strip()
    if text and not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise RefuseError(f'n: expected a number of samples, found "{text[:40]}"')
    return int(text or 0)
