"""Make the database equal to the ledger, reading only files it has not seen.

Appending a run is the same thing with one file: what is in the database always came from a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history import sql
from history.store import (
    admit,
    compacted,
    guard,
    incoming,
    known_files,
    one_unit,
    order,
    own,
    relations,
    steps,
)
from history.store import database as store
from history.store.compaction import adopt
from history.store.incoming import Effect
from history.store.ledger import Damaged
from history.store.relations import INCOMING, LOADED, SHOWN
from history.words import temporary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import duckdb

    from history.store.batch import Batch
    from history.store.ledger import Ledger

_AT_ONCE_BYTES: Final = 500_000
"""Of own run files that are loaded together; a night has a tenth of it."""
_BY_WEIGHT: Final = (Effect.OTHER, Effect.NEXT, Effect.AGAIN, Effect.NOTHING)
"""What several groups of files do to the order is what the weightiest does."""
_TABLES: Final = (
    *("items", "points", "series", "runs", "environments", "commits", "machines"),
    *("duets", "duet_points", "lineage", "texts", "exclusions", "ledger_files"),
)
"""Tables that are made from the ledger."""


class Synced(NamedTuple):
    """The result of a sync."""

    files_read: int
    runs_added: int
    runs_total: int
    damaged: tuple[Damaged, ...]
    remarks: tuple[str, ...] = ()
    """What stood in the way of ordering commits by their graph, and what became of a database."""
    let_go: tuple[str, ...] = ()
    """Ids of runs that are not held any more, since a person allowed it."""


class Taken(NamedTuple):
    """The result of adding files."""

    files: tuple[str, ...] = ()
    damaged: tuple[Damaged, ...] = ()
    effect: Effect = Effect.NOTHING
    """On the order of commits."""


def sync(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    *,
    permit: guard.Allowed = guard.NOTHING,
    before: guard.Held | None = None,
) -> Synced:
    """Take every unseen ledger file into the database, in one transaction.

    A file that cannot be read is named in the result and skipped; so is one that is not what was
    taken in under its name, of which the history keeps what it has, unless all is read anew and
    its points are the same. When files the database was made from are gone, and no compacted one
    took their place, the database is made anew. If a run would be lost that way, or one of
    ``before``, what another database held, it raises BrokenDataError with its name and changes
    nothing, unless ``permit`` covers it.
    """
    at_first = guard.held(connection)
    present = set(ledger.files())
    seen = _seen(connection)
    moved = adopt.found(connection, ledger, seen - present)
    start_over = bool(seen - present - {file for gone in moved.values() for file in gone})
    if start_over:
        at_first = guard.with_points(connection, at_first)
    held = at_first if before is None else before
    altered, remarks = _altered(ledger, held)
    unseen = sorted((present if start_over else present - seen) - {bad.file for bad in altered})
    damaged = admit.load(connection, ledger, unseen, _corrections(held)) if unseen else ()
    with store.transaction(connection):
        if start_over:
            _empty(connection)
        else:
            for file, gone in moved.items():
                adopt.follow(connection, ledger, file, gone)
        if unseen:
            _take_in(connection, ledger, [file for file in unseen if file not in dict(damaged)])
        known_files.learn(connection, ledger)
        now = guard.held(connection)
        if held.points:
            now = guard.with_points(connection, now)
        why = [str(bad) for bad in (*altered, *damaged)]
        let_go = guard.check(held, now, permit, why)
    return Synced(
        files_read=len(unseen) - len(damaged),
        runs_added=len(now.runs) - len(at_first.runs),
        runs_total=len(now.runs),
        damaged=(*altered, *damaged),
        remarks=remarks,
        let_go=let_go,
    )


def _altered(ledger: Ledger, held: guard.Held) -> tuple[tuple[Damaged, ...], tuple[str, ...]]:
    """Files that are not what was taken in, and what to say of those whose points are the same."""
    altered = known_files.altered(held.files, ledger)
    same = _saying_the_same(ledger, held, [bad.file for bad in altered])
    remarks = [f"{bad}; its points say what they said." for bad in altered if bad.file in same]
    return tuple(bad for bad in altered if bad.file not in same), tuple(remarks)


def _saying_the_same(ledger: Ledger, held: guard.Held, altered: Sequence[str]) -> set[str]:
    """Changed files with the very runs and points that they had, read in a database of their own.

    None where it is not known what the points said. Parquet has bytes that mean nothing to any
    reader: a bad one among them in a file that was taken in must not shut the whole one out.
    """
    if not altered or not held.points:
        return set()
    with temporary.scratch() as folder, store.writing(folder / "changed.duckdb") as connection:
        taken = take_in(connection, ledger, altered)
        now = guard.with_points(connection, guard.held(connection))
    return {
        file
        for file in taken.files
        if {run: held.points.get(run) for run in held.runs_of(file)}
        == {run: now.points.get(run) for run in now.runs_of(file)}
    }


def take_in(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    files: Sequence[str] | None = None,
    written: Collection[str] = (),
    mine: own.Own | None = None,
) -> Taken:
    """Add what the ledger has and the database lacks; nothing is ever removed this way.

    ``files`` are all of those unless given. Of files that this process has just ``written``, and
    hashed as it did, the rows are not hashed again.
    """
    unseen = behind(connection, ledger) if files is None else files
    shown = _to_show(connection, set(written).intersection(unseen), mine)
    others = [file for file in unseen if file not in shown]
    known = _corrections(guard.held(connection)) if others else None
    taken = Taken()
    for some in _at_once(ledger, others, written):
        damaged = admit.load(connection, ledger, some, known, unchanged=written)
        good = tuple(file for file in some if file not in dict(damaged))
        with store.transaction(connection):
            effect = _take_in(connection, ledger, good)
        taken = _and(taken, good, damaged, effect)
    if mine is not None and shown:
        for file, places in zip(mine.files, mine.parts, strict=True):
            if file in shown:
                part = mine.batch.of_runs(places)
                taken = _and(taken, *_show(connection, ledger, file, part, mine))
    return taken


def _to_show(
    connection: duckdb.DuckDBPyConnection, written: Collection[str], mine: own.Own | None
) -> set[str]:
    """Files that need not be read: they were just written, and none of their runs is held."""
    if mine is None or not written:
        return set()
    held = {str(row[0]) for row in connection.execute(sql.query("run_ids")).fetchall()}
    return {
        file
        for file, places in zip(mine.files, mine.parts, strict=True)
        if file in written and held.isdisjoint(mine.batch.runs[one].run_id for one in places)
    }


def _and(
    taken: Taken, files: tuple[str, ...], damaged: tuple[Damaged, ...], effect: Effect
) -> Taken:
    """What was taken before, and these files besides."""
    effects = {taken.effect, effect}
    return Taken(
        (*taken.files, *files),
        (*taken.damaged, *damaged),
        next(one for one in _BY_WEIGHT if one in effects),
    )


def _show(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, file: str, batch: Batch, mine: own.Own
) -> tuple[tuple[str, ...], tuple[Damaged, ...], Effect]:
    """Take in one file from the columns that it was written from."""
    shown = own.show(connection, ledger, file, batch, mine.extra_metrics)
    good = () if shown.damaged else (file,)
    effect = Effect.NOTHING
    if good:
        with store.transaction(connection):
            kind = relations.choose(connection, shown.source, ledger.folder.as_posix())
            if not shown.is_whole and one_unit.differ(connection):
                connection.execute(f"drop {kind} temp.{INCOMING}")
                shown = own.show_whole(connection, ledger, file, shown, mine.extra_metrics)
                kind = relations.choose(connection, shown.source, ledger.folder.as_posix())
            effect = _add(connection, ledger, good, kind, shown)
    connection.execute(f"drop table if exists {LOADED}")
    connection.execute(f"drop view if exists {SHOWN}")
    shown.tables.drop()
    return good, shown.damaged, effect


def _at_once(ledger: Ledger, files: Sequence[str], written: Collection[str]) -> Iterator[list[str]]:
    """Files in groups that are loaded together: own ones bounded, so that memory does not grow.

    Others are held against each other, and so stay together.
    """
    group = [file for file in files if file not in written]
    if group:
        yield group
    group, size_bytes = [], 0
    for file in (file for file in files if file in written):
        own_bytes = ledger.path(file).stat().st_size
        if group and size_bytes + own_bytes > _AT_ONCE_BYTES:
            yield group
            group, size_bytes = [], 0
        group.append(file)
        size_bytes += own_bytes
    if group:
        yield group


def _corrections(held: guard.Held) -> set[str] | None:
    """Files of corrections that are on the record already; None where nothing is."""
    return set(held.corrections.values()) if held.files else None


def behind(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> tuple[str, ...]:
    """Ledger files that the database has not taken in, sorted; reads only."""
    return tuple(sorted(set(ledger.files()) - _seen(connection)))


class Behind(NamedTuple):
    """Ledger files that the database has not taken in."""

    files: tuple[str, ...]
    """Those that it can take in."""
    damaged: tuple[Damaged, ...]


def looked_at(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> Behind:
    """The same files, sorted into good and bad. Takes no lock, so a bad file makes nobody wait."""
    unseen = behind(connection, ledger)
    if not unseen:
        return Behind((), ())
    damaged = admit.load(connection, ledger, unseen, _corrections(guard.held(connection)))
    connection.execute(f"drop table {LOADED}")
    return Behind(tuple(file for file in unseen if file not in dict(damaged)), damaged)


def count_runs(connection: duckdb.DuckDBPyConnection) -> int:
    """How many runs the database holds, duets among them."""
    found = connection.execute("select count(*) from run_ids").fetchone()
    return int(found[0]) if found else 0


def _take_in(connection: duckdb.DuckDBPyConnection, ledger: Ledger, files: Sequence[str]) -> Effect:
    """Add the loaded runs that are not there yet, each at its place."""
    made = compacted.of(connection, [ledger.path(file) for file in files])
    thinned = [f"{path} {run_id}" for path, one in made.items() for run_id in one.thinned]
    _keep_one_of_each(connection, thinned)
    kind = relations.choose(connection, LOADED, ledger.folder.as_posix())
    return _add(connection, ledger, files, kind)


def _add(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    files: Sequence[str],
    kind: relations.Kind,
    shown: own.Shown | None = None,
) -> Effect:
    """Add the incoming runs, none of which is there yet, each at its place."""
    kind = one_unit.agree(connection, kind)
    effect = incoming.effect(connection)
    if effect is Effect.OTHER:
        order.forget_learned(connection)
    kind = steps.append(connection, effect, kind, shown)
    for file in files:
        known_files.note(connection, ledger, file)
    order.place(connection, effect)
    connection.execute(f"drop {kind} temp.{INCOMING}")
    return effect


def _keep_one_of_each(connection: duckdb.DuckDBPyConnection, thinned: Sequence[str]) -> None:
    """Delete loaded rows of runs that are held, and of each other run those of all files but one.

    A run that stands in two files (a copy, a compaction) is taken from the first that was not
    thinned.
    """
    connection.execute(
        "delete from incoming_files where row <> 'exclusion' and (run_id, filename) not in ("
        "select (run_id, filename) from (select distinct run_id, filename from incoming_files"
        " where row <> 'exclusion' and run_id not in (select run_id from run_ids)"
        " qualify filename = first_value(filename) over (partition by run_id order by"
        " filename || ' ' || run_id in (select unnest($thinned::varchar[])), filename)))",
        {"thinned": thinned},
    )


def _seen(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute("select file from ledger_files order by file").fetchall()
    return {str(row[0]) for row in rows}


def _empty(connection: duckdb.DuckDBPyConnection) -> None:
    for table in _TABLES:
        connection.execute(f"delete from {table}")  # noqa: S608 - fixed names
