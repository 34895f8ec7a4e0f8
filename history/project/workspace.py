"""One project folder: its configuration, its ledger and its history.

The collector, the importers and the commands all use it, so that every run is written to the ledger
first and to the database second.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from history import sql
from history.judge import kept_limits
from history.project import config as configuration
from history.project import exclusions as exclusion_file
from history.store import database as store
from history.store import exclusions, guard, order, rebuild, sync
from history.store.database_errors import DamagedDatabaseError
from history.store.incoming import Effect
from history.store.ledger import Ledger
from history.store.own import Own
from history.vcs import git, lineage
from history.words.errors import BrokenDataError, BrokenEnvironmentError, StoredOnlyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from history.project.config import LoadedConfig
    from history.store.batch import Batch
    from history.store.ledger import Damaged
    from history.store.sync import Synced
    from history.words.records import Exclusion, Run, RunRecord


class Appended(NamedTuple):
    """The result of an append."""

    file: str
    """Ledger file, relative to the ledger; empty when every run was already there."""
    added: int
    known: int
    """Runs that the history already had."""
    remarks: tuple[str, ...] = ()
    """Problems with ordering commits by their graph."""
    files: tuple[str, ...] = ()
    """Every ledger file that was written, the first one being ``file``."""


class Workspace:
    """One project folder."""

    def __init__(self, loaded: LoadedConfig, history: Path, ledger: Path) -> None:
        """Paths are absolute; nothing is created before something is written."""
        self.loaded = loaded
        self.history_file = history
        self.waiting = store.Waiting(self.config.history.wait_s)
        self.ledger = Ledger(ledger, loaded.values.history.limits)

    @cached_property
    def config(self) -> configuration.Config:
        """The values of ``soundmark.toml``."""
        return self.loaded.values

    @property
    def root(self) -> Path:
        """Folder of the configuration file, else the working folder."""
        return self.loaded.root

    @property
    def cache(self) -> Path:
        """Folder for files that can be made again: exports, corpora."""
        return self.history_file.parent / "cache"

    @property
    def spools(self) -> Path:
        """Folder for results that are in no run file yet."""
        return self.history_file.parent / "spool"

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever stored here."""
        return not self.history_file.exists() and not self.ledger.files()

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """The present exclusions of the project."""
        return exclusion_file.load(self.loaded)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A read-only connection to the history, with the project's exclusions applied."""
        decided = self.exclusions
        with store.reading(self.history_file, self.waiting) as connection:
            is_behind = exclusions.differ(connection, decided)
            if not is_behind:
                yield connection
        if is_behind:
            with store.writing(self.history_file, self.waiting) as writer:
                self._leave_out(writer)
                self._remember(writer)
            with store.reading(self.history_file, self.waiting) as connection:
                yield connection

    @contextmanager
    def looking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """As ``reading``; says when the ledger has run files that the history lacks."""
        with self.reading() as connection:
            behind = sync.behind(connection, self.ledger)
            if behind:
                counted = "1 run file" if len(behind) == 1 else f"{len(behind)} run files"
                self.waiting.say(
                    f"note: {counted} of the ledger not in the history yet; "
                    "`soundmark history sync` takes them in"
                )
            yield connection

    @contextmanager
    def judging(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A read-only connection to a history that holds everything the ledger has.

        Missing runs are added first, with a message. Raises BrokenDataError or
        BrokenEnvironmentError when that fails: a verdict about a part would look like one about the
        whole.
        """
        if self.history_file.is_file() or not self.ledger.files():
            with self.reading() as connection:
                if self._is_whole(connection):
                    yield connection
                    return
        with self.writing():
            pass
        with self.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The only connection to a history that holds everything the ledger has, for writing."""
        if not self.history_file.exists():
            self._say(self._rebuild().damaged)
        with store.writing(self.history_file, self.waiting) as connection:
            self._take_in(connection)
            yield connection

    def append(
        self,
        results: Batch | Sequence[RunRecord],
        connection: duckdb.DuckDBPyConnection | None = None,
    ) -> Appended:
        """Write runs to the ledger, then to the history; runs already there are left out.

        Runs too large for one run file are written into several.

        The run file is safe on disk before the database is touched: if that is locked or damaged,
        StoredOnlyError says so and a later ``history sync`` picks the file up. A caller inside
        ``writing`` passes its connection.
        """
        from history.store import packing
        from history.store.batch import Batch
        from history.store.parts import parts

        batch = results if isinstance(results, Batch) else packing.pack(results)
        known = self._known({run.run_id for run in batch.runs}, connection)
        fresh = [place for place, run in enumerate(batch.runs) if run.run_id not in known]
        if not fresh:
            return Appended("", 0, len(known))
        batch = batch.of_runs(fresh)
        runs = _dated(kept_limits.keep(batch.runs, self.loaded.targets))
        batch = replace(batch, runs=runs)
        divided = tuple(parts(batch, self.ledger.limits))
        files = tuple(
            self.ledger.write(batch.of_runs(part), self.loaded.metrics) for part in divided
        )
        remarks = self._taken_in(Own(files, batch, self.loaded.metrics, divided), connection)
        return Appended(files[0], len(fresh), len(known), remarks, files)

    def exclude(self, *decided: Exclusion) -> str:
        """Exclude runs, or one series of each, from every trend; returns the changed file."""
        file = exclusion_file.add(self.loaded, decided)
        with self.reading():
            pass
        return file

    def sync(self, *, rebuild: bool = False, permit: guard.Allowed = guard.NOTHING) -> Synced:
        """Make the history equal to the ledger; a damaged one is set aside and made anew.

        Raises BrokenDataError when a run would be lost that ``permit`` does not cover.
        """
        self.ledger.sweep()
        if rebuild or not self.history_file.exists():
            return self._rebuild(permit)
        try:
            with store.writing(self.history_file, self.waiting) as connection:
                store.read_whole(connection)
                done = sync.sync(connection, self.ledger, permit=permit)
                return done._replace(remarks=(*done.remarks, *self._finish(connection)))
        except DamagedDatabaseError as error:
            done = self._rebuild(permit, is_damaged=True)
            return done._replace(remarks=(error.message, *done.remarks))

    def _rebuild(
        self,
        permit: guard.Allowed = guard.NOTHING,
        *,
        is_damaged: bool = False,
        mine: Own | None = None,
    ) -> Synced:
        remarks: list[str] = []
        self.history_file.parent.mkdir(parents=True, exist_ok=True)
        made = rebuild.rebuild(
            self.history_file,
            self.ledger,
            lambda connection: remarks.extend(self._finish(connection)),
            is_damaged=is_damaged,
            permit=permit,
            waiting=self.waiting,
            mine=mine,
        )
        if made.kept_as:
            remarks.append(f"the damaged database is kept as {made.kept_as}.")
        if not made.is_compared:
            remarks.append("it cannot be told whether it held runs that the ledger lacks.")
        return made.synced._replace(remarks=(*made.synced.remarks, *remarks))

    def _is_whole(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Whether the history has every run of the ledger; reports what cannot be added."""
        behind = sync.looked_at(connection, self.ledger)
        self._say(() if behind.files else behind.damaged)
        return not behind.files

    def _take_in(
        self, connection: duckdb.DuckDBPyConnection, mine: Own | None = None
    ) -> tuple[str, ...]:
        """Add missing runs with an open writer; reports them, except for files of ``mine``.

        Returns remarks about the order of commits.
        """
        files = () if mine is None else mine.files
        taken = sync.take_in(connection, self.ledger, written=self.ledger.written, mine=mine)
        self._say(taken.damaged, files)
        others = [file for file in taken.files if file not in files]
        if others:
            counted = "1 run file" if len(others) == 1 else f"{len(others)} run files"
            self.waiting.say(f"{counted} that the history lacked, now taken in")
        remarks = self._connect(connection) if taken.effect is Effect.OTHER else ()
        if taken.files:
            self._leave_out(connection)
            self._remember(connection)
        return remarks

    def _say(self, damaged: Sequence[Damaged], own: Sequence[str] = ()) -> None:
        for bad in damaged:
            if bad.file in own:
                raise BrokenDataError(f"{bad.file} {bad.reason}.")
            self.waiting.say(f"Warning: {bad.name} is left out: it {bad.reason}")

    def _taken_in(
        self, mine: Own, connection: duckdb.DuckDBPyConnection | None = None
    ) -> tuple[str, ...]:
        """Add results that were just written; returns remarks about the order of commits."""
        try:
            if connection is not None:
                return self._take_in(connection, mine)
            if not self.history_file.exists():
                done = self._rebuild(mine=mine)
                self._say(done.damaged, mine.files)
                return done.remarks
            with store.writing(self.history_file, self.waiting) as writer:
                return self._take_in(writer, mine)
        except (BrokenDataError, BrokenEnvironmentError) as error:
            raise StoredOnlyError(", ".join(mine.files), error) from error

    def _finish(self, connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
        """Finish after many runs were added; returns remarks on commits and exclusions."""
        remarks = self._connect(connection)
        self._leave_out(connection)
        self._remember(connection)
        return (*remarks, *exclusions.waiting(connection, self.exclusions))

    def _leave_out(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Apply the project's exclusions to the history."""
        with store.transaction(connection):
            exclusions.take_in(connection, self.exclusions)

    def _connect(self, connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
        """Complete the history's graph of commits from the repository."""
        placed = order.placed(connection)
        if order.is_decided(placed):
            return ()
        names = [one.sha for one in placed.commits]
        try:
            if git.has_repository(self.root):
                with store.transaction(connection):
                    order.learn(connection, lineage.connect(self.root, names, placed.graph.parents))
        except (BrokenEnvironmentError, git.GitError) as error:
            return (f"commits are ordered without the repository that is here: {error}",)
        return ()

    def _remember(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Judge the series with new points while a writer is open; the runs are stored already."""
        from history.judge import judge

        judge.remember(connection, self.loaded)

    def _known(self, run_ids: set[str], connection: duckdb.DuckDBPyConnection | None) -> set[str]:
        """The runs that the history has; none if it cannot be read.

        A locked or damaged history is reported after the run file is written.
        """
        try:
            if connection is not None:
                rows = connection.execute(sql.query("run_ids")).fetchall()
                return run_ids & {str(row[0]) for row in rows}
            return run_ids & store.run_ids(self.history_file)
        except (BrokenDataError, BrokenEnvironmentError):
            return set()


def _dated(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs with the time of writing; runs that have one keep it."""
    now = datetime.now(tz=UTC)
    return tuple(
        run if run.recorded_at is not None else msgspec.structs.replace(run, recorded_at=now)
        for run in runs
    )


def open_workspace(
    config: Path | None = None, history: Path | None = None, ledger: Path | None = None
) -> Workspace:
    """The project of the working folder; configuration, history and ledger may be named instead."""
    loaded = configuration.load(config)
    database = (loaded.root / loaded.values.history.database) if history is None else history
    if ledger is not None:
        runs = ledger
    elif history is not None:
        # A named database never writes into the project's record: its ledger is beside it.
        runs = history.parent / "runs"
    else:
        runs = loaded.root / loaded.values.history.ledger
    workspace = Workspace(loaded, database.resolve(), runs.resolve())
    _ = workspace.exclusions  # an error in the file is reported before anything is measured
    return workspace
