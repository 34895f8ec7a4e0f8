"""Start a measuring child, send it commands, and detect every way in which it can fail."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from collector.contract import Process
from collector.measure.report import Report
from collector.protocol import isolation, messages
from collector.protocol.orphan_guard import Guard

LOG_LINES: Final = 200
LOG_LINE_BYTES: Final = 4096
GRACE_S: Final = 5.0
"""Seconds that a child may take to end after ``Quit``."""

# -P: a folder called `collector` in the user's project must not shadow ours.
_CHILD: Final = ("-P", "-m", "collector.protocol.child")

AnswerT = TypeVar("AnswerT", bound=messages.Message | Report)


class ChildError(Exception):
    """A child that can no longer answer. ``reason`` includes its last line of output."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


class ProblemError(Exception):
    """A child works, but the command failed."""

    def __init__(self, problem: messages.Problem) -> None:
        """Keep the child's answer."""
        super().__init__(problem.reason)
        self.problem = problem


class ChildProcess:
    """One measuring child. Anything but a valid answer in time kills it and raises ChildError."""

    def __init__(self, process: Process, folder: Path) -> None:
        """Start it in ``folder`` with its own environment, session and pipes."""
        self.process = process
        down_read, down_write = os.pipe()
        up_read, up_write = os.pipe()
        python = process.interpreter or sys.executable
        try:
            self._popen = subprocess.Popen(
                [*process.under, python, *_CHILD, str(down_read), str(up_write)],
                cwd=folder,
                env=isolation.environment(process),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(down_read, up_write),
                start_new_session=True,  # Ctrl-C reaches the parent, which decides
            )
        except OSError as error:
            for descriptor in (down_read, down_write, up_read, up_write):
                os.close(descriptor)
            raise ChildError(f"the child could not be started: {error.strerror}") from None
        os.close(down_read)
        os.close(up_write)
        self._guard = Guard(self._popen.pid)
        self._down, self._up = down_write, up_read
        self._buffer = bytearray()
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._reader = threading.Thread(target=self._keep_log, daemon=True)
        self._reader.start()
        self._closed = False

    @property
    def pid(self) -> int:
        """Of the child itself."""
        return self._popen.pid

    def ask(
        self,
        command: messages.Command,
        expected: type[AnswerT],
        timeout_s: float,
        heard: Callable[[messages.Progress], None] | None = None,
    ) -> AnswerT:
        """Send a command and wait for its answer; ``heard`` is called with the progress.

        Raises ProblemError when the command failed, ChildError when the child died, did not answer
        within ``timeout_s`` seconds, or wrote an invalid answer.
        """
        deadline = time.monotonic() + timeout_s
        try:
            _write(self._down, messages.encode(command))
        except BrokenPipeError:
            raise self._gone() from None
        while True:
            line = self._line(deadline)
            if line is None:
                self.kill()
                raise ChildError(
                    f"no answer to {type(command).__name__} within {timeout_s:g} s;"
                    f" the child was ended{self._last_words()}"
                )
            try:
                answer = messages.decode_answer(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                raise self._garbage(line) from None
            if not isinstance(answer, messages.Progress):
                break
            if heard is not None:
                heard(answer)
        if isinstance(answer, messages.Problem):
            raise ProblemError(answer)
        if not isinstance(answer, expected):
            raise self._garbage(line)
        return answer

    def open(
        self, suite: str, options: dict[str, Any], profile: str, workspace: Path, timeout_s: float
    ) -> dict[str, Any]:
        """Let the child open a suite, ``module:Class``, and return its facts.

        Raises as ``ask`` does; the child is then killed.
        """
        command = messages.Open(
            suite=suite,
            options=options,
            profile=profile,
            workspace=str(workspace),
            process=self.process,
        )
        try:
            return self.ask(command, messages.Ready, timeout_s).facts
        except BaseException:
            self.kill()
            raise

    def close(self) -> None:
        """Ask the child to end; kill it if it does not."""
        if self._closed:
            return
        try:
            self.ask(messages.Quit(), messages.Bye, GRACE_S)
            self._popen.wait(GRACE_S)
        except (ChildError, ProblemError, subprocess.TimeoutExpired):
            pass
        self.kill()

    def end(self) -> None:
        """Kill the child while another thread waits for its answer; that thread gets ChildError."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)

    def kill(self) -> None:
        """Kill the child and everything it started."""
        if self._closed:
            return
        self._closed = True
        try:
            os.killpg(self._popen.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._popen.kill()
        self._popen.wait()
        self._guard.dismiss()
        os.close(self._down)
        os.close(self._up)
        self._reader.join(GRACE_S)
        if self._popen.stdout is not None:
            self._popen.stdout.close()

    @property
    def log(self) -> tuple[str, ...]:
        """The last lines the child printed."""
        return tuple(self._log)

    def _line(self, deadline: float) -> bytes | None:
        """The next line, or None at the deadline."""
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._up], [], [], left)[0]:
                return None
            chunk = os.read(self._up, 1 << 16)
            if not chunk:
                raise self._gone()
            self._buffer += chunk
            if len(self._buffer) > messages.MAX_LINE:
                raise self._garbage(bytes(self._buffer[:80]))
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        return line

    def _gone(self) -> ChildError:
        try:
            code = self._popen.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return ChildError("the child closed its channel and went on" + self._last_words())
        self.kill()
        return ChildError(_how_it_ended(code) + self._last_words())

    def _garbage(self, line: bytes) -> ChildError:
        self.kill()
        shown = line[:60].decode("utf-8", "replace")
        return ChildError(f"the child wrote something that is no answer: {shown!r}")

    def _last_words(self) -> str:
        words = [line for line in self._log if line.strip()]
        return f"; its last line: {words[-1].strip()[:200]}" if words else ""

    def _keep_log(self) -> None:
        stream = self._popen.stdout
        if stream is None:
            return
        while line := stream.readline(LOG_LINE_BYTES):
            self._log.append(line.decode("utf-8", "replace").rstrip("\n"))


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"the child ended with exit code {code}"
    name = signal.Signals(-code).name if -code in signal.valid_signals() else f"signal {-code}"
    if name == "SIGKILL":
        return "the child was killed (SIGKILL), most likely because memory ran out"
    return f"the child was killed by {name}"


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
