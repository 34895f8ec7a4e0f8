"""The manifest of a record: one small entry for each run.

Entries are never changed, so records merge by copying. ``pull`` ignores a file without one.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from history.store import admit, checksum, memory, relations
from history.store import compacted as compacted_files
from history.store import ledger as ledger_files
from history.store.compacted import PLAIN
from history.store.ledger import NAME, Damaged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import duckdb

    from history.store.compacted import Compacted
    from history.store.ledger import Ledger

RUNS: Final = "runs/"
"""Folder of the run files."""
ENTRIES: Final = "manifest/"
"""Folder of the entries, by the id of the run."""
REMOVED: Final = "removed/"
"""Folder of what was said when a run file was taken away on purpose."""
COMPACTED: Final = "compacted/"
"""Folder of what was said when one run file took the place of others."""
_ENTRY: Final = re.compile(r"manifest/[0-9a-f]{2}/([0-9a-f]{32})\.json")
_AT_ONCE: Final = 64


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The entry of a run file."""

    file: str
    """Its name in a ledger, ``YYYY/MM/….parquet``."""
    bytes: int
    sha256: str
    """Of its bytes."""
    rows_sha256: str = ""
    """Of its rows; empty for a file of an earlier version."""

    def text(self) -> str:
        """The content of the entry, one line of JSON."""
        return msgspec.json.encode(self, order="sorted").decode() + "\n"


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a run file was taken off the record."""

    file: str
    reason: str

    def text(self) -> str:
        """The content of the file that says so."""
        return msgspec.json.encode(self, order="sorted").decode() + "\n"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """That a compacted run file took the place of others, which are on the record no more."""

    file: str
    """Its name in a ledger."""
    bytes: int
    sha256: str
    """Of its bytes."""
    rows_sha256: str
    """Of its rows."""
    is_thinned: bool
    """Whether item samples went."""
    runs: tuple[str, ...]
    replaced: tuple[str, ...]
    """Names of the others."""

    @property
    def entry(self) -> Entry:
        """What is known of the file."""
        return Entry(
            file=self.file, bytes=self.bytes, sha256=self.sha256, rows_sha256=self.rows_sha256
        )

    def text(self) -> str:
        """The content of the file that says so."""
        return msgspec.json.encode(self, order="sorted").decode() + "\n"


class Sound(NamedTuple):
    """A run file that was looked at and is sound."""

    file: str
    """Its name relative to the folder it was found in."""
    name: str
    """Its name in a ledger."""
    ids: tuple[str, ...]
    """Its runs, sorted; of a correction of an earlier version one id made of its name."""
    entry: Entry
    is_correction: bool
    made: Compacted = PLAIN
    """Which files it took the place of."""


def entry_path(run_id: str) -> str:
    """Where the entry of a run stands."""
    return f"{ENTRIES}{run_id[:2]}/{run_id}.json"


def removal_path(name: str) -> str:
    """Where it says why a run file was taken off the record."""
    return f"{REMOVED}{name.removesuffix(ledger_files.SUFFIX)}.json"


def note_path(name: str) -> str:
    """Where it says what a compacted run file took the place of."""
    return f"{COMPACTED}{name.removesuffix(ledger_files.SUFFIX)}.json"


def run_of(path: str) -> str:
    """The run of an entry; empty when the path is that of none."""
    found = _ENTRY.fullmatch(path)
    return found.group(1) if found else ""


def name_of(path: str) -> str:
    """The name in a ledger of a file of the record; empty when it is not that of a run file."""
    name = path.removeprefix(RUNS)
    return name if path.startswith(RUNS) and NAME.fullmatch(name) else ""


def read_entry(content: bytes) -> Entry | None:
    """The entry that stands there; None when it is none."""
    try:
        found = msgspec.json.decode(content, type=Entry)
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if NAME.fullmatch(found.file) else None


def read_note(content: bytes) -> Note | None:
    """The note that stands there; None when it is none."""
    try:
        found = msgspec.json.decode(content, type=Note)
    except (msgspec.DecodeError, RecursionError):
        return None
    are_names = all(NAME.fullmatch(name) for name in (found.file, *found.replaced))
    return found if are_names else None


def other_work(paths: Collection[str]) -> str:
    """What stands at these paths instead of a record; empty where it is one, or nothing."""
    others = sorted(path for path in paths if not path.startswith((".", "README", "LICENSE")))
    if not others or any(path.startswith((RUNS, ENTRIES, REMOVED, COMPACTED)) for path in others):
        return ""
    more = f" and {len(others) - 1} files more" if len(others) > 1 else ""
    return f"{ascii(others[0])[1:-1]}{more}"


def sorted_out(ledger: Ledger) -> tuple[list[Sound], list[Damaged]]:
    """The sound files of a ledger, and the others with what is wrong."""
    sound, refused = [], []
    with memory.connected() as connection:
        for one in look_at(connection, ledger, ledger.files()):
            if isinstance(one, Damaged):
                refused.append(one)
            else:
                sound.append(one)
    return sound, refused


def look_at(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, files: Sequence[str]
) -> Iterator[Sound | Damaged]:
    """Check each file, and return its facts."""
    for start in range(0, len(files), _AT_ONCE):
        batch = files[start : start + _AT_ONCE]
        faults = admit.load_alone(connection, ledger, batch)
        yield from faults
        bad = {fault.file for fault in faults}
        good = [file for file in batch if file not in bad]
        told = checksum.stated(connection, [ledger.path(file) for file in good])
        runs = _runs(connection)
        for file in good:
            path = str(ledger.path(file))
            name = ledger_files.in_ledger(file)
            ids = runs.get(path, ())
            yield Sound(
                file,
                name,
                ids or (sha256(name.encode()).hexdigest()[:32],),
                Entry(
                    file=name,
                    bytes=ledger.path(file).stat().st_size,
                    sha256=checksum.of_file(ledger.path(file)),
                    rows_sha256=told[path].rows_sha256,
                ),
                is_correction=not ids,
                made=compacted_files.read(told[path].compacted) or PLAIN,
            )


def _runs(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """Path of every file that was loaded to its runs, sorted."""
    rows = connection.execute(
        "select filename, list(run_id order by run_id)"  # noqa: S608
        f" from {relations.LOADED} where row in ('run', 'duet') group by filename order by filename"
    ).fetchall()
    return {str(path): tuple(ids) for path, ids in rows}
