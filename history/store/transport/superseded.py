"""Remove run files of a ledger that a compacted file of the record replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.store import compacted as compacted_files
from history.store import memory, rivals
from history.store.disk import to_disk
from history.store.ledger import Damaged, in_ledger
from history.store.transport import manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from history.store.compacted import Compacted
    from history.store.ledger import Ledger
    from history.store.transport.manifest import Sound
    from history.store.transport.notes import Notes


class LetGo(NamedTuple):
    """The result."""

    replaced: tuple[str, ...]
    """Files that are gone, sorted: every run of theirs is in a compacted file, as they had it."""
    complete: tuple[str, ...]
    """Files that stay, since they have samples which were thinned in the compacted one."""


def let_go(ledger: Ledger, names: Iterable[str], notes: Notes) -> LetGo:
    """Remove what the compacted files of these names took the place of; they are in the ledger."""
    replaced: list[str] = []
    complete: list[str] = []
    for name in sorted(names):
        note = notes.by_file.get(name)
        with memory.connected() as connection:
            (made,) = compacted_files.of(connection, [ledger.path(name)]).values() or (None,)
            if made is None:
                continue
            instead = {one.file for one in made.originals} | set(note.replaced if note else ())
            local = [file for file in ledger.files() if in_ledger(file) in instead - {name}]
            for one in manifest.look_at(connection, ledger, local):
                if isinstance(one, Damaged) or not _is_in(connection, ledger, one, name):
                    continue
                if _is_complete(one, made):
                    complete.append(one.file)
                else:
                    ledger.path(one.file).unlink(missing_ok=True)
                    replaced.append(one.file)
    for folder in {ledger.path(file).parent for file in replaced}:
        to_disk(folder)
    return LetGo(tuple(sorted(replaced)), tuple(sorted(complete)))


def _is_in(connection: duckdb.DuckDBPyConnection, ledger: Ledger, one: Sound, name: str) -> bool:
    """Whether the compacted file tells of all runs of this one what it tells."""
    paths = [str(ledger.path(file)) for file in (one.file, name)]
    told = rivals.told(connection, paths, one.ids)
    return all(_told_alike(told, run_id, paths) for run_id in one.ids)


def _told_alike(told: dict[tuple[str, str], str], run_id: str, paths: Sequence[str]) -> bool:
    own, other = (told.get((run_id, path)) for path in paths)
    return own is not None and own == other


def _is_complete(one: Sound, made: Compacted) -> bool:
    """Whether it has samples that are thinned in the compacted file."""
    return not one.made.thinned and any(
        made.thinned[run_id].rows for run_id in one.ids if run_id in made.thinned
    )
