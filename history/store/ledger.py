"""Keep the record: a folder of immutable run files that any engine can read.

A file is written under a temporary name, synced and renamed, so a reader never sees half of one.
Two machines never write the same name, so merging two ledgers is copying files.
"""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from history.sql import quoted
from history.store import codec, database_errors, left_out, memory
from history.store.admission.limits import Limits
from history.store.disk import to_disk
from history.words import temporary
from history.words.errors import BrokenDataError, BrokenEnvironmentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import duckdb

    from history.store.batch import Batch
    from history.words.metrics import Metric
    from history.words.records import Exclusion, Run, RunRecord

SUFFIX: Final = ".parquet"
NAME: Final = re.compile(r"\d{4}/\d{2}/[A-Za-z0-9][A-Za-z0-9.-]*\.parquet")
"""The name of a run file in its ledger."""
_COMMIT_DIGITS: Final = 12
_RUN_DIGITS: Final = 8


class Damaged(NamedTuple):
    """A run file that cannot be used, and the reason, worded to follow its name."""

    file: str
    reason: str

    @property
    def name(self) -> str:
        """Its name, safe to print: it was chosen by the machine that wrote the file."""
        return self.file if self.file.isprintable() else ascii(self.file)[1:-1]

    def __str__(self) -> str:
        """Name and reason, as the beginning of a sentence."""
        return f"{self.name} {self.reason}"


class Ledger:
    """One folder of run files."""

    def __init__(self, folder: Path, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        """The folder need not exist yet."""
        self.folder = folder
        self.limits = limits
        self.written: set[str] = set()
        """Names of the files that were written through this object."""

    def files(self) -> tuple[str, ...]:
        """Names of all run files relative to the folder, sorted: oldest first.

        Names that begin with a dot are not looked at: a file that is being written, or was when
        its writer was killed. Raises BrokenDataError when a folder cannot be read, since what
        is in it would seem to be gone.
        """
        try:
            if not self.folder.is_dir():
                return ()
        except OSError as error:  # a folder above may not be entered
            _unreadable(error)
        found = []
        for place, folders, names in os.walk(self.folder, onerror=_unreadable):
            folders[:] = [name for name in folders if not name.startswith(".")]
            start = Path(place).relative_to(self.folder)
            found += [
                (start / name).as_posix()
                for name in names
                if name.endswith(SUFFIX) and not name.startswith(".")
            ]
        return tuple(sorted(found))

    def sweep(self) -> None:
        """Remove what killed writers left, from every folder of the ledger."""
        if self.folder.is_dir():
            for place, folders, _ in os.walk(self.folder):
                if any(name.startswith(temporary.WRITING) for name in folders):
                    temporary.sweep(temporary.WRITING, Path(place))
                folders[:] = [name for name in folders if not name.startswith(".")]

    def path(self, file: str) -> Path:
        """Where a relative name is on this disk."""
        return self.folder / file

    def write(
        self,
        results: Batch | Sequence[RunRecord],
        extra_metrics: Mapping[str, Metric] | None = None,
    ) -> str:
        """Write one file with these runs and return its relative name.

        One run from the collector, or all runs of one import. A file that holds these very runs, as
        when the same was asked for before and stopped half way, is left as it is. Raises
        BrokenEnvironmentError when the folder cannot be written, and BrokenDataError when the name
        is taken by other content.
        """
        from history.store import packing
        from history.store.batch import Batch

        batch = results if isinstance(results, Batch) else packing.pack(results)
        name = file_name(batch.runs)
        if self._holds(name, {run.run_id for run in batch.runs}):
            return name
        return self._write(name, batch, extra_metrics)

    def take(self, name: str, finished: Path) -> None:
        """Give a whole run file from elsewhere its name here, on the same file system.

        Raises BrokenEnvironmentError when the folder cannot be written, and BrokenDataError when
        the name is taken.
        """
        target = self.path(name)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            to_disk(finished)
            _put(finished, target)
            to_disk(target.parent)
        except FileExistsError:
            raise BrokenDataError(f"{name} came into the ledger in the meantime.") from None
        except OSError as error:
            raise BrokenEnvironmentError(
                f"the ledger folder {self.folder.name} cannot be written: {error.strerror}."
            ) from None

    def _holds(self, name: str, run_ids: set[str]) -> bool:
        """Whether there is a file of this name, with these runs and no others."""
        import duckdb

        if not self.path(name).exists():
            return False
        try:
            with memory.connected() as connection:
                found = connection.execute(
                    "select distinct run_id from read_parquet($file) order by run_id",
                    {"file": str(self.path(name))},
                ).fetchall()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0].replace(str(self.path(name)), name)
            raise BrokenDataError(
                f"{name} is in the ledger and cannot be read: {reason}",
                hint="Move that file away, and try again.",
            ) from None
        return {str(row[0]) for row in found} == run_ids

    def _write(
        self, name: str, batch: Batch, extra_metrics: Mapping[str, Metric] | None = None
    ) -> str:
        import duckdb

        from history.store import run_file

        target = self.folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with temporary.scratch(temporary.WRITING, target.parent) as scratch:
                finished = scratch / "run.parquet"
                run_file.write(batch, finished, extra_metrics)
                to_disk(finished)
                _put(finished, target)
            to_disk(target.parent)
            self.written.add(name)
        except FileExistsError:
            raise BrokenDataError(
                f"{name} is in the ledger with other content; run files are never rewritten."
            ) from None
        except (OSError, duckdb.IOException) as error:
            said = str(error.strerror if isinstance(error, OSError) else error)
            why = database_errors.no_room(said) or said.splitlines()[0]
            raise BrokenEnvironmentError(
                f"the ledger folder {self.folder.name} cannot be written: {why}; nothing was"
                " stored.",
                hint="Make room or mend its rights, or name another folder with --ledger.",
            ) from None
        return name


