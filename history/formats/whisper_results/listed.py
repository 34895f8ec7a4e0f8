"""Name the files of a list, and join the rows of a file that stands in it several times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from statistics import median
from typing import Any, NamedTuple

import msgspec

from history.formats.interface import LeftOut
from history.formats.shortening import apart
from history.words.key import pairs_text
from history.words.records import Item


class Listed(NamedTuple):
    """One row of a list.

    The item is wrapped, because ``fields.take`` refuses one that comes again, and here each row of
    a file is a repeat of its own.
    """

    item: Item


def named(rows: Sequence[Any]) -> list[Any]:
    """The rows with names of files that are no paths of a computer and differ where those did.

    A path inside the folder of audio stays; any other keeps as many folders as tell it apart.
    """
    files = [row["file"] for row in rows if isinstance(row, dict) and _is_text(row.get("file"))]
    paths = {file: _path(file) for file in files}
    short = apart(paths.values(), paths=True)
    return [
        row | {"file": short[paths[row["file"]]]}
        if isinstance(row, dict) and _is_text(row.get("file"))
        else row
        for row in rows
    ]


def copies(rows: Sequence[Any], first: int) -> tuple[LeftOut, ...]:
    """Rows that are equal to an earlier one to the last digit: no clock repeats itself so."""
    seen: dict[str, int] = {}
    found = []
    for number, row in enumerate(rows, start=first):
        text = json.dumps(row, sort_keys=True, default=str)
        if text in seen:
            found.append(LeftOut(number, f"the row is a copy of row {seen[text]}"))
        seen.setdefault(text, number)
    return tuple(found)


def together(rows: Iterable[Listed], flagged: dict[str, None]) -> list[Item]:
    """One item per file; the samples of all its rows are its repeats, in the order of the rows."""
    groups: dict[tuple[object, ...], list[Item]] = {}
    for row in rows:
        item = row.item
        key = (item.item, pairs_text(sorted(item.params.items())), item.variant)
        groups.setdefault(key, []).append(item)
    several = [group for group in groups.values() if len(group) > 1]
    if several:
        flagged[
            f"{len(several)} of {len(groups)} files stand in several rows: each is a repeat"
        ] = None
    return [_joined(group, flagged) for group in groups.values()]


def _joined(group: list[Item], flagged: dict[str, None]) -> Item:
    first = group[0]
    if len(group) == 1:
        return first
    for what in ("text", "fingerprint", "facts"):
        if any(getattr(item, what) != getattr(first, what) for item in group):
            flagged[f"{first.item}: its rows differ in {what}; the first counts"] = None
    shared = [metric for metric in first.samples if all(metric in item.samples for item in group)]
    lost = {metric for item in group for metric in item.samples} - set(shared)
    for metric in sorted(lost):
        flagged[f"{first.item}: {metric} is missing in some of its rows and was left out"] = None
    samples = {
        metric: tuple(value for item in group for value in item.samples[metric])
        for metric in shared
    }
    values = {metric: median(found) for metric, found in samples.items()}
    return msgspec.structs.replace(first, samples=samples, values=values)


def _path(file: str) -> str:
    """A path from outside of the folder of audio as an absolute one."""
    path = PurePosixPath(file.replace("\\", "/"))
    parts = [part for part in path.parts if part not in {"/", ".."} and ":" not in part]
    outside = path.is_absolute() or len(parts) < len(path.parts)
    return "/" + "/".join(parts) if outside and parts else file


def _is_text(value: object) -> bool:
    return isinstance(value, str)
