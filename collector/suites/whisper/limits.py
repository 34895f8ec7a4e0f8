"""Limit a child to some cores and memory, and report by what means.

A control group (version 2), as a container would: one of its own where this process may make one,
else one that ``systemd-run`` starts the child in. Where neither is allowed, the set of cores the
process may run on and its limit of private memory (RLIMIT_DATA), which the kernel checks when
memory is asked for, not when it is used.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from history.words.errors import BrokenEnvironmentError, UsageError

GROUPS: Final = Path("/sys/fs/cgroup")
PERIOD_US: Final = 100_000
"""Of processor time; the kernel's default."""
GIB: Final = 2**30

_FILES: Final = ("memory.max", "cpu.max", "cgroup.procs")
"""The kernel makes them in every new group that has the controllers."""

BY_GROUP, BY_SYSTEMD, BY_RLIMIT = "control group", "systemd-run", "affinity and rlimit"

_PROBE_S: Final = 10.0
"""Longest answer of systemd."""


class Limit(NamedTuple):
    """The limit ``4c4g``: cores and GiB."""

    cores: int
    memory_gib: int

    @property
    def text(self) -> str:
        """``4c4g``."""
        return f"{self.cores}c{self.memory_gib}g"


def parse(text: str, option: str = "limits") -> Limit:
    """Read ``4c4g``. Raises UsageError."""
    match = re.fullmatch(r"(\d+)c(\d+)g", text)
    if match is None or "0" in match.groups():
        raise UsageError(
            f'{option}: expected cores and GiB such as "4c4g", found "{text}".',
        )
    return Limit(int(match.group(1)), int(match.group(2)))


def of_process(name: str) -> Limit | None:
    """The limit in the name of a process."""
    for part in name.split("-"):
        with contextlib.suppress(UsageError):
            return parse(part)
    return None


def lacking(limit: Limit) -> str:
    """Why this machine cannot keep to a limit, as a sentence; empty when it can."""
    here = len(_cores())
    if limit.cores > here:
        return (
            f"{limit.text} asks for {limit.cores} cores, and this machine gives {here}:"
            f" {fitting(limit).text} is measured instead."
        )
    return ""


def fitting(limit: Limit) -> Limit:
    """The limit with as many of its cores as this machine gives."""
    return limit._replace(cores=min(limit.cores, len(_cores())))


def first_cores(limit: Limit) -> str:
    """The first cores this process may use, as many as the limit has or as there are: ``0,1``."""
    return ",".join(map(str, sorted(_cores())[: limit.cores]))


