"""Keep a child within so many cores and so much memory, and say by what means.

A control group (version 2) where this process may make one, as a container would; elsewhere the
set of cores the process may run on and its limit of private memory (RLIMIT_DATA), which the kernel
checks when memory is asked for, not when it is used.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
from pathlib import Path
from typing import Any, Final, NamedTuple

from history.errors import BrokenEnvironmentError, UsageError

GROUPS: Final = Path("/sys/fs/cgroup")
PERIOD_US: Final = 100_000
"""Of processor time; the kernel's default."""
GIB: Final = 2**30

_FILES: Final = ("memory.max", "cpu.max", "cgroup.procs")
"""The kernel makes them in every new group that has the controllers."""

BY_GROUP, BY_RLIMIT = "control group", "affinity and rlimit"


class Limit(NamedTuple):
    """What ``4c4g`` says."""

    cores: int
    memory_gib: int

    @property
    def text(self) -> str:
        """``4c4g``."""
        return f"{self.cores}c{self.memory_gib}g"


def parse(text: str) -> Limit:
    """Read ``4c4g``. Raises UsageError."""
    match = re.fullmatch(r"(\d+)c(\d+)g", text)
    if match is None or "0" in match.groups():
        raise UsageError(
            f'limits: expected cores and GiB such as "4c4g", found "{text}".',
        )
    return Limit(int(match.group(1)), int(match.group(2)))


def of_process(name: str) -> Limit | None:
    """The limit that a process's name carries."""
    for part in name.split("-"):
        with contextlib.suppress(UsageError):
            return parse(part)
    return None


def lacking(limit: Limit) -> str:
    """Why this machine cannot keep to a limit, as a sentence; empty when it can."""
    here = len(_cores())
    if limit.cores > here:
        return f"{limit.text} asks for {limit.cores} cores, and this machine gives {here}."
    return ""


class Applied:
    """A limit in force on this process until ``release``."""

    def __init__(self, limit: Limit, groups: Path = GROUPS) -> None:
        """Raises BrokenEnvironmentError where neither way is open."""
        self._limit = limit
        self._group = _enter_group(limit, groups)
        self._home = self._group.parent if self._group is not None else None
        try:
            if hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(0, set(sorted(_cores())[: limit.cores]))
            if self._group is None:
                _, hard = resource.getrlimit(resource.RLIMIT_DATA)
                resource.setrlimit(resource.RLIMIT_DATA, (limit.memory_gib * GIB, hard))
        except (OSError, ValueError) as error:
            raise BrokenEnvironmentError(
                f"the limit {limit.text} cannot be set on this machine: {error}."
            ) from error

    def facts(self) -> dict[str, Any]:
        """What is in force, and by what means."""
        return {
            "limit": self._limit.text,
            "limited by": BY_GROUP if self._group is not None else BY_RLIMIT,
            "cores in force": len(_cores()),
        }

    def release(self) -> None:
        """Leave the control group, so that it can go."""
        if self._group is None or self._home is None:
            return
        with contextlib.suppress(OSError):
            (self._home / "cgroup.procs").write_text(str(os.getpid()))
            self._group.rmdir()


def _cores() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _enter_group(limit: Limit, groups: Path) -> Path | None:
    """A group of its own with both limits, or None where that is not allowed."""
    group = None
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
        own = next((line[3:] for line in lines if line.startswith("0::")), None)
        if own is None:
            return None
        group = groups / own.lstrip("/") / f"soundmark-{os.getpid()}"
        group.mkdir()
        if not all((group / name).exists() for name in _FILES):
            group.rmdir()  # no control group, or one without these controllers
            return None
        (group / "memory.max").write_text(str(limit.memory_gib * GIB))
        (group / "cpu.max").write_text(f"{limit.cores * PERIOD_US} {PERIOD_US}")
        (group / "cgroup.procs").write_text(str(os.getpid()))
    except OSError:
        if group is not None:
            with contextlib.suppress(OSError):
                group.rmdir()
        return None
    return group
