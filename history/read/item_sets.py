"""Read the utterances or files of benchmarks, and compare two such sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from history import sql

if TYPE_CHECKING:
    import duckdb

    from history.words.key import SeriesKey

ItemSets = Mapping[tuple[str, ...], Mapping[str, str]]
"""(run id, suite, benchmark, parameters, variant) -> items: name -> text and length."""
Reader = Callable[[Iterable[str]], ItemSets]
"""Reads the sets of some runs, by their ids."""


class OtherItems(NamedTuple):
    """The items of a benchmark differ between the sides, so its numbers are of different work."""

    gone: tuple[str, ...]
    new: tuple[str, ...]
    altered: tuple[str, ...]
    """Items of the same name with another text or length."""
    same: int


def reader(connection: duckdb.DuckDBPyConnection) -> Reader:
    """A reader of this history."""

    def read(runs: Iterable[str]) -> ItemSets:
        wanted = sorted(set(runs))
        if not wanted:
            return {}
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for *where, item, identity in connection.execute(
            sql.query("item_sets"), {"runs": wanted}
        ).fetchall():
            found.setdefault(tuple(where), {})[item] = identity
        return found

    return read


def between(
    sets: ItemSets, key: SeriesKey, before: str, after: str, other: SeriesKey | None = None
) -> OtherItems | None:
    """How the items of a benchmark differ between two runs; None when a run has none.

    ``other`` is the key on the second side, where that has another variant or machine.
    """
    old = sets.get((before, *_place(key)), {})
    new = sets.get((after, *_place(other or key)), {})
    if not old or not new:
        return None
    common = [name for name in old if name in new]
    # An item that failed may have a name only.
    altered = tuple(name for name in common if old[name] and new[name] and old[name] != new[name])
    if len(common) == len(old) == len(new) and not altered:
        return None
    return OtherItems(
        gone=tuple(name for name in old if name not in new),
        new=tuple(name for name in new if name not in old),
        altered=altered,
        same=len(common) - len(altered),
    )


def _place(key: SeriesKey) -> tuple[str, ...]:
    return key.suite, key.benchmark, key.params, key.variant
