"""Make a database from the ledger beside the old one, which stays until the new one is complete.

Killed at any moment, or without room, or over a bad file: the old database is as it was, and what
was begun is litter with a name of its own.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from history.store import database as store
from history.store import guard, sync
from history.store.database_errors import DamagedDatabaseError
from history.store.disk import to_disk
from history.words import temporary
from history.words.errors import BrokenEnvironmentError, SoundmarkError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb

    from history.store.database import Waiting
    from history.store.ledger import Ledger
    from history.store.own import Own
    from history.store.sync import Synced


_WITHOUT_LOG: Final = ".without-log"


class Rebuilt(NamedTuple):
    """The result of a rebuild."""

    synced: Synced
    kept_as: str = ""
    """Name under which a damaged old database was set aside."""
    is_compared: bool = True
    """Whether it is known what the old one held."""


def rebuild(
    path: Path,
    ledger: Ledger,
    finish: Callable[[duckdb.DuckDBPyConnection], object],
    *,
    is_damaged: bool = False,
    permit: guard.Allowed = guard.NOTHING,
    waiting: Waiting = store.WAITING,
    mine: Own | None = None,
) -> Rebuilt:
    """Put a new database, made of the whole ledger, in the place of the one at ``path``, if any.

    One that ``is_damaged``, or is found to be, is set aside. ``finish`` is called with the new one
    before it takes the place. What this process has just written, ``mine``, is not read again.
    Raises BrokenDataError when the old one holds a run that the new one would not, unless
    ``permit`` covers it; raises like ``database.writing`` when the old one is in use, or is none of
    ours.
    """
    start = _start(path)
    temporary.sweep(start, path.parent)
    beside = path.with_name(temporary.name(start))
    try:
        with ExitStack() as holding:
            before = _held(path, beside, waiting, holding)
            with store.writing(beside, waiting) as connection:
                if mine is not None:
                    sync.take_in(connection, ledger, written=ledger.written, mine=mine)
                done = sync.sync(connection, ledger, permit=permit, before=before.held)
                finish(connection)
            to_disk(beside)
        is_damaged = is_damaged or before.is_damaged
        kept_as = _set_aside(path) if is_damaged else ""
        try:
            beside.replace(path)
        except OSError as error:
            raise BrokenEnvironmentError(
                f"the new history cannot be put in the place of {path.name}: {error.strerror}.",
                hint="Mend the rights of its folder and try again.",
            ) from None
        to_disk(path.parent)
    finally:
        for end in ("", ".wal", _WITHOUT_LOG):
            beside.with_name(f"{beside.name}{end}").unlink(missing_ok=True)
        shutil.rmtree(f"{beside}.tmp", ignore_errors=True)
    runs_before = len(before.held.runs) if before.held else 0
    done = done._replace(runs_added=done.runs_total - runs_before)
    return Rebuilt(done, kept_as, before.held is not None)


def _start(path: Path) -> str:
    return f".{path.name}.rebuilding-"


class _Before(NamedTuple):
    held: guard.Held | None
    """None where it cannot be read."""
    is_damaged: bool = False


def _held(path: Path, beside: Path, waiting: Waiting, holding: ExitStack) -> _Before:
    """What the old database holds; nobody writes to it as long as it is held."""
    import duckdb

    if not path.exists():
        return _Before(guard.Held({}, {}))
    held = None
    try:
        connection = holding.enter_context(store.as_it_is(path, waiting))
        held = guard.with_points(connection, guard.held(connection))
        connection.execute("checkpoint")  # so that no log is left beside the new database
    except (DamagedDatabaseError, duckdb.Error):
        return _Before(held or _held_without_log(path, beside), is_damaged=True)
    return _Before(held)


def _held_without_log(path: Path, beside: Path) -> guard.Held | None:
    """What the last checkpoint held: often only the log behind it is damaged."""
    other_name = beside.with_name(f"{beside.name}{_WITHOUT_LOG}")
    try:
        other_name.hardlink_to(path)
        with store.as_it_is(other_name) as connection:
            return guard.with_points(connection, guard.held(connection))
    except (OSError, SoundmarkError):
        return None
    finally:
        other_name.unlink(missing_ok=True)


def _set_aside(path: Path) -> str:
    """Give a damaged database a second name, and its log with it; returns the name."""
    aside = path.with_name(f"{path.name}.{datetime.now(tz=UTC):%Y%m%dT%H%M%S.%fZ}")
    log = path.with_name(f"{path.name}.wal")
    try:
        if log.exists():
            log.replace(aside.with_name(f"{aside.name}.wal"))
        try:
            aside.hardlink_to(path)
        except OSError:  # a file system without links
            path.replace(aside)
    except OSError as error:
        raise BrokenEnvironmentError(
            f"the damaged history {path.name} cannot be set aside: {error.strerror}.",
            hint="Mend the rights of its folder and try again.",
        ) from None
    return aside.name
