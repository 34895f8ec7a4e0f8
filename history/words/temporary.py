"""Name temporary files by their process, so that leftovers of killed processes are found.

A name ends in ``<place>-<process>-<random>``. Such names are ignored everywhere else.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITING: Final = ".writing-"
"""Prefix of a run file while it is written to a ledger."""
MAKING: Final = ".making-"
"""Prefix of a folder while it is made."""
SCRATCH: Final = "soundmark-"
"""Prefix in the folder for temporary files."""
_OLD_S: Final = 3600
_OLD_ELSEWHERE_S: Final = 7 * 24 * 3600
"""Age from which files of another machine or container are removed, whose processes cannot be
checked.
"""
_OWNED: Final = re.compile(r"(?P<place>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}")


def name(start: str) -> str:
    """A new name with this prefix that contains its process."""
    return f"{start}{_place()}-{os.getpid()}-{uuid4().hex[:8]}"


def folder(start: str = SCRATCH, inside: Path | None = None) -> Path:
    """Make a folder of that kind, in the one for temporary files unless another is given.

    It is for this user alone. Raises OSError where it cannot be made.
    """
    made = Path(inside or tempfile.gettempdir()) / name(start)
    made.mkdir(mode=0o700)
    return made


@contextmanager
def scratch(start: str = SCRATCH, inside: Path | None = None) -> Iterator[Path]:
    """A folder that is gone after the block."""
    made = folder(start, inside)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def sweep(start: str, inside: Path | None = None) -> tuple[str, ...]:
    """Remove leftovers with this prefix; returns their names, sorted.

    These are older than an hour, and their process has ended; those of another machine or container
    are older than a week. Entries that cannot be read or removed are left.
    """
    where = Path(inside or tempfile.gettempdir())
    found = []
    with suppress(OSError):
        for path in sorted(where.iterdir()):
            if path.name.startswith(start) and _is_left(path, len(start)):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
                found.append(path.name)
    return tuple(found)


def _is_left(path: Path, start: int) -> bool:
    owned = _OWNED.match(path.name, start)
    try:
        made_at = path.lstat().st_mtime
    except OSError:
        return False
    age_s = time.time() - made_at
    if owned is None:
        # Of an earlier version, without the process in the name.
        return path.name.startswith(WRITING) and age_s > _OLD_ELSEWHERE_S
    if owned["place"] != _place():
        return age_s > _OLD_ELSEWHERE_S
    return age_s > _OLD_S and not _is_alive(int(owned["pid"]), made_at)


def _is_alive(pid: int, made_at: float) -> bool:
    """Whether the process that made something at that time is still running."""
    import psutil

    try:
        return bool(psutil.Process(pid).create_time() <= made_at + 1)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True


@cache
def _place() -> str:
    """Identifies the machine or container, within which process ids are unique."""
    try:
        inner = Path("/proc/self/ns/pid").readlink()
    except OSError:
        inner = Path()
    return sha256(f"{platform.node()} {inner}".encode()).hexdigest()[:8]
