"""Kill `history compact` anywhere, and count what its years had lost or doubled by it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from benchmarks.history.attacked import Found, Project


NIGHTS = 4
"""Files that come to the year before each attempt."""
DAYS = 40
"""Days of one year on which they were measured."""


def compactions(project: Project, chance: random.Random, count: int, found: Found) -> None:
    """Let nights come, kill what compacts them, ask; the next compaction must finish the work."""
    _nights(project, 0, found)
    usual_s = project.run("history", "compact").seconds
    for step in range(1, count + 1):
        _nights(project, step, found)
        truth = project.held()
        done = project.run("history", "compact", kill_after_s=chance.uniform(0.0, 1.1 * usual_s))
        if done.code == -signal.SIGKILL:
            found.kills += 1
        else:
            found.survived += 1
            usual_s = done.seconds
            found.blame("codes", f"compact: {done.code} {done.text[-300:]}", done.code != 0)
        for arguments in _afterwards(chance):
            asked = project.run(*arguments)
            said = f"{' '.join(arguments)}: {asked.code} {asked.text[-300:]}"
            found.blame("codes", said, asked.code != 0)
            now = project.held()
            found.blame("lost", said, (truth - now).total())
            found.blame("doubled", said, sum(n - 1 for n in now.values()))
            found.blame("altered", said, len(now - truth))
        left = len(list(project.ledger.rglob("*.parquet")))
        again = project.run("history", "compact")
        found.blame("codes", f"again: {again.text[-300:]}", again.code != 0)
        files = [file for file in project.ledger.rglob("*.parquet") if ".writing-" not in str(file)]
        found.blame("unhealed", f"{len(files)} files of {left}: {again.text}", len(files) != 1)
        found.blame("lost", "after another compaction", (truth - project.held()).total())


def _afterwards(chance: random.Random) -> list[list[str]]:
    asked = [["history", "sync"], ["history", "sync", "--rebuild"], ["regressions"]]
    return [*chance.sample(asked, chance.choice([1, 2])), ["history", "verify"]]


def _nights(project: Project, step: int, found: Found) -> None:
    for n in range(NIGHTS):
        day = (NIGHTS * step + n) % DAYS
        row = (f"s{step}n{n}", day, 0.5 + step + n / 8)
        done = project.run("import", "csv", project.source(row))
        found.blame("codes", f"import: {done.code} {done.text[-300:]}", done.code != 0)
