"""A project whose commands are killed and whose files are damaged, and what was found by it."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from history.store import database
from history.words.errors import SoundmarkError
from soundmark.command import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = "suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples\n"
Values = Counter[tuple[str, float]]
"""Commit and value of every point."""


class Done(NamedTuple):
    """How a command ended."""

    code: int
    """Exit code, or minus the number of the signal."""
    text: str
    """Both of its streams."""
    seconds: float


@dataclass
class Found:
    """What attacks did."""

    kills: int = 0
    """Commands that were dead before their end."""
    survived: int = 0
    """Commands that were faster than their kill."""
    damages: int = 0
    lost: int = 0
    """Points that a command had reported as stored, and that were gone afterwards."""
    doubled: int = 0
    altered: int = 0
    """Points with another value than was stored, with nothing said."""
    shrunk: int = 0
    """Times that a history held less than before, with nothing said."""
    codes: int = 0
    """Other exit codes than 0 and 3, tracebacks included."""
    unhealed: int = 0
    """Times that a sync over a whole ledger did not bring everything back."""
    examples: list[str] = field(default_factory=list)

    def blame(self, kind: str, what: str, times: int = 1) -> None:
        """Count a fault and keep the first few in words."""
        if times:
            setattr(self, kind, getattr(self, kind) + times)
            if len(self.examples) < 10:
                self.examples.append(f"{kind}: {what}")


class Project:
    """A folder with a ledger and a history, and what they are known to hold."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / ".soundmark" / "history.duckdb"
        self.ledger = folder / ".soundmark" / "runs"
        self._output = folder.with_name(f"{folder.name}.out")
        folder.mkdir()
        (folder / "soundmark.toml").write_text('project = "attacked"\n[history]\nwait_s = 5\n')

    def run(self, *arguments: str, kill_after_s: float | None = None) -> Done:
        """One command, killed after so long."""
        return self._forked(lambda: main(list(arguments)), kill_after_s)

    def held(self) -> Values:
        """What the database holds now, by whoever looks and takes nothing in."""
        done = self._forked(self._print_held)
        return Counter({(commit, value): n for commit, value, n in json.loads(done.text)})

    def source(self, *rows: tuple[str, int, float]) -> str:
        """A file to import: commit, day and value of each row."""
        path = self.folder / f"{rows[0][0]}.csv"
        lines = [
            f"micro,sort,,time,s,lower,box,{commit},{1_700_000_000 + 86_400 * day},{value},\n"
            for commit, day, value in rows
        ]
        path.write_text(HEADER + "".join(lines))
        return path.name

    def _print_held(self) -> None:
        found = []
        if self.database.is_file():
            try:
                with database.reading(self.database) as connection:
                    found = connection.execute(
                        "select commit_sha, value, count(*) from trend group by all order by all"
                    ).fetchall()
            except SoundmarkError:
                found = []
        sys.stdout.write(json.dumps(found))

    def _forked(self, action: Callable[[], object], kill_after_s: float | None = None) -> Done:
        start = time.monotonic()
        with self._output.open("w+b") as output:
            pid = os.fork()
            if pid == 0:
                os.chdir(self.folder)
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
                code = 70
                try:
                    action()
                    code = 0
                except SystemExit as end:
                    code = int(end.code or 0)
                finally:
                    sys.stdout.flush()
                    os._exit(code)
            if kill_after_s is not None:
                _wait(pid, kill_after_s)
            _, status = os.waitpid(pid, 0)
            output.seek(0)
            text = output.read().decode(errors="replace")
        return Done(os.waitstatus_to_exitcode(status), text, time.monotonic() - start)


def _wait(pid: int, seconds: float) -> None:
    """Give a process so long, then kill it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