def _unreadable(error: OSError) -> None:
    raise BrokenDataError(
        f"a folder of the ledger cannot be read: {error.filename}: {error.strerror}.",
        hint="Mend its rights, or bring it back; nothing was changed.",
    )


class Named(NamedTuple):
    """What the name of a run file is made of."""

    started_at: datetime
    """UTC."""
    run_id: str
    commit_sha: str
    machine_name: str


def file_name(runs: Sequence[Run]) -> str:
    """The name of a file of these runs, see ``name_of``."""
    return name_of(
        [Named(run.started_at, run.run_id, run.commit.sha, run.machine.name) for run in runs]
    )


def name_of(runs: Sequence[Named]) -> str:
    """``YYYY/MM/<utc>-<commit12>-<machine>-<run8>.parquet``, made of the newest run.

    A file of several runs ends in eight digits over all their ids.
    """
    newest = max(runs, key=lambda run: (run.started_at, run.run_id))
    run8 = newest.run_id[:_RUN_DIGITS]
    if len(runs) > 1:
        ids = "".join(sorted(run.run_id for run in runs))
        run8 = sha256(ids.encode()).hexdigest()[:_RUN_DIGITS]
    moment = newest.started_at
    commit = _safe(newest.commit_sha)[:_COMMIT_DIGITS]
    machine = _safe(newest.machine_name)
    return f"{moment:%Y/%m}/{moment:%Y%m%dT%H%M%SZ}-{commit}-{machine}-{run8}{SUFFIX}"


def in_ledger(file: str) -> str:
    """The name that a run file has in its ledger, however many folders down it lies here."""
    return "/".join(file.split("/")[-3:])


def exclusion_name(exclusion: Exclusion) -> str:
    """The name of a correction file of earlier versions."""
    moment = exclusion.made_at
    about = f"{exclusion.run_id} {exclusion.series_id} {moment.isoformat()}"
    return (
        f"{moment:%Y/%m}/{moment:%Y%m%dT%H%M%SZ}-exclude-{_safe(exclusion.run_id)[:12]}-"
        f"{sha256(about.encode()).hexdigest()[:_RUN_DIGITS]}{SUFFIX}"
    )


def read_parquet(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> str:
    """SQL of a relation over these files with every column of the codec, absent ones as NULL.

    What a file may leave out stands in it as in any other, see ``left_out``.
    """
    if not files:
        empty = ", ".join(f"null::{kind} as {name}" for name, kind in codec.COLUMNS.items())
        return f"(select {empty}, '' as filename where false)"
    listed = ", ".join(map(quoted.text, files))
    source = f"read_parquet([{listed}], union_by_name = true, filename = true)"
    described = connection.execute(f"describe select * from {source}").fetchall()  # noqa: S608
    present = {str(row[0]) for row in described}
    return left_out.rows_with_all(source, [*sorted(present & codec.COLUMNS.keys()), "filename"])


def _safe(text: str) -> str:
    """Letters, digits, dot, dash: nothing that means anything to a file system."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-.")[:60] or "unnamed"


def _put(finished: Path, target: Path) -> None:
    """Give a finished file its name; raises FileExistsError rather than replace another."""
    try:
        target.hardlink_to(finished)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError from None
        finished.rename(target)
