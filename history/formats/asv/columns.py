"""Decode a result file of asv straight into columns where it has the usual shape.

A history of asv has one file a commit, each with the same hundreds of benchmarks: one object for
every value would be most of what an import costs. A file with anything unusual is left to the
general reader, which reports what is wrong with it.
"""

from __future__ import annotations

import math
import re
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np

from history.formats import opened
from history.formats.asv import rows
from history.words.errors import ImportRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from history.store.batch import Floats

_MARK: Final = "\ue000"
"""Begins the text that stands for a number that JSON cannot write; no usual file has it."""
_OTHER_NUMBERS: Final = (
    (b"NaN", f'"{_MARK}n"'.encode(), math.nan),
    (b"-Infinity", f'"{_MARK}-"'.encode(), -math.inf),
    (b"Infinity", f'"{_MARK}+"'.encode(), math.inf),
)
"""As asv writes it, the text it is replaced by, and the number. Inside of a text the replacement
breaks the JSON, and the file is left to the general reader.
"""
_STANDS_FOR: Final = {mark.decode().strip('"'): number for _, mark, number in _OTHER_NUMBERS}
_ESCAPES: Final = re.compile(rb"\\u[dDeE]")
"""Halves of surrogate pairs, and the mark."""

_Cell = float | str | None
_Plain = str | int | float | bool | None


class _Row(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """One benchmark; nulls at the end of a row are cut off."""

    result: list[_Cell] | None = None
    params: tuple[tuple[str, ...], ...] | None = None
    version: str | None = None
    started_at: int | float | None = None
    duration: float | None = None
    stats_ci_99_a: list[_Cell] | None = None
    stats_ci_99_b: list[_Cell] | None = None
    stats_q_25: list[_Cell] | None = None
    stats_q_75: list[_Cell] | None = None
    stats_number: list[_Cell] | None = None
    stats_repeat: list[_Cell] | None = None
    samples: list[None] | None = None
    profile: str | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A file of results; everything in it is decoded, so that nothing deeper can hide in it."""

    commit_hash: str
    results: dict[str, _Row]
    result_columns: list[str]
    version: int
    date: int | float
    env_name: str | None = None
    params: dict[str, _Plain] | None = None
    python: str | None = None
    requirements: dict[str, _Plain] | None = None
    env_vars: dict[str, _Plain] | None = None
    durations: dict[str, _Plain] | None = None


_DECODER: Final = msgspec.json.Decoder(_File)


class Names(NamedTuple):
    """The names of b benchmarks, equal from file to file."""

    benchmarks: tuple[str, ...]
    params: tuple[tuple[tuple[str, ...], ...], ...]
    """Of each benchmark the values of each parameter, as they are written."""
    versions: tuple[str, ...]


class Columns(NamedTuple):
    """One file: n values of b benchmarks, concatenated."""

    about: dict[str, Any]
    """The run's fields of the file, unchanged."""
    names: Names
    started: list[int | float | None]
    """(b,): milliseconds since 1970."""
    value: Floats
    """(n,), in the unit of the benchmark; NaN where there is none."""
    absent: dict[int, float | None]
    """Index of every value that is no finite number, and its text."""
    q1: Floats
    q3: Floats
    """(n,), NaN where none is stated."""
    ends: Floats
    """(n,): lower ends of intervals of 99 %, NaN where none is stated."""
    repeats: Floats
    """(n,): 0 where none is stated."""


def columns_of(path: Path) -> Columns | None:
    """The columns of a file; None when it is unusual or cannot be read."""
    try:
        found = _decoded(opened.content(path))
    except ImportRefusedError:
        return None
    if found is None or found.version != 2 or tuple(found.result_columns) != rows.COLUMNS:
        return None
    return _columns(found, list(found.results.values())) if found.commit_hash else None


def _decoded(raw: bytes) -> _File | None:
    if not _is_plain(raw):
        return None
    for written, mark, _ in _OTHER_NUMBERS:
        raw = raw.replace(written, mark)
    try:
        return _DECODER.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _is_plain(raw: bytes) -> bool:
    """Whether it is UTF-8, and nothing in it can be taken for one of our marks."""
    if b"\\u" in raw and _ESCAPES.search(raw):
        return False
    if raw.isascii():
        return True
    try:
        return _MARK not in raw.decode()
    except UnicodeDecodeError:
        return False


def _columns(found: _File, read: Sequence[_Row]) -> Columns | None:
    params = tuple([row.params or () for row in read])
    counts = [math.prod(map(len, one)) if one else 1 for one in params]
    pairs = zip([row.result for row in read], counts, strict=True)
    results = [_failed(count) if one is None else one for one, count in pairs]
    if list(map(len, results)) != counts or not all(map(str.strip, found.results)):
        return None
    values = list(chain.from_iterable(results))
    absent = _absent(values)
    repeats = _stated([row.stats_repeat for row in read], counts)
    repeats[np.isnan(repeats)] = 0.0
    if absent is None or not ((repeats >= 0) & (repeats <= rows.MOST_REPEATS)).all():
        return None
    for place in absent:
        values[place] = None
    return Columns(
        about=msgspec.structs.asdict(found),
        names=Names(tuple(found.results), params, tuple([row.version or "" for row in read])),
        started=[row.started_at for row in read],
        value=np.array(values, dtype=np.float64),
        absent=absent,
        q1=_stated([row.stats_q_25 for row in read], counts),
        q3=_stated([row.stats_q_75 for row in read], counts),
        ends=_stated([row.stats_ci_99_a for row in read], counts),
        repeats=repeats,
    )


def _failed(count: int) -> list[_Cell]:
    """Values of a benchmark that failed as a whole; too few where there are too many ways."""
    return [None] * min(count, rows.MOST)


def _absent(values: Sequence[_Cell]) -> dict[int, float | None] | None:
    """Places of what is no finite number; None where one is a text."""
    if set(map(type, values)) <= {float}:
        return {}
    found: dict[int, float | None] = {}
    for place, one in enumerate(values):
        if one is None:
            found[place] = None
        elif type(one) is str:
            if one not in _STANDS_FOR:
                return None
            found[place] = _STANDS_FOR[one]
    return found


def _stated(lists: Sequence[list[_Cell] | None], counts: list[int]) -> Floats:
    """The finite number that a column has for each value, NaN where it has none."""
    if [-1 if one is None else len(one) for one in lists] == counts:  # almost always
        cells = list(chain.from_iterable(filter(None, lists)))
    else:
        pairs = zip(lists, counts, strict=True)
        cells = list(chain.from_iterable([_padded(one, count) for one, count in pairs]))
    if str in set(map(type, cells)):
        cells = [None if type(one) is str else one for one in cells]
    return np.array(cells, dtype=np.float64)


def _padded(cells: list[_Cell] | None, count: int) -> list[_Cell]:
    found = (cells or [])[:count]
    return found + [None] * (count - len(found))
