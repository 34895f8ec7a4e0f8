"""Start a program and measure its own wall time, processor time and peak memory.

The kernel includes in a program's peak memory what its process held before ``exec``, so a program
started from here would include this Python's memory. It is therefore started by a shell that waits
for a line: the shell's one or two megabytes are the floor, the wait is not timed, and because the
shell's parent has ended, this process can read the program's usage.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final, NamedTuple

import psutil

_ADOPT: Final = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2), Linux 3.4: orphans below us become our children."""
_SHELL: Final = "/bin/sh"
# $1 and $2 receive its output. The middle process waits for one line, then becomes the program; it
# ends when the pipe is closed without a line.
_SCRIPT: Final = (
    "out=$1 err=$2; shift 2; exec 3<&0; "
    '{ read -r line <&3 && exec "$@" 3<&-; } </dev/null >"$out" 2>"$err" & echo $!'
)
_TO_BYTES: Final = 1 if sys.platform == "darwin" else 1024
_POLL_S: Final = 0.0005


class Ended(NamedTuple):
    """Exit and resource usage of a program, including children it waited for."""

    code: int
    """Exit code; negative for a signal."""
    user_s: float
    system_s: float
    peak_rss: int | None
    """Bytes of its largest process; None where this Python's own memory would be read instead."""
    timed_out: bool
    waited_s: float | None
    """Seconds that its first thread was runnable without a core; None where it is not known."""


class WaitingProgram:
    """A program that is ready and waits until it is started."""

    def __init__(
        self,
        argv: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        output: tuple[Path, Path],
        cores: AbstractSet[int] = frozenset(),
    ) -> None:
        """Prepare the start. Raises FileNotFoundError when there is no such program.

        The program waits on the cores of this process and may use ``cores`` once it starts; empty
        changes nothing. Without this a waiting program is woken on an idle, cold core, which costs
        5 % of a run of 20 ms.
        """
        check(argv[0], cwd, env)
        self._cores = cores
        self._argv, self._cwd, self._env, self._output = list(argv), cwd, dict(env), output
        self._pid = 0
        self._start_pipe = -1
        self._popen: subprocess.Popen[bytes] | None = None
        """Only of a program started without a shell."""
        self._end = self._queue = -1
        """Descriptors, opened before the clock starts, that report its end and its run-queue time.
        """
        self._waited_before: float | None = None
        self._exact = _adopting() and os.access(_SHELL, os.X_OK)
        if self._exact:
            self._prepare()

    def _prepare(self) -> None:
        wait, self._start_pipe = os.pipe()
        try:
            shell = subprocess.run(
                [_SHELL, "-c", _SCRIPT, "sh", *map(str, self._output), *self._argv],
                cwd=self._cwd,
                env=self._env,
                stdin=wait,
                stdout=subprocess.PIPE,
                check=True,
            )
        finally:
            os.close(wait)
        self._watch(int(shell.stdout))

    def _watch(self, pid: int) -> None:
        self._pid = pid
        with contextlib.suppress(AttributeError, OSError):
            self._end = os.pidfd_open(pid)  # wakes us at once
        with contextlib.suppress(OSError):
            self._queue = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY)

    def start(self) -> None:
        """Start it now."""
        if self._exact:
            self._waited_before = self._waited_s()
            os.write(self._start_pipe, b"\n")
            self._allow_cores()
            return
        with self._output[0].open("wb") as out, self._output[1].open("wb") as err:
            self._popen = subprocess.Popen(
                self._argv,
                cwd=self._cwd,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        self._watch(self._popen.pid)
        self._allow_cores()

    def _allow_cores(self) -> None:
        if self._cores:
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(self._pid, self._cores)

    def wait(self, timeout_s: float) -> Ended:
        """Wait for its end; after ``timeout_s`` seconds kill it and its children."""
        timed_out = not self._ends_within(timeout_s)
        if timed_out:
            _kill_tree(self._pid)
        waited = self._waited_s()  # it has ended, but its status is not read yet
        _, status, usage = os.wait4(self._pid, 0)
        code = os.waitstatus_to_exitcode(status)
        if self._popen is not None:
            self._popen.returncode = code  # else it would wait for a process that has gone
        peak = usage.ru_maxrss * _TO_BYTES
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _TO_BYTES
        return Ended(
            code=code,
            user_s=usage.ru_utime,
            system_s=usage.ru_stime,
            peak_rss=peak if self._exact or peak > own else None,
            timed_out=timed_out,
            waited_s=None if waited is None else waited - (self._waited_before or 0.0),
        )

    def _waited_s(self) -> float | None:
        """Time on the run queue so far: the second number of /proc/PID/schedstat, Linux 2.6.9."""
        try:
            return int(os.pread(self._queue, 64, 0).split()[1]) / 1e9
        except (OSError, LookupError, ValueError):
            return None

    def _ends_within(self, timeout_s: float) -> bool:
        """Wait without taking the exit status."""
        if self._end < 0:
            return _poll(self._pid, timeout_s)
        return bool(select.select([self._end], [], [], timeout_s)[0])

    def close(self) -> None:
        """Release a program that was never started, and remove what other runs left behind."""
        for descriptor in (self._start_pipe, self._end, self._queue):
            if descriptor >= 0:
                os.close(descriptor)
        self._start_pipe = self._end = self._queue = -1
        # Searching all processes cools the caches of the next run, so it is done only when needed.
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
            for child in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    child.kill()
            while True:
                os.waitpid(-1, 0)


def check(program: str, cwd: Path, env: Mapping[str, str]) -> None:
    """Raise FileNotFoundError when there is no such program or folder."""
    if not cwd.is_dir():
        raise FileNotFoundError(f"there is no folder {cwd.name} to run {program} in")
    here = cwd / program if os.sep in program else None
    if shutil.which(here or program, path=env.get("PATH", os.defpath)) is None:
        raise FileNotFoundError(f"there is no program {program} that can be run")


def _adopting() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def _poll(pid: int, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        time.sleep(_POLL_S)
    return False


def _kill_tree(pid: int) -> None:
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.Error:
        return
    for process in family:
        with contextlib.suppress(psutil.Error):
            process.kill()
