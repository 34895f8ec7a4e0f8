"""Tie one project folder together: its configuration, its ledger and its history.

The collector, the importers and the commands go through here, so that every run is written to the
ledger first and to the database second.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from history import sql
from history.judge import kept_limits
from history.project import config as configuration
from history.store import database as store
from history.store import order, sync
from history.store.incoming import Effect
from history.store.ledger import Ledger
from history.vcs import git, lineage
from history.words.errors import BrokenDataError, BrokenEnvironmentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from history.project.config import LoadedConfig
    from history.words.records import Exclusion, RunRecord


class Appended(NamedTuple):
    """What an append did."""

    file: str
    """Ledger file, relative to the ledger; empty when every run was already there."""
    added: int
    known: int
    """Runs that the history already had."""
    remarks: tuple[str, ...] = ()
    """What stood in the way of ordering commits by their graph."""


class Workspace:
    """One project folder."""

    def __init__(self, loaded: LoadedConfig, history: Path, ledger: Path) -> None:
        """Paths are absolute; nothing is created before something is written."""
        self.loaded = loaded
        self.history_file = history
        self.ledger = Ledger(ledger)

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
        """Folder for what can be made again: exports, corpora."""
        return self.history_file.parent / "cache"

    def reading(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A read-only connection to the history."""
        return store.reading(self.history_file)

    def writing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A writing connection; hold it for as short as possible."""
        return store.writing(self.history_file)

    def append(self, records: Sequence[RunRecord]) -> Appended:
        """Write runs to the ledger, then to the history; runs already there are left out.

        The run file is safe on disk before the database is touched: if the database is locked or
        damaged, the error says so and a later ``history sync`` picks the file up.
        """
        known = self._known({record.run.run_id for record in records})
        fresh = [record for record in records if record.run.run_id not in known]
        if not fresh:
            return Appended("", 0, len(known))
        fresh = _dated(kept_limits.keep(fresh, self.loaded.targets))
        file = self.ledger.write(fresh, self.loaded.metrics)
        with self.writing() as connection:
            taken = sync.append(connection, self.ledger, file)
            remarks = self._connect(connection) if taken.effect is Effect.OTHER else ()
            self._remember(connection)
        return Appended(file, taken.runs_added, len(known), remarks)

    def exclude(self, exclusion: Exclusion) -> str:
        """Leave a run, or one series of it, out of every trend; returns the correction file."""
        file = self.ledger.write_exclusion(exclusion)
        with self.writing() as connection:
            sync.append(connection, self.ledger, file)
            self._remember(connection)
        return file

    def sync(self, *, allow_fewer_runs: bool = False) -> sync.Synced:
        """Make the history equal to the ledger."""
        with self.writing() as connection:
            done = sync.sync(connection, self.ledger, allow_fewer_runs=allow_fewer_runs)
            remarks = self._connect(connection)
            self._remember(connection)
            return done._replace(remarks=remarks)

    def set_aside(self) -> str:
        """Move the database (and its log) out of the way, and return the new name, if any."""
        if not self.history_file.exists():
            return ""
        moment = datetime.now(tz=UTC)
        aside = self.history_file.with_name(f"{self.history_file.name}.{moment:%Y%m%dT%H%M%SZ}")
        self.history_file.rename(aside)
        log = self.history_file.with_name(f"{self.history_file.name}.wal")
        if log.exists():
            log.rename(aside.with_name(f"{aside.name}.wal"))
        return aside.name

    def _connect(self, connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
        """Ask the repository at hand how commits hang together where the history cannot tell."""
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
        """Judge the series that have new points while a writer is open; the runs are stored."""
        from history.judge import judge

        judge.remember(connection, self.loaded)

    def _known(self, run_ids: set[str]) -> set[str]:
        """Which of these runs the history has; a history that cannot be read has none.

        Being locked or damaged is reported after the run file is safe.
        """
        if not self.history_file.is_file():
            return set()
        try:
            with self.reading() as connection:
                rows = connection.execute(sql.query("run_ids")).fetchall()
        except (BrokenDataError, BrokenEnvironmentError):
            return set()
        return run_ids & {str(row[0]) for row in rows}


def _dated(records: Sequence[RunRecord]) -> list[RunRecord]:
    """The same runs with the moment at which they are written; those that have one keep it."""
    now = datetime.now(tz=UTC)
    return [
        record
        if record.run.recorded_at is not None
        else msgspec.structs.replace(
            record, run=msgspec.structs.replace(record.run, recorded_at=now)
        )
        for record in records
    ]


def open_workspace(
    config: Path | None = None, history: Path | None = None, ledger: Path | None = None
) -> Workspace:
    """The project of the working folder, with any of its three places named instead."""
    loaded = configuration.load(config)
    database = (loaded.root / loaded.values.history.database) if history is None else history
    if ledger is not None:
        runs = ledger
    elif history is not None:
        # A named database never writes into the project's record: its ledger is beside it.
        runs = history.parent / "runs"
    else:
        runs = loaded.root / loaded.values.history.ledger
    return Workspace(loaded, database.resolve(), runs.resolve())
