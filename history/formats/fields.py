"""Read rows and fields of a result file, or refuse them with a reason."""

from __future__ import annotations

import itertools
import json
import math
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import orjson

from history.formats import opened, storable
from history.formats.interface import Refused
from history.words.errors import ImportRefusedError
from history.words.key import pairs_text
from history.words.nesting import is_deeper
from history.words.records import Item, Point, Variant, name_in_run

Row = TypeVar("Row")
Taken = TypeVar("Taken")

_NUMBER = re.compile(
    r"[-+]?((\d+\.?\d*|\.\d+)(e[-+]?\d+)?|nan|inf(inity)?)", re.IGNORECASE | re.ASCII
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", re.ASCII)
_WITH_COMMA = re.compile(r"[-+]?[\d.,]*,\d+", re.ASCII)
_OTHER_NUMBERS = re.compile(r"[-+]?(nan|inf(inity)?|none|undefined)\b", re.IGNORECASE)


_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""What may be half of a surrogate pair, as JSON writes it."""
_SHAPES = bytes(
    ord("0") if chr(one).isdecimal() and one < 128 else one if one == ord(".") else ord(" ")
    for one in range(256)
)
"""Every digit as 0, everything but digits and points as a space."""
_LONG = b" " + b"0" * 19
"""A whole number that may need more than 64 bits, in such a text."""
_DEEPEST = 65
"""Levels of nested lists and objects; no result file has as many."""
TOO_DEEP = "lists or objects are nested too deep"
"""Why a line is refused whose JSON is read without a limit of its own."""
_MOST_DIGITS = 5
"""Of a count of cores."""
UNFORESEEN = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""Exceptions of a reader about unexpected content."""


class RefuseError(Exception):
    """One row is refused; the message is the reason."""


def read_text(path: Path) -> str:
    """The whole file, every line ended by a line feed.

    Raises ImportRefusedError when it is not UTF-8, too large or no regular file.
    """
    try:
        text = opened.content(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefusedError(
            f"{path.name}: expected UTF-8 text, found other bytes at position {error.start}."
        ) from None
    return "\n".join(lines(text))


def lines(text: str) -> list[str]:
    """The lines of a text, whichever of the three line ends it has.

    Unlike ``str.splitlines`` it splits nowhere else: JSON may have other separators inside a text.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def load_json(
    text: str, name: str, pairs: Callable[[list[tuple[str, Any]]], object] | None = None
) -> Any:  # noqa: ANN401 - the caller looks at what it is
    """Any JSON, NaN and Infinity included; numbers are judged one by one later.

    ``pairs`` makes what stands for an object, where one key may come twice. Raises
    ImportRefusedError also where it is nested deeper than results are, or has halves of surrogate
    pairs.
    """
    try:
        found = _loaded(text, pairs)
    except json.JSONDecodeError as error:
        raise _no_json(error, text, name) from None
    except ValueError as error:  # a number of thousands of digits
        raise ImportRefusedError(f"{name}: expected JSON, found a mistake: {error}.") from None
    except RecursionError:
        raise _too_deep(name) from None
    if is_deeper(found, _DEEPEST):
        raise _too_deep(name)
    if "\\u" in text and _HALF.search(text) and (fault := storable.fault(found)):
        raise ImportRefusedError(f"{name}: {fault}.")
    return found


def _loaded(text: str, pairs: Callable[[list[tuple[str, Any]]], object] | None) -> Any:  # noqa: ANN401
    """What stands in the text, read by orjson where both read it alike: it is five times faster.

    ``json`` takes NaN and halves of pairs, says where a mistake is, and keeps long whole numbers.
    """
    if pairs is None and not _has_long_numbers(text):
        with suppress(orjson.JSONDecodeError):
            return orjson.loads(text)
    return json.loads(text, parse_float=_finite, parse_int=_whole, object_pairs_hook=pairs)


def _has_long_numbers(text: str) -> bool:
    """Whether a whole number may need more than 64 bits; a regular expression takes far longer."""
    return _LONG in b" " + text.encode(errors="surrogatepass").translate(_SHAPES)


def _too_deep(name: str) -> ImportRefusedError:
    return ImportRefusedError(
        f"{name}: expected JSON of results, found lists or objects nested more than {_DEEPEST}"
        " deep."
    )


def _whole(written: str) -> int | str:
    """A whole number; one too large for a double stays as it is written."""
    value = int(written)
    return written if is_too_large(value) else value


def _finite(written: str) -> float | str:
    """A number of a JSON text; one too large for a double stays as it is written, to be named."""
    value = float(written)
    return value if math.isfinite(value) else written


def _no_json(error: json.JSONDecodeError, text: str, name: str) -> ImportRefusedError:
    """What stands where no JSON can go on, and what to do about it."""
    found = text[error.pos : error.pos + 20].partition("\n")[0]
    unfinished = error.msg.startswith("Unterminated string") and "\n" not in text[error.pos :]
    if error.pos >= len(text.rstrip()) or unfinished:
        return ImportRefusedError(
            f"{name}: expected JSON, found its end in the middle, at line {error.lineno}.",
            hint="It was cut off while it was written; make it again."
            if text.strip()
            else "The file is empty; make it again.",
        )
    hint = ""
    if "escape" in error.msg:
        hint = "A backslash inside a text is written twice: C:\\\\audio."
    elif word := _OTHER_NUMBERS.match(found):
        hint = f"JSON has no {word.group()}; where there is no number, write null."
    return ImportRefusedError(
        f"{name}: expected JSON, found a mistake at line {error.lineno}, column {error.colno}: "
        f"{error.msg}, before {shown(found)}.",
        hint=hint,
    )


def load_rows(text: str, name: str, key: str) -> tuple[dict[str, Any], list[Any]]:
    """A JSON object, and the list that stands under one of its keys."""
    data = load_json(text, name)
    rows = data.get(key) if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise ImportRefusedError(
            f'{name}: expected an object with "{key}", a list; found {shown(data)}.'
        )
    return data, rows


def take(
    rows: Iterable[Row],
    made_of: Callable[[Row], Iterable[Taken]],
    first: int = 1,
    numbers: Iterable[int] = (),
) -> tuple[list[Taken], list[Refused]]:
    """Convert every row; a row that fails is refused with its number and a reason.

    Rows are counted from ``first``, unless they have ``numbers`` of their own, such as lines.

    A row that repeats the series or the item of an earlier one is refused, since either may be
    right.
    """
    taken: list[Taken] = []
    refused: list[Refused] = []
    rows_of: dict[object, int] = {}
    places = iter(numbers or itertools.count(first))
    for place, row in zip(places, rows, strict=False):
        try:
            found = list(made_of(row))
        except RefuseError as error:
            refused.append(Refused(place, str(error)))
            continue
        except UNFORESEEN as error:
            refused.append(Refused(place, unforeseen(error)))
            continue
        if fault := next(filter(None, map(storable.fault, found)), ""):
            refused.append(Refused(place, fault))
            continue
        named = {name_in_run(one): one for one in found if isinstance(one, Point | Item)}
        known = next((name for name in named if name in rows_of), None)
        if known:
            what = _said(named[known])
            refused.append(Refused(place, f"{what}: stands in row {rows_of[known]} already"))
            continue
        rows_of.update(dict.fromkeys(named, place))
        taken += found
    return taken, refused


def _said(one: Point | Item) -> str:
    """Which point or item it is, as a message says it."""
    last = one.metric if isinstance(one, Point) else one.item
    params = pairs_text(sorted(one.params.items()))
    return ", ".join(filter(None, (one.benchmark, params, one.variant.text(), last)))


def unforeseen(error: Exception) -> str:
    """The reason for a row or a file with unexpected content."""
    said = str(error).partition("\n")[0][:80]
    return f"holds something else than expected ({type(error).__name__}: {said})"


def written_number(text: str) -> float | None:
    """A number written as text, infinite if it is too large; None for anything else.

    A comma is taken for thousands where it cannot be anything else, ``1,234,567.8``; a decimal
    comma (``0,532``) is no number, because nothing tells whether 12,345 is twelve or thousands.
    """
    stripped = text.strip()
    if _THOUSANDS.fullmatch(stripped):
        return float(stripped.replace(",", ""))
    return float(stripped) if _NUMBER.fullmatch(stripped) else None


def number(value: object, what: str) -> float:
    """A finite number, also when written as text. Raises RefuseError naming ``what``."""
    found = written_number(value) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int | float):
        comma = isinstance(value, str) and _WITH_COMMA.fullmatch(value.strip())
        advice = "; write a point, not a comma, before decimals" if comma else ""
        raise RefuseError(f"{what}: expected a number, found {shown(value)}{advice}")
    if not abs(found) <= sys.float_info.max:
        said = shown(value) if isinstance(value, str | int) else f"{found}"
        large = ", which is larger than any (1.8e308)" if is_too_large(value) else ""
        raise RefuseError(f"{what}: expected a finite number, found {said}{large}")
    return float(found)


def is_too_large(value: object) -> bool:
    """Whether it is written as a number and has no place in a double, such as ``1e400``."""
    if isinstance(value, str):
        return any(map(str.isdigit, value)) and abs(written_number(value) or 0.0) == math.inf
    return isinstance(value, int) and abs(value) > sys.float_info.max


def numbers(values: object, what: str) -> tuple[float, ...]:
    """A list of finite numbers; empty for None."""
    if values is None:
        return ()
    if not isinstance(values, list | tuple):
        raise RefuseError(f"{what}: expected a list of numbers, found {shown(values)}")
    return tuple(number(value, what) for value in values)


def count_of(value: object) -> int:
    """A count of cores, also as text; 0, which stands for unknown, for anything else."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def table(value: object) -> dict[str, Any]:
    """A JSON object; anything else counts as an empty one."""
    return value if isinstance(value, dict) else {}


def shown(value: object) -> str:
    """A value as an error message shows it: short, on one line."""
    try:
        text = json.dumps(value, default=str)
    except (RecursionError, ValueError):
        return f"a {type(value).__name__} too large to be shown"
    return text if len(text) <= 60 else text[:57] + "..."


def utc(text: object) -> datetime | None:
    """ISO 8601 as UTC; None when it is not a time."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:  # in the year 1 or 9999, and another day there
        return None


def of_milliseconds(written: object, what: str) -> datetime:
    """Milliseconds since 1970 as UTC. Raises RefuseError naming ``what``."""
    moment = _since_1970(number(written, what) / 1000)
    if moment is None:
        raise no_milliseconds(written, what)
    return moment


def of_seconds(written: object, what: str) -> datetime:
    """Seconds since 1970 as UTC. Raises RefuseError naming ``what``."""
    moment = _since_1970(number(written, what))
    if moment is None:
        raise RefuseError(f"{what}: expected seconds since 1970, found {shown(written)}")
    return moment


def _since_1970(seconds: float) -> datetime | None:
    """None for a time beyond the calendar."""
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def no_milliseconds(written: object, what: str) -> RefuseError:
    """What is written is no time since 1970."""
    return RefuseError(f"{what}: expected milliseconds since 1970, found {shown(written)}")


def variant_of(table: object) -> Variant:
    """A JSON object of variant keys. Raises RefuseError for anything else."""
    try:
        return msgspec.convert(table or {}, Variant, strict=False)
    except msgspec.ValidationError as error:
        raise RefuseError(f"variant: {error}") from None
