"""Make one run from the result of a pure parser.

A parser takes text and gives ``Parsed``: points without a run. An import puts them into a run of
the commit and machine the caller named; a command suite puts the same points into its own run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
import numpy as np

from history.formats.interface import Context, Imported, LeftOut, Parsed, Refused
from history.words.errors import UsageError
from history.words.records import (
    HARDWARE,
    Machine,
    Origin,
    Point,
    Run,
    RunRecord,
    hardware,
    name_in_run,
)

if TYPE_CHECKING:
    from history.store.batch import Batch

UNKNOWN: Final = "unknown"
"""The machine of results of which neither the file nor the caller says where they came from."""

Row = TypeVar("Row", LeftOut, Refused)


def imported(parsed: Parsed, context: Context, source: str, name: str) -> Imported:
    """One run of everything parsed, at the commit and on the machine that are known.

    The file's own commit counts before the caller's. Raises UsageError without any commit.
    """
    if not parsed.points:
        return Imported((), parsed.rows_read, parsed.refused, parsed.flagged, parsed.left_out)
    commit = parsed.commit or context.commit
    if commit is None:
        raise UsageError(
            f"{name}: this format does not say which commit was measured.",
            hint="Name it with --commit.",
        )
    machine = machine_of(parsed.machine, context)
    stated = parsed.machine or machine
    processor = hardware(stated.cpu_model, stated.cores)
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
        environment={HARDWARE: processor} if processor else {},
    )
    record = RunRecord(run=run, points=points, items=items)
    flagged = (*parsed.flagged, *twice)
    return Imported((record,), parsed.rows_read, parsed.refused, flagged, parsed.left_out)


def machine_of(stated: Machine | None, context: Context) -> Machine:
    """The caller's machine before the one that a file states."""
    if context.machine:
        return Machine(name=context.machine)
    return stated or Machine(name=UNKNOWN)


def unique(points: Iterable[Point]) -> tuple[tuple[Point, ...], tuple[str, ...]]:
    """The first point of every series, and a sentence for every further one."""
    kept: dict[tuple[object, ...], Point] = {}
    said: dict[str, None] = {}
    for point in points:
        if kept.setdefault(name_in_run(point), point) is not point:
            said[f"{point.benchmark}: {point.metric} comes twice; the first one counts"] = None
    return tuple(kept.values()), tuple(said)


def unique_columns(batch: Batch) -> tuple[Batch, tuple[str, ...]]:
    """The same for columns: the first point of every series in each run."""
    names: dict[object, int] = {}
    of_label = [
        names.setdefault(
            one._replace(params=tuple(sorted(one.params)), unit="", direction=None), place
        )
        for place, one in enumerate(batch.labels)
    ]
    key = batch.run * len(batch.labels) + np.array(of_label, dtype=np.int64)[batch.label]
    _, first = np.unique(key, return_index=True)
    if first.size == len(batch):
        return batch, ()
    again = np.setdiff1d(np.arange(len(batch)), first)
    said = dict.fromkeys(
        f"{label.benchmark}: {label.metric} comes twice; the first one counts"
        for label in (batch.labels[place] for place in batch.label[again])
    )
    return batch.take(np.sort(first)), tuple(said)


def merged(parts: Sequence[Parsed]) -> Parsed:
    """Several texts of one tool as one; what only one of them can say, the first one says.

    Rows are counted through all of them.
    """
    if not parts:
        return Parsed(points=())
    return replace(
        parts[0],
        points=tuple(point for part in parts for point in part.points),
        items=tuple(item for part in parts for item in part.items),
        rows_read=sum(part.rows_read for part in parts),
        left_out=tuple(_shifted(parts, [part.left_out for part in parts])),
        refused=tuple(_shifted(parts, [part.refused for part in parts])),
        flagged=tuple(dict.fromkeys(text for part in parts for text in part.flagged)),
    )


def _shifted(parts: Sequence[Parsed], rows: Sequence[tuple[Row, ...]]) -> Iterator[Row]:
    """Rows of every part with their numbers among the rows of all."""
    before = 0
    for part, found in zip(parts, rows, strict=True):
        for one in found:
            yield replace(one, row=one.row + before)
        before += part.rows_read


def _in_suite(point: Point, suite: str) -> Point:
    return msgspec.structs.replace(point, suite=suite) if suite else point