def cpuset(text: str) -> frozenset[int]:
    """``0-3,6`` as the numbers of cores. Raises UsageError."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part.strip())
        if match is None:
            raise UsageError(
                f'cpuset: expected numbers of cores such as "0-3" or "0,2", found "{text}".'
            )
        first, last = int(match.group(1)), int(match.group(2) or match.group(1))
        found |= set(range(first, last + 1))
    beyond = sorted(found - _cores())
    if beyond or not found:
        here = ", ".join(map(str, sorted(_cores())))
        raise UsageError(f"cpuset: {text} is not within the cores this process may use: {here}.")
    return frozenset(found)


def keep_to(text: str) -> None:
    """Pin this process and its children to these cores. Raises UsageError."""
    if not hasattr(os, "sched_setaffinity"):
        raise UsageError("cpuset: this system lets no process choose its cores.")
    os.sched_setaffinity(0, cpuset(text))


@cache
def starter(limit: Limit, groups: Path = GROUPS) -> tuple[str, ...]:
    """The command prefix of a child: ``systemd-run`` where it is needed and works.

    Empty where the child may make a control group of its own, and where systemd makes none.
    """
    group = _make_group(limit, groups)
    if group is not None:
        group.rmdir()
        return ()
    managers = ("--system", "--user") if os.geteuid() == 0 else ("--user", "--system")
    for manager in managers:
        command = (
            *("systemd-run", "--scope", manager, "--quiet", "--collect", "--no-ask-password"),
            *("-p", f"MemoryMax={limit.memory_gib}G", "-p", "MemorySwapMax=0"),
            *("-p", f"CPUQuota={limit.cores * 100}%", "--"),
        )
        if _works((*command, "true")):
            return command
    return ()


class Applied:
    """A limit in force on this process until ``release``."""

    def __init__(self, limit: Limit, groups: Path = GROUPS, *, started: bool = False) -> None:
        """``started``: this process was started by the command of ``starter``.

        Raises BrokenEnvironmentError where no way is open.
        """
        self._limit = limit
        self._group: Path | None = None
        if _holds(limit, groups):  # set by the command that started this process, or a container
            self._means = BY_SYSTEMD if started else BY_GROUP
        else:
            self._group = _enter_group(limit, groups)
            self._means = BY_GROUP if self._group is not None else BY_RLIMIT
        try:
            if hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(0, set(sorted(_cores())[: limit.cores]))
            if self._means == BY_RLIMIT:
                _, hard = resource.getrlimit(resource.RLIMIT_DATA)
                resource.setrlimit(resource.RLIMIT_DATA, (limit.memory_gib * GIB, hard))
        except (OSError, ValueError) as error:
            raise BrokenEnvironmentError(
                f"the limit {limit.text} cannot be set on this machine: {error}."
            ) from error

    def facts(self) -> dict[str, Any]:
        """The limit in force, and by what means."""
        return {
            "limit": self._limit.text,
            "limited by": self._means,
            "cores in force": len(_cores()),
        }

    def release(self) -> None:
        """Leave a control group of our own, so that it can go."""
        if self._group is None:
            return
        with contextlib.suppress(OSError):
            (self._group.parent / "cgroup.procs").write_text(str(os.getpid()))
            self._group.rmdir()


def _cores() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _own_group(groups: Path) -> Path | None:
    """The control group of this process; None without version 2."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    own = next((line[3:] for line in lines if line.startswith("0::")), None)
    return None if own is None else groups / own.lstrip("/")


def _holds(limit: Limit, groups: Path) -> bool:
    """Whether the group of this process has both limits already."""
    group = _own_group(groups)
    if group is None:
        return False
    try:
        memory = (group / "memory.max").read_text(encoding="utf-8").strip()
        quota, period = (group / "cpu.max").read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return False
    if not memory.isdigit() or not quota.isdigit():  # "max": no limit
        return False
    return int(memory) == limit.memory_gib * GIB and int(quota) == limit.cores * int(period)


def _make_group(limit: Limit, groups: Path) -> Path | None:
    """An empty group below our own with both limits; None where that is not allowed."""
    own = _own_group(groups)
    if own is None:
        return None
    group = own / f"soundmark-{os.getpid()}"
    try:
        group.mkdir()
    except OSError:
        return None
    try:
        if not all((group / name).exists() for name in _FILES):
            raise FileNotFoundError  # no control group, or one without these controllers
        (group / "memory.max").write_text(str(limit.memory_gib * GIB))
        (group / "cpu.max").write_text(f"{limit.cores * PERIOD_US} {PERIOD_US}")
        with contextlib.suppress(FileNotFoundError):  # kernels without swap accounting
            _set(group / "memory.swap.max", "0")
    except OSError:
        with contextlib.suppress(OSError):
            group.rmdir()
        return None
    return group


def _set(file: Path, text: str) -> None:
    """Write a file of the kernel's, which is never created by writing."""
    with file.open("r+", encoding="utf-8") as handle:
        handle.write(text)


def _enter_group(limit: Limit, groups: Path) -> Path | None:
    """Make such a group and move this process into it, or None."""
    group = _make_group(limit, groups)
    if group is None:
        return None
    try:
        (group / "cgroup.procs").write_text(str(os.getpid()))
    except OSError:
        with contextlib.suppress(OSError):
            group.rmdir()
        return None
    return group


def _works(command: tuple[str, ...]) -> bool:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
