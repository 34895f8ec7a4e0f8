"""Compact one year: check its files, write their replacement, and only then remove them.

Killed at any moment, every run is in at least one whole file and in the database once: a run that
stands in two files is one run, and the next call finishes what was begun.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from history.store import database as store
from history.store import known_files
from history.store.compaction import adopt, years
from history.store.compaction.sources import look
from history.store.compaction.write import write
from history.store.compaction.years import Group
from history.store.disk import to_disk
from history.store.memory import alone
from history.words import temporary
from history.words.errors import BrokenEnvironmentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from history.store.ledger import Damaged, Ledger


class Policy(NamedTuple):
    """The retention of a year's item samples."""

    today: date
    """UTC."""
    item_samples_days: int | None = None
    """Days after the end of a year for which they are kept; None keeps them for ever."""

    def thins(self, year: int) -> bool:
        """Whether the item samples of that year are removed."""
        kept = self.item_samples_days
        return kept is not None and self.today >= date(year + 1, 1, 1) + timedelta(days=kept)


class Made(NamedTuple):
    """The result, or with a dry run the plan, of combining files."""

    file: str
    """The one file that there is now; empty where it would have to be written first."""
    replaced: tuple[str, ...]
    """The files that it took the place of."""
    runs: int
    bytes_before: int
    bytes_after: int
    """0 where it would have to be written first."""
    thinned: Mapping[str, int]
    """Run to how many of its items lost their samples."""


class Year(NamedTuple):
    """The result of a year."""

    year: int
    files: int
    """Run files that it had."""
    made: tuple[Made, ...] = ()
    damaged: tuple[Damaged, ...] = ()
    """What keeps the whole year as it is."""
    corrections: int = 0
    """Files of earlier versions that leave a run out, which stay as they are."""
    kept_complete: tuple[str, ...] = ()
    """Complete files beside a thinned one, which stay as long as nothing is to be thinned."""
    too_much: int = 0
    """Files that the year needs at least since one would hold more than the limits allow; 0 if one
    is enough."""


class _Task(NamedTuple):
    """Files whose runs are to be in one file."""

    group: Group
    thinned: Mapping[str, int]
    """Run to how many of its items lose their samples."""
    whole: str = ""
    """The file among them that holds all of it; empty when one is to be written."""

    def told(self, file: str, bytes_after: int) -> Made:
        """What it comes to when that is the one file."""
        sources = self.group.sources
        return Made(
            file=file,
            replaced=tuple(source.file for source in sources if source.file != file),
            runs=len(self.group.runs),
            bytes_before=sum(source.size_bytes for source in sources),
            bytes_after=bytes_after,
            thinned=self.thinned,
        )


def planned(ledger: Ledger, year: int, policy: Policy) -> Year:
    """What would be done; writes nothing."""
    with _memory() as memory:
        found, tasks = _plan(memory, ledger, year, policy, known=None)
    return found._replace(made=tuple(task.told(task.whole, 0) for task in tasks))


def compact(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, year: int, policy: Policy
) -> Year:
    """Put the run files of a year that the history knows into one, and let the history know.

    ``connection`` is the writer of a history that holds everything the ledger has, so nobody else
    does the same. When a file of the year is damaged, the result names it, and nothing is changed.
    Raises BrokenDataError when what was written is not what was read, and BrokenEnvironmentError
    when the ledger cannot be written.
    """
    known = known_files.read(connection)
    with _memory() as memory:
        found, tasks = _plan(memory, ledger, year, policy, known)
        made = [_do(connection, memory, ledger, task, policy) for task in tasks]
    return found._replace(made=tuple(made))


def _plan(
    memory: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    year: int,
    policy: Policy,
    known: Mapping[str, tuple[int, str]] | None,
) -> tuple[Year, list[_Task]]:
    """``known`` are the files that the history was made from; None where nothing is changed."""
    files = [file for file in ledger.files() if years.year_of(file) == year]
    looked = look(memory, ledger, files)
    of_year = {file: (known or {})[file] for file in files if file in (known or {})}
    altered = known_files.altered(of_year, ledger)
    named = {bad.file for bad in altered}
    damaged = (*altered, *(bad for bad in looked.damaged if bad.file not in named))
    found = Year(year, len(files), damaged=damaged, corrections=len(looked.corrections))
    if damaged:
        return found, []
    # What came in the meantime is not in the history yet, and waits for the next time.
    sources = [one for one in looked.sources if known is None or one.file in known]
    is_thinning = policy.thins(year)
    apart = () if is_thinning else years.kept_apart(sources)
    sources = [one for one in sources if one not in apart]
    tasks = []
    for file, others in years.absorbed(sources).items():
        (host,) = (one for one in sources if one.file == file)
        sources = [one for one in sources if one not in others]
        complete = years.thinnable(others).items() if is_thinning else ()
        less = {run: items for run, items in complete if run in host.made.thinned}
        tasks.append(_Task(Group((host, *others)), less, whole=file))
    groups = years.grouped(sources, ledger.limits)
    for group in groups:
        less = years.thinnable(group.sources) if is_thinning else {}
        if len(group.sources) > 1 or less:
            tasks.append(_Task(group, less))
    return (
        found._replace(
            kept_complete=tuple(one.file for one in apart),
            too_much=len(groups) if len(groups) > 1 else 0,
        ),
        tasks,
    )


def _do(
    connection: duckdb.DuckDBPyConnection,
    memory: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    task: _Task,
    policy: Policy,
) -> Made:
    file = task.whole or _written(memory, ledger, task, policy)
    made = task.told(file, ledger.path(file).stat().st_size)
    with store.transaction(connection):
        adopt.follow(connection, ledger, file, made.replaced)
        if file not in known_files.read(connection):
            known_files.note(connection, ledger, file)
    _let_go(ledger, made.replaced)
    return made


def _written(memory: duckdb.DuckDBPyConnection, ledger: Ledger, task: _Task, policy: Policy) -> str:
    """Put the one file into the ledger; its name."""
    import duckdb

    day = policy.today.isoformat() if task.thinned else ""
    try:
        with temporary.scratch(temporary.WRITING, ledger.folder) as scratch:
            written = write(memory, ledger, task.group, day, scratch)
            ledger.take(written.name, written.path)
    except (OSError, duckdb.IOException) as error:
        said = str(error.strerror if isinstance(error, OSError) else error).splitlines()[0]
        raise BrokenEnvironmentError(
            f"the ledger folder {ledger.folder.name} cannot be written: {said}; nothing was"
            " changed.",
            hint="Make room or mend its rights, and try again.",
        ) from None
    return written.name


def _let_go(ledger: Ledger, files: Sequence[str]) -> None:
    """Remove files whose runs are all in another file that is safe on the disk."""
    try:
        for file in files:
            ledger.path(file).unlink(missing_ok=True)
        for folder in {ledger.path(file).parent for file in files}:
            to_disk(folder)
    except OSError as error:
        raise BrokenEnvironmentError(
            f"run files that were compacted cannot be removed: {error.strerror}.",
            hint="Every run is safe in the compacted file. Mend the rights of the ledger, and "
            "compact again.",
        ) from None


@contextmanager
def _memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of our own that writes what it cannot hold to a folder which goes with it."""
    with temporary.scratch() as scratch, alone(temp_directory=str(scratch)) as connection:
        yield connection
