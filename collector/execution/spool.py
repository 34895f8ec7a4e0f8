"""Keep every result on disk before the next is measured, until the run file is written.

A spool is one file: a head, then one frame for each result. The writer holds a lock on it, which
ends with the process however it ends. A truncated frame is recognised by its length and checksum.
"""

from __future__ import annotations

import fcntl
import os
import struct
import zlib
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import msgspec

from history.words.errors import BrokenDataError, BrokenEnvironmentError
from history.words.records import Item, Point, Run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedRandom
    from pathlib import Path

SUFFIX: Final = ".spool"
_ROOM: Final = ".room"
_ROOM_BYTES: Final = 4 * 2**20
"""Reserved space, so that the result that meets a full disk can still be written."""
_FRAME: Final = struct.Struct("<II")
"""Length and CRC-32 of what follows."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The collection that was begun."""

    run: Run
    """The run, without the fields that are known only at its end."""
    options: dict[str, Any] = msgspec.field(name="words")
    """Those of the command line, needed to resume with the same ones."""
    planned: int
    """Cases to be measured."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one case, or an absence from the suite's plan."""

    points: tuple[Point, ...]
    items: tuple[Item, ...] = ()
    environment: dict[str, Any] = {}
    """As known by then, group, then field."""
    at: datetime
    """UTC."""
    counts: bool = True
    """Whether it counts as one of the planned cases."""


class FullError(BrokenEnvironmentError):
    """The disk is full: nothing more may be measured."""


class Spool:
    """A spool that is being written."""

    def __init__(self, path: Path, file: BufferedRandom) -> None:
        """``file`` is open and holds the lock; see `begin` and `again`."""
        self._path, self._file = path, file
        self._room = path.with_suffix(_ROOM)

    @classmethod
    def begin(cls, folder: Path, head: Head) -> Self:
        """Begin a spool in the folder, which is made. Raises FullError where it cannot be begun."""
        path = folder / f"{head.run.run_id}{SUFFIX}"
        spool: Self | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file: BufferedRandom = path.open("x+b", buffering=0)  # type: ignore[assignment]
            spool = cls(path, file)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            spool._reserve()
            spool._append(head)
        except OSError as error:
            if spool is not None:
                spool.remove()
            raise FullError(
                f"results cannot be written to {folder.name}: {error.strerror}; nothing measured.",
                hint="Make room or mend its rights, or name another place with --history.",
            ) from None
        return spool

    @classmethod
    def again(cls, left: Left) -> Self:
        """Continue a spool that was left behind."""
        spool = cls(left.path, left.file)
        with suppress(OSError):
            spool._reserve()
        return spool

    def keep(self, result: Result) -> None:
        """Write a result to disk. Raises FullError when it was, or could not be, the last one."""
        try:
            self._append(result)
        except OSError as error:
            reason = error.strerror
        else:
            return
        self._room.unlink(missing_ok=True)
        with suppress(OSError):
            self._append(result)
        raise FullError(f"there is no room for more results: {reason}.", hint="Make room.")

    def remove(self) -> None:
        """Remove the file: its results are stored elsewhere, or there are none."""
        self._room.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)
        self._file.close()

    def close(self) -> None:
        """Leave the spool for ``collect --resume``."""
        self._room.unlink(missing_ok=True)
        self._file.close()

    def _reserve(self) -> None:
        """Reserve the space that `keep` frees for the last result."""
        with self._room.open("wb") as room:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(room.fileno(), 0, _ROOM_BYTES)
            else:
                room.write(bytes(_ROOM_BYTES))

    def _append(self, part: Head | Result) -> None:
        """Write one frame whole, or leave the file as it was."""
        end = self._file.seek(0, os.SEEK_END)
        content = msgspec.msgpack.encode(part, enc_hook=str)
        frame = _FRAME.pack(len(content), zlib.crc32(content)) + content
        try:
            written = 0
            while written < len(frame):
                written += self._file.write(frame[written:])
            os.fsync(self._file.fileno())
        except OSError:
            with suppress(OSError):
                self._file.truncate(end)
            raise


class Left(NamedTuple):
    """A spool that a killed collection left, or one that found no room for its run file."""

    path: Path
    head: Head
    results: tuple[Result, ...]
    file: BufferedRandom
    """Holds its lock, so that no other process resumes it."""

    @property
    def done(self) -> int:
        """Number of planned cases with a result."""
        return sum(result.counts for result in self.results)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def left(folder: Path) -> Iterator[Left]:
    """Spools without a writer, oldest first; the lock of each is held until it is closed.

    Raises BrokenDataError for one that this version cannot read.
    """
    if not folder.is_dir():
        return
    found = [path for path in folder.iterdir() if path.suffix == SUFFIX]
    for path in sorted(found, key=lambda one: (one.stat().st_mtime, one.name)):
        file = _taken(path)
        if file is None:
            continue
        content = path.read_bytes()
        parts, whole = _frames(content)
        if not parts:
            file.close()
            path.unlink()  # killed before anything was measured
            continue
        if whole < len(content):
            file.truncate(whole)  # what a kill cut
        try:
            head = msgspec.msgpack.decode(parts[0], type=Head)
            results = [msgspec.msgpack.decode(part, type=Result) for part in parts[1:]]
        except msgspec.DecodeError:
            file.close()
            raise BrokenDataError(
                f"{path.parent.name}/{path.name} was left by another version of soundmark.",
                hint="Complete it with that version, or remove the file.",
            ) from None
        yield Left(path, head, tuple(results), file)


def _taken(path: Path) -> BufferedRandom | None:
    """The open file with its lock; None while its collection is running or has just ended."""
    try:
        file: BufferedRandom = path.open("r+b", buffering=0)  # type: ignore[assignment]
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file.fileno()).st_nlink:
            return file
    except OSError:
        pass
    file.close()
    return None


def waiting(folder: Path) -> int:
    """Number of spools that can be resumed."""
    count = 0
    for path in folder.glob(f"*{SUFFIX}"):
        file = _taken(path)
        if file is not None:
            count += os.fstat(file.fileno()).st_size > 0
            file.close()
    return count


def _frames(content: bytes) -> tuple[list[bytes], int]:
    """Every complete frame from the start, and their total bytes; the rest is truncated."""
    found, at = [], 0
    while at + _FRAME.size <= len(content):
        length, checksum = _FRAME.unpack_from(content, at)
        part = content[at + _FRAME.size : at + _FRAME.size + length]
        if len(part) < length or zlib.crc32(part) != checksum:
            break
        found.append(part)
        at += _FRAME.size + length
    return found, at
