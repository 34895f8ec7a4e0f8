"""Explain errors of DuckDB: in use by another process, no space, or damage."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from history.words.errors import BrokenDataError, BrokenEnvironmentError, SoundmarkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

_OTHER_PROGRAMS: Final = ((b"SQLite format 3\0", "SQLite"),)
"""How files begin that DuckDB would open with an extension."""
_HEAD_BYTES: Final = 4096
_SUFFIX: Final = ".duckdb"
"""A file of this name that cannot be read was a database once."""
_NO_ROOM: Final = (
    r"no space left on device|file too large|disk quota exceeded|disk full|max_temp_directory_size"
)
_NOT_WRITTEN: Final = r"could not write file"
_NO_RIGHT: Final = r"permission denied|read-only file system|operation not permitted"


class DamagedDatabaseError(BrokenDataError):
    """The database cannot be read; ``history sync`` makes a new one from the ledger."""


class ForeignDatabaseError(BrokenDataError):
    """The file is a sound database of another program: never ours to move or change."""

    @classmethod
    def of(cls, name: str, what: str) -> ForeignDatabaseError:
        """For the file of this name, and what it is instead of a history."""
        return cls(
            f"{name} is no history of soundmark: it is {what}; it was left as it is.",
            hint="Name another file with --history.",
        )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Errors of DuckDB inside become what they mean for the history at this path."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise explain(path, error) from error


def holder(error: duckdb.Error) -> str:
    """The process that uses the database; empty when that is not the reason."""
    message = str(error)
    if "file handle conflict" in message:
        return "another part of this program"
    if "set lock on file" not in message:
        return ""
    found = re.search(r"PID (\d+)", message)
    return f"process {found[1]}{_name_of(int(found[1]))}" if found else "another process"


def in_use(path: Path, who: str, seconds: float) -> BrokenEnvironmentError:
    """The error after waiting so many seconds: the database is still in use."""
    waited = f", also after {seconds:g} s" if seconds else ""
    return BrokenEnvironmentError(
        f"the history {shown(path)} is in use by {who}{waited}.",
        hint="Wait until it has finished, or stop it, and try again; the history was not changed.",
    )


def explain(path: Path, error: duckdb.Error) -> SoundmarkError:
    """The explanation of this error for the history at this path."""
    message = str(error).strip()
    first = message.splitlines()[0]
    if who := holder(error):
        return in_use(path, who, 0)
    if surroundings := _surroundings(path, error, message):
        return surroundings
    if _is_damage(error, message):
        return DamagedDatabaseError(
            f"the history {shown(path)} cannot be read: {first}",
            hint="The ledger still has every run: `soundmark history sync` sets the damaged file "
            "aside and makes a new one.",
        )
    return BrokenDataError(
        f"the history {shown(path)} cannot answer: {first}",
        hint="If no other program has changed the file, this is a mistake in soundmark: --debug "
        "shows where. `soundmark history sync --rebuild` makes the file anew from the ledger.",
    )


def _surroundings(path: Path, error: duckdb.Error, message: str) -> BrokenEnvironmentError | None:
    """The missing resource, such as space or memory; None when the database is at fault."""
    import duckdb

    first, name = message.splitlines()[0], shown(path)
    other = [file for file in re.findall(r'"(/[^"]+)"', message) if not _is_of(path, file)]
    if no_room(message):
        return BrokenEnvironmentError(
            f"there is no room left to work with the history {name}: {no_room(message)}.",
            hint="Make room and try again; run files that are in the ledger are safe.",
        )
    if re.search(_NO_RIGHT, message, re.IGNORECASE):
        return BrokenEnvironmentError(
            f"{other[0] if other else f'the history {name}'} cannot be used: permission denied.",
            hint="Name another file with --history, or mend its rights.",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return BrokenEnvironmentError(
            f"there is not enough memory to work with the history {name}: {first}",
            hint="End other programs, or use a machine with more memory.",
        )
    if isinstance(error, duckdb.IOException) and other:
        return BrokenEnvironmentError(first, hint="Mend what is said of that file and try again.")
    return None


def no_room(message: str) -> str:
    """The words of a message that say that there is no room to write; empty when none do."""
    found = re.search(_NO_ROOM, message, re.IGNORECASE)
    if found is None and not re.search(_NO_RIGHT, message, re.IGNORECASE):
        found = re.search(_NOT_WRITTEN, message, re.IGNORECASE)
    return found[0].lower() if found else ""


def shown(path: Path) -> str:
    """The name a message has for this database: that of the one it is to become."""
    return path.name.removeprefix(".").partition(".rebuilding-")[0]


def refuse_other_files(path: Path) -> None:
    """Raise ForeignDatabaseError for a text file and for the file of another database program."""
    try:
        with path.open("rb") as opened:
            start = opened.read(_HEAD_BYTES)
    except FileNotFoundError:
        return
    except OSError as error:
        raise BrokenEnvironmentError(
            f"the history {shown(path)} cannot be opened: {error.strerror}.",
            hint="Name another file with --history, or mend its rights.",
        ) from None
    for mark, program in _OTHER_PROGRAMS:
        if start.startswith(mark):
            raise ForeignDatabaseError.of(shown(path), f"a database of {program}")
    if path.suffix != _SUFFIX and b"\0" not in start and start.strip():
        # A text file given to --history by mistake: a sync would set it aside as a damaged history.
        raise ForeignDatabaseError.of(shown(path), "a text file")


def _is_damage(error: duckdb.Error, message: str) -> bool:
    import duckdb

    kinds = (
        *(duckdb.IOException, duckdb.FatalException),
        *(duckdb.InternalException, duckdb.SerializationException),
    )
    # Wrong checksums come as the base class itself.
    return isinstance(error, kinds) or type(error) is duckdb.Error or "corrupt" in message.lower()


def _is_of(path: Path, name: str) -> bool:
    """Whether a file that is named in a message is the database or its log."""
    return name.startswith(str(path.resolve()))


def _name_of(pid: int) -> str:
    import psutil

    try:
        return f" ({psutil.Process(pid).name()})"
    except psutil.Error:
        return ""
