"""Open result files: regular files of a bounded size, no pipes or devices."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from history.formats import limits_in_force
from history.words.errors import ImportRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEAD_BYTES: Final = 65_536
"""Enough to recognise a format, little enough to read a wrong file quickly."""
_KINDS: Final = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file, for reading. Raises ImportRefusedError unless it is regular and not too large.

    Raises IsADirectoryError for a folder.
    """
    # A pipe without a writer would keep a plain open waiting.
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        _check(os.fstat(number), path)
        with os.fdopen(number, "rb", closefd=False) as file:
            yield file
    finally:
        os.close(number)


def content(path: Path) -> bytes:
    """The whole file, as `opened` allows it; one that grows meanwhile is held to the limit too."""
    with opened(path) as file:
        found = file.read(limits_in_force.now().file_bytes + 1)
    check_size(len(found), path)
    return found


def head(path: Path) -> str:
    """How the file begins, by which its format is recognised; raises what `opened` raises."""
    with opened(path) as file:
        return file.read(_HEAD_BYTES).decode("utf-8", errors="replace")


def beginning(head: str) -> str:
    """What a file that is of no expected format begins with, as a message says it."""
    start = head.strip().partition("\n")[0][:80]
    return f'it starts with "{start}"' if start else "it is empty"


def check_size(size_bytes: int, path: Path) -> None:
    """Raise ImportRefusedError when a file has more than a run file may have."""
    most = limits_in_force.now().file_bytes
    if size_bytes > most:
        raise ImportRefusedError(
            f"{path.name}: expected at most {most} bytes, found {size_bytes}.",
            hint="Split it into several files, or raise file_bytes in [history.limits].",
        )


def _check(about: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(about.st_mode):
        found = next((said for is_of, said in _KINDS if is_of(about.st_mode)), "something else")
        raise ImportRefusedError(
            f"{path.name}: expected a regular file, found {found}.",
            hint="Write the results to a file and name that.",
        )
    check_size(about.st_size, path)
