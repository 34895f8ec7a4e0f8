"""End every measuring child when its parent ends, however the parent ended.

There are two mechanisms. On Linux the kernel kills the child with its parent, even inside a hanging
call into C. On every system with a shell, a shell in its own session waits until the parent's end
of a pipe closes, then kills the child's process group, including the programs it started.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from typing import Final

_PARENT_DEATH_SIGNAL: Final = 1
"""PR_SET_PDEATHSIG of prctl(2). It follows the thread that started the child: our main thread."""
_GUARD: Final = 'read -r _; kill -s KILL -- "-$1"'


def to_parent(channel: int) -> None:
    """Called by the child first: end when the parent, the writer of ``channel``, ends.

    Exits at once when the parent was gone before the kernel could be told.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    waiting = select.poll()
    waiting.register(channel, 0)
    if any(events & select.POLLHUP for _, events in waiting.poll(0)):
        sys.exit("the parent is gone")


class Guard:
    """Ends a process group when this process dies; the parent starts and closes it."""

    def __init__(self, group: int) -> None:
        """Start watching the group; on a computer without a shell nothing watches it."""
        self._popen: subprocess.Popen[bytes] | None = None
        shell = shutil.which("sh")
        if shell is not None:
            self._popen = subprocess.Popen(
                [shell, "-c", _GUARD, "guard", str(group)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=os.sep,
                env={},
                start_new_session=True,
            )

    def dismiss(self) -> None:
        """Stop watching: the group has ended, and its id may soon belong to another one."""
        if self._popen is None:
            return
        self._popen.kill()
        self._popen.wait()
        if self._popen.stdin is not None:
            self._popen.stdin.close()
