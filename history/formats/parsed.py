"""Make run records of what the pure parsers of result files found.

A parser takes text and gives ``Parsed``: points without a run. An import puts them into a run of
the commit and machine the caller named; a command suite puts the same points into its own run.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from history.formats.interface import Context, Imported, Refused
from history.stats.brief import brief
from history.words import units
from history.words.errors import ImportRefusedError
from history.words.metrics import Direction, direction_of_unit, registry
from history.words.records import (
    Commit,
    Item,
    Machine,
    Measured,
    Origin,
    Point,
    Run,
    RunRecord,
    Variant,
)

_UNKNOWN: Final = "unknown"


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What one text held."""

    points: tuple[Point, ...]
    items: tuple[Item, ...] = ()
    rows_read: int = 0
    refused: tuple[Refused, ...] = ()
    flagged: tuple[str, ...] = ()
    commit: Commit | None = None
    """Only where the format carries one."""
    machine: Machine | None = None
    started_at: datetime | None = None


class RefuseError(Exception):
    """One row cannot be taken; the message says why."""


def read_text(path: Path) -> str:
    """The whole file. Raises ImportRefusedError when it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefusedError(
            f"{path.name}: expected UTF-8 text, found other bytes at position {error.start}."
        ) from None


def load_json(text: str, name: str) -> Any:  # noqa: ANN401 - the caller looks at what it is
    """Any JSON, NaN and Infinity included; numbers are judged one by one later."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise ImportRefusedError(
            f"{name}: expected JSON, found a mistake: {error}.",
            hint="A file that was cut off while it was written cannot be read; make it again.",
        ) from None


def number(value: object, what: str) -> float:
    """A finite number, also when written as text. Raises RefuseError naming ``what``."""
    if isinstance(value, str):
        try:
            value = float(value.replace(",", ""))
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefuseError(f"{what}: expected a number, found {shown(value)}")
    if not math.isfinite(value):
        raise RefuseError(f"{what}: expected a finite number, found {value}")
    return float(value)


def numbers(values: object, what: str) -> tuple[float, ...]:
    """A list of finite numbers; empty for None."""
    if values is None:
        return ()
    if not isinstance(values, list | tuple):
        raise RefuseError(f"{what}: expected a list of numbers, found {shown(values)}")
    return tuple(number(value, what) for value in values)


def table(value: object) -> dict[str, Any]:
    """A JSON object; anything else counts as an empty one."""
    return value if isinstance(value, dict) else {}


def shown(value: object) -> str:
    """A value as an error message shows it: short, on one line."""
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def measured(samples: Sequence[float]) -> Measured:
    """The median of samples in base units with its interval; n >= 1."""
    found = brief(samples)
    return Measured(
        value=found.median,
        n=len(samples),
        aggregate="median" if len(samples) > 1 else "value",
        low=found.low if len(samples) > 1 else None,
        high=found.high if len(samples) > 1 else None,
        interval="order-statistics" if len(samples) > 1 and found.low is not None else "",
        q1=found.q1,
        q3=found.q3,
        minimum=found.minimum,
        maximum=found.maximum,
        samples=tuple(samples),
    )


def metric_of(name: str, unit: str, direction: Direction | None = None) -> tuple[str, Direction]:
    """Base unit and direction of a metric: the registry's, else stated, else what the unit says."""
    known = registry().get(name)
    if known is not None:
        return known.unit, known.direction
    return units.canonical(unit).base, direction or direction_of_unit(unit)


def base(value: float, name: str, unit: str) -> float:
    """A value in the base unit of its metric; raises RefuseError where the units do not agree."""
    known = registry().get(name)
    if known is None or not unit:
        return value * units.canonical(unit).factor
    written = units.canonical(unit)
    if written.base != known.unit:
        raise RefuseError(f'{name}: is measured in "{known.unit}", found the unit "{unit}"')
    return value * written.factor


def without_folders(text: str) -> str:
    """Absolute paths in a text cut to their last part: a record holds no place on a computer."""
    return re.sub(r"(?<![\w.])(?:[A-Za-z]:)?[/\\](?:[^\s/\\'\"=:;,]+[/\\])+", "", text)


def unique(points: Iterable[Point]) -> tuple[tuple[Point, ...], tuple[str, ...]]:
    """The first point of every series, and a sentence for every further one."""
    kept: dict[tuple[object, ...], Point] = {}
    said: dict[str, None] = {}
    for point in points:
        key = (
            point.suite,
            point.benchmark,
            tuple(sorted(point.params.items())),
            point.variant.pairs(),
            point.metric,
        )
        if kept.setdefault(key, point) is not point:
            said[f"{point.benchmark}: {point.metric} comes twice; the first one counts"] = None
    return tuple(kept.values()), tuple(said)


def read(
    path: Path, context: Context, source: str, parse: Callable[[str, str], Parsed]
) -> Imported:
    """Read one file with a pure parser of (text, name) and make a run of it."""
    return imported(parse(read_text(path), path.name), context, source, path.name)


def imported(parsed: Parsed, context: Context, source: str, name: str) -> Imported:
    """One run of everything parsed, at the commit and on the machine that are known.

    The file's own commit counts before the caller's. Raises ImportRefusedError without any commit.
    """
    if not parsed.points:
        return Imported((), parsed.rows_read, parsed.refused, parsed.flagged)
    commit = parsed.commit or context.commit
    if commit is None:
        raise ImportRefusedError(
            f"{name}: this format does not say which commit was measured.",
            hint="Name it with --commit.",
        )
    machine = parsed.machine or Machine(name=_UNKNOWN)
    if context.machine:
        machine = Machine(name=context.machine)
    points, twice = unique(_in_suite(point, context.suite) for point in parsed.points)
    items = tuple(
        msgspec.structs.replace(item, suite=context.suite or item.suite) for item in parsed.items
    )
    content = sha256(msgspec.json.encode((source, commit.sha, machine, points, items)))
    run = Run(
        run_id=content.hexdigest()[:32],
        started_at=parsed.started_at or commit.time,
        commit=commit,
        machine=machine,
        project=context.project,
        origin=Origin.IMPORTED,
        source=f"import {source}",
    )
    record = RunRecord(run=run, points=points, items=items)
    return Imported((record,), parsed.rows_read, parsed.refused, (*parsed.flagged, *twice))


def utc(text: object) -> datetime | None:
    """ISO 8601 as UTC; None when it is not a time."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def merged(parts: Sequence[Parsed]) -> Parsed:
    """Several texts of one tool as one; what only one of them can say, the first one says."""
    if not parts:
        return Parsed(points=())
    return replace(
        parts[0],
        points=tuple(point for part in parts for point in part.points),
        items=tuple(item for part in parts for item in part.items),
        rows_read=sum(part.rows_read for part in parts),
        refused=tuple(refused for part in parts for refused in part.refused),
        flagged=tuple(dict.fromkeys(text for part in parts for text in part.flagged)),
    )


def variant_of(table: object) -> Variant:
    """A JSON object of variant keys. Raises RefuseError for anything else."""
    try:
        return msgspec.convert(table or {}, Variant, strict=False)
    except msgspec.ValidationError as error:
        raise RefuseError(f"variant: {error}") from None


def _in_suite(point: Point, suite: str) -> Point:
    return msgspec.structs.replace(point, suite=suite) if suite else point
