"""Read a history as tables: points, samples, changes, or the answer to a question in SQL."""

from __future__ import annotations

import warnings
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from history import sql
from history.frames import places
from history.frames.chosen import Globs, series_ids
from history.project import exclusions as exclusion_file
from history.store import database, exclusions, sync
from history.store.ask import alone, answered
from history.store.ledger import Ledger
from history.words import temporary
from history.words.errors import UsageError
from history.words.globs import EVERYTHING
from history.words.key import SeriesKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from types import TracebackType
    from typing import Self

    import duckdb
    import pandas as pd

    from history.frames.places import Place


class History:
    """A history that was opened for reading. Nothing here changes it.

    Every table names its columns; values stand in the unit that the column ``unit`` of their row
    names, and all moments are UTC. Each call opens the database and closes it again, so that a
    notebook never keeps a measuring run waiting; inside ``with`` it stays open, and all calls see
    the same state.
    """

    def __init__(self, place: Place) -> None:
        """``open`` finds the place."""
        self._loaded = place.loaded
        self._kept = ExitStack()
        self._held: duckdb.DuckDBPyConnection | None = None
        self._alone: duckdb.DuckDBPyConnection | None = None
        self._is_closed = False
        self.path: Path
        """The database, or the ledger that was read instead of one."""
        if isinstance(place.kept_in, Ledger):
            folder = self._kept.enter_context(temporary.scratch())
            self.path, self._database = place.kept_in.folder, folder / "history.duckdb"
            _read_whole(place, place.kept_in, self._database)
        else:
            self.path = self._database = place.kept_in
        with self._reading():
            pass  # what cannot be opened fails here, not at the first question

    def trend(
        self, benchmark: str = "*", *, metric: str = "*", variant: str = "*", machine: str = "*"
    ) -> pd.DataFrame:
        """One row per point, absences included: series in the order of tables, points of commits.

        The arguments are globs, as in ``soundmark.toml``: ``benchmark`` is matched with
        ``suite.benchmark[params]`` and ``variant`` with ``runtime=torch;device=cpu``. Raises
        UsageError when no series fits them.
        """
        return self._points(Globs(benchmark, metric, variant, machine), newest=False)

    def latest(
        self, benchmark: str = "*", *, metric: str = "*", variant: str = "*", machine: str = "*"
    ) -> pd.DataFrame:
        """One row per series: its newest point, with the columns of ``trend``."""
        return self._points(Globs(benchmark, metric, variant, machine), newest=True)

    def samples(
        self, benchmark: str = "*", *, metric: str = "*", variant: str = "*", machine: str = "*"
    ) -> pd.DataFrame:
        """One row per sample of every point, in the order in which they were taken.

        ``value`` is in ``unit``, ``cpu_s`` in seconds and NaN where it was not taken. A preempted
        sample counts only where too few others remained, see ``n`` of its point. Columns of the
        point are of type category, since they repeat in many rows.
        """
        from history.frames import tables

        with self._reading() as connection:
            fitting = _fitting(connection, Globs(benchmark, metric, variant, machine))
            return tables.of_samples(connection, fitting)

    def regressions(self, *, everything: bool = False, as_of: str | None = None) -> pd.DataFrame:
        """What ``soundmark regressions --format csv`` lists, with the same columns.

        ``everything`` adds improvements, decided and recovered changes; ``as_of`` judges with what
        was known at a commit, tag or branch. ``before`` and ``after`` are in ``unit``, ``change``
        is relative: 0.1 is ten percent more.
        """
        from history.frames import tables
        from history.judge import judge
        from history.read import view

        with self._reading() as connection:
            known = view.read(connection, as_of=as_of, root=self._loaded.root)
            judged = judge.judge(connection, self._loaded, known)
        rows = [row for row in judged.regressions if everything or row.is_open_regression]
        return tables.of_changes(rows)

    def query(self, text: str) -> pd.DataFrame:
        """The answer to one question in SQL; the view ``trend`` has a row per point.

        Raises UsageError when it cannot be answered, also because it would change something.
        """
        with self._asked() as asked, answered(asked, text) as cursor:
            return cursor.df()

    def close(self) -> None:
        """Let go of the database; further calls raise UsageError."""
        self._held, self._alone, self._is_closed = None, None, True
        self._kept.close()

    def __enter__(self) -> Self:
        if self._held is None:
            self._held = self._kept.enter_context(self._reading())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<soundmark history {self.path.name}{', closed' if self._is_closed else ''}>"

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._is_closed:
            raise UsageError(f"{self!r}: open it again with `soundmark.open`.")
        if self._held is not None:
            yield self._held
            return
        with database.reading(self._database) as connection:
            yield connection

    @contextmanager
    def _asked(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """What answers questions in SQL, for as long as the database is open."""
        with self._reading() as connection:
            if self._held is None:
                with alone(connection) as asked:
                    yield asked
                return
            if self._alone is None:
                self._alone = self._kept.enter_context(alone(connection))
            yield self._alone

    def _points(self, globs: Globs, *, newest: bool) -> pd.DataFrame:
        from history.frames import tables

        with self._reading() as connection:
            asked = {"series": _fitting(connection, globs), "newest": newest}
            return tables.answered(connection, "frame_points", asked)


def open(path: str | PathLike[str] | None = None) -> History:  # noqa: A001 - as gzip.open
    """Open a history for reading.

    ``path`` is a project folder, a ``soundmark.toml``, a ``history.duckdb`` or a ledger, that is a
    folder of run files; without it the project of the working folder, as for every command. A
    ledger is read whole, into a database that is gone when the history is closed. Raises UsageError
    when the path is none of these, and BrokenDataError when there is nothing to read.
    """
    return History(places.find(None if path is None else Path(path)))


def _read_whole(place: Place, ledger: Ledger, into: Path) -> None:
    with database.writing(into) as connection:
        done = sync.sync(connection, ledger)
        with database.transaction(connection):
            exclusions.take_in(connection, exclusion_file.load(place.loaded))
    for bad in done.damaged:
        said = f"{bad}; everything else was taken."
        warnings.warn(said, stacklevel=4)  # where `soundmark.open` was called


def _fitting(connection: duckdb.DuckDBPyConnection, globs: Globs) -> list[str] | None:
    """Ids of the series that fit; None for all of them."""
    if EVERYTHING.issuperset(globs):
        return None
    rows = connection.execute(sql.query("series")).fetchall()
    return series_ids({row[1]: SeriesKey(*row[2:9]) for row in rows}, globs)
