"""Hash the rows of a run file by columns: the second version of the hash that stands in a file.

Rows that say the same of their run are a group. What such rows share, and what each row says in
words, is hashed once for each different text; numbers are hashed as they lie in memory. So a point
costs some tens of bytes of SHA-256, and a group has the same hash whichever file it stands in.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from history.store import checksum
from history.store.batch import Lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from history.store.batch import Ints

RUN_COLUMNS: Final = frozenset(
    {
        *("format_version", "run_id", "started_at", "recorded_at", "duration_s", "project"),
        *("origin", "source", "profile", "tool_version", "run_warnings", "environment"),
        *("commit_sha", "commit_time", "commit_sequence", "commit_parents", "commit_subject"),
        *("commit_branch", "commit_tag", "dirty", "machine_id", "machine_name", "cpu_model"),
        *("cores", "memory_gib", "gpu", "gpu_driver", "base_sha", "base_time", "base_subject"),
        "ci_url",
    }
)
"""Columns of the text of a group. Never changed: a column of a later version is one of the row."""
_NUMBERS: Final = {"DOUBLE": "<f8", "INTEGER": "<i8", "BIGINT": "<i8"}
"""Types that are hashed as numbers, and lists of these; those of the group are texts."""
_COUNT: Final = "<i8"
_DIGEST_BYTES: Final = 32


class Numbers(NamedTuple):
    """A column with a number in each row, or none."""

    values: NDArray[Any]
    """(n,): what stands where there is none does not matter."""
    there: NDArray[np.bool_]
    """(n,)."""


class NumberLists(NamedTuple):
    """A column with a list of numbers in each row, or none."""

    lists: Lists
    there: NDArray[np.bool_]
    """(n,): an empty list is there."""
    filled: NDArray[np.bool_]
    """(m,): which numbers of all lists are there."""


class Rows(NamedTuple):
    """Rows of any number of groups; n rows."""

    groups: Sequence[bytes]
    """SHA-256 of the text of each group; each has a row."""
    names: Sequence[bytes]
    """SHA-256 of each different text of a row."""
    group: Ints
    """(n,): place in ``groups``."""
    name: Ints
    """(n,): place in ``names``."""
    columns: Mapping[str, Numbers | NumberLists]
    """Every column of numbers that any row has, by name."""


def kind_of(name: str, kind: str) -> str:
    """How the numbers of a column are hashed, as NumPy names it; empty where it is a text.

    ``kind`` is its type in DuckDB.
    """
    return "" if name in RUN_COLUMNS else _NUMBERS.get(kind.removesuffix("[]"), "")


def group_text(columns: Iterable[str]) -> str:
    """SQL of the text of the group of a row that has these columns.

    That is ``name=value`` of every column of ``RUN_COLUMNS`` that is not NULL, by name, with U+001F
    between them; values are as DuckDB writes them as text.
    """
    return checksum.text_of(name for name in columns if name in RUN_COLUMNS)


def row_text(columns: Mapping[str, str]) -> str:
    """SQL of the text of a row: the same of all columns that are neither the group's nor numbers.

    ``columns`` has the type of each.
    """
    return checksum.text_of(
        name
        for name, kind in columns.items()
        if name not in RUN_COLUMNS and not kind_of(name, kind)
    )


def of_rows(rows: Rows) -> list[bytes]:
    """The hash of each group, whatever the order of rows.

    It is the SHA-256 of: the SHA-256 of the group's text; the number of its rows; the SHA-256 of
    each row's text; and every column of numbers, by name, that a row of the group has: its name, a
    zero byte, a byte for each row (1 where it has a number, else 0), and the numbers, zero where
    there is none. Of lists the same of their lengths, and then of the numbers in them. All numbers
    have 8 bytes, the lowest first; minus zero is zero. Rows are ordered by the SHA-256 of their
    texts, those of one text by the bytes of their numbers.
    """
    order = _order(rows)
    starts = np.flatnonzero(np.diff(rows.group[order], prepend=-1))
    bounds = [*starts.tolist(), order.size]
    found = [sha256(rows.groups[one]) for one in rows.group[order][starts].tolist()]
    texts = np.frombuffer(b"".join(rows.names), dtype=np.uint8).reshape(-1, _DIGEST_BYTES)
    written = texts[rows.name[order]].reshape(-1)
    for place, digest in enumerate(found):
        first, end = bounds[place], bounds[place + 1]
        digest.update((end - first).to_bytes(8, "little"))
        digest.update(written[first * _DIGEST_BYTES : end * _DIGEST_BYTES].data)
    for name, column in sorted(rows.columns.items()):
        there = column.there[order]
        pieces = _pieces(column, order)
        for place in np.flatnonzero(np.logical_or.reduceat(there, starts)).tolist():
            first, end = bounds[place], bounds[place + 1]
            found[place].update(name.encode() + b"\0")
            found[place].update(there[first:end].data)
            for piece in pieces(first, end):
                found[place].update(piece.data)
    digests = [b""] * len(rows.groups)
    for place, digest in zip(rows.group[order][starts].tolist(), found, strict=True):
        digests[place] = digest.digest()
    return digests


def of_groups(groups: Iterable[bytes]) -> str:
    """The hash of a file, in hex: the SHA-256 of the hashes of its groups, one behind the other.

    They are sorted, so it does not change when rows move.
    """
    return sha256(b"".join(sorted(groups))).hexdigest()


def _order(rows: Rows) -> Ints:
    """(n,): places of the rows, group by group, as they are hashed."""
    by_digest = sorted(range(len(rows.names)), key=rows.names.__getitem__)
    rank = np.empty(len(by_digest), dtype=np.int64)
    rank[by_digest] = np.arange(len(by_digest))
    key = rows.group * max(1, rank.size) + rank[rows.name]
    order = np.argsort(key, kind="stable").astype(np.int64)
    ordered = key[order]
    again = np.flatnonzero(ordered[1:] == ordered[:-1]) + 1
    if again.size:
        for stretch in np.split(again, np.flatnonzero(np.diff(again) > 1) + 1):
            first, end = stretch[0] - 1, stretch[-1] + 1
            order[first:end] = sorted(order[first:end].tolist(), key=_bytes_of(rows))
    return order


def _bytes_of(rows: Rows) -> Callable[[int], bytes]:
    """What tells rows of one text apart."""

    def of(place: int) -> bytes:
        found = []
        for _, column in sorted(rows.columns.items()):
            one = np.array([place])
            found += [column.there[one].tobytes()]
            found += [piece.tobytes() for piece in _pieces(column, one)(0, 1)]
        return b"".join(found)

    return of


def _pieces(
    column: Numbers | NumberLists, order: Ints
) -> Callable[[int, int], tuple[NDArray[Any], ...]]:
    """The numbers of a column in this order, as bytes of the rows from one place up to another."""
    if isinstance(column, Numbers):
        values = _packed(column.values[order], column.there[order])
        return lambda first, end: (values[first:end],)
    moved = column.lists.take(order)
    filled = Lists(column.filled.astype(np.int64), column.lists.starts).take(order).flat == 1
    flat, lengths = _packed(moved.flat, filled), moved.lengths().astype(_COUNT)

    def of(first: int, end: int) -> tuple[NDArray[Any], ...]:
        inside = slice(moved.starts[first], moved.starts[end])
        return lengths[first:end], filled[inside], flat[inside]

    return of


def _packed(values: NDArray[Any], there: NDArray[np.bool_]) -> NDArray[Any]:
    """Numbers of 8 bytes, zero where there is none."""
    kind = "<f8" if values.dtype.kind == "f" else "<i8"
    return np.where(there, values, 0).astype(kind) + np.zeros(1, dtype=kind)
