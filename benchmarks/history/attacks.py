"""Kill real commands at random moments and damage real files, and count what was lost by it.

Every command runs in a process of its own, forked from this one, which has imported everything and
opened nothing: a kill (SIGKILL) hits the command, not the start of an interpreter. Prints one JSON
object; any number but those of the attempts must be 0.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from benchmarks.history.attacked import Found, Project, Values
from benchmarks.history.compaction_kills import compactions
from collector.cli import collect, resume
from history.cli import exchange, judge, record
from history.formats import csv, take_in
from history.judge import judge as judging
from history.project import workspace
from history.read import view
from history.store import rebuild
from history.store.compaction import compact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LOADED = (
    duckdb,
    collect,
    resume,
    exchange,
    judge,
    record,
    csv,
    take_in,
    judging,
    workspace,
    view,
    rebuild,
    compact,
)
"""Imported here so that no forked command has to."""
ROOT = Path(__file__).resolve().parents[2]
Attack = Callable[[Project, random.Random, int, Found], None]


def kills(project: Project, chance: random.Random, count: int, found: Found) -> None:
    """Kill imports, syncs and rebuilds; after each, nothing that was reported may be missing."""
    # How long each takes when nobody kills it, so that kills fall anywhere in it.
    usual = {
        "fresh": project.run("import", "csv", project.source(("first", 0, 0.125))).seconds,
        "rebuild": project.run("history", "sync", "--rebuild").seconds,
        "sync": project.run("history", "sync").seconds,
        "import": project.run("import", "csv", project.source(("second", 1, 0.375))).seconds,
    }
    promised: Values = Counter({("first", 0.125): 1, ("second", 0.375): 1})
    commands = {"sync": ["history", "sync"], "rebuild": ["history", "sync", "--rebuild"]}
    for step in range(count):
        kind = chance.choice([*["import"] * 2, "rebuild", "rebuild", "sync", "fresh"])
        rows: list[tuple[str, int, float]] = []
        if kind == "import":
            rows = [(f"c{step}n{n}", 2 * step + n + 2, 0.5 + step + n / 4) for n in range(2)]
            arguments = ["import", "csv", project.source(*rows)]
        else:
            arguments = commands.get(kind, commands["sync"])
        if kind == "fresh":
            project.database.unlink(missing_ok=True)
            Path(f"{project.database}.wal").unlink(missing_ok=True)
        before = project.held()
        done = project.run(*arguments, kill_after_s=chance.uniform(0.0, 1.1 * usual[kind]))
        if done.code == -signal.SIGKILL:
            found.kills += 1
        else:
            found.survived += 1
            usual[kind] = done.seconds
            found.blame("codes", f"{arguments}: {done.code} {done.text[-300:]}", done.code != 0)
            if done.code == 0:
                promised.update((commit, value) for commit, _, value in rows)
        found.blame("shrunk", f"after {kind}", bool(before - project.held()))
        if rows and chance.random() < 0.3:
            again = project.run(*arguments)
            found.blame("codes", f"again: {again.text[-300:]}", again.code != 0)
            promised |= Counter({(commit, value): 1 for commit, _, value in rows})
        asked = project.run("regressions")
        found.blame("codes", f"regressions: {asked.text[-300:]}", asked.code != 0)
        now = project.held()
        found.blame("lost", f"after {kind}: {promised - now}", (promised - now).total())
        found.blame("doubled", f"after {kind}", sum(n - 1 for n in now.values()))
        # A killed import that got as far as the ledger is stored; it may not vanish again.
        promised |= now
    done = project.run("history", "verify")
    found.blame("codes", f"verify: {done.text[-300:]}", done.code != 0)


def collections(project: Project, chance: random.Random, count: int, found: Found) -> None:
    """Kill collections; every result that was reported is in the run that --resume completes."""
    (project.folder / "soundmark.toml").write_text(
        'project = "attacked"\n[[suite]]\nuse = "tests.collector.toys:Many"\n'
    )
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for words in (["init", "-q"], ["add", "soundmark.toml"], ["commit", "-qm", "one"]):
        subprocess.run(["git", *who, *words], cwd=project.folder, check=True)
    usual = 6.0
    for step in range(count):
        runs = _runs(project)
        done = project.run(
            "collect", "--no-calibration", kill_after_s=chance.uniform(0.2 * usual, usual)
        )
        if done.code != -signal.SIGKILL:
            found.survived += 1
            usual = done.seconds
            found.blame("codes", f"collect: {done.text[-300:]}", done.code != 0)
            found.blame("lost", f"collection {step}", _runs(project) - runs != Counter({8: 1}))
            continue
        found.kills += 1
        reported = sum(line.startswith("[") for line in done.text.splitlines())
        resumed = project.run("collect", "--resume")
        found.blame("codes", f"--resume: {resumed.text[-300:]}", resumed.code not in {0, 1})
        made = _runs(project) - runs
        if reported or made:
            found.blame("lost", f"{made} of {reported} reported", made != Counter({8: 1}))


def _runs(project: Project) -> Counter[int]:
    """How many runs have so many points."""
    done = project.run(
        "history",
        "query",
        "select run_id, count(*) as n from trend group by all",
        "--format",
        "csv",
    )
    if done.code != 0:
        return Counter()
    return Counter(int(line.split(",")[1]) for line in done.text.split()[1:] if "," in line)


def damages(project: Project, chance: random.Random, count: int, found: Found) -> None:
    """Damage a ledger or a database; whatever is less or other afterwards must have been named."""
    for n in range(6):
        project.run("import", "csv", project.source((f"d{n}", n, 0.25 * (n + 1))))
    whole = project.folder / ".soundmark"
    kept = project.folder / "kept"
    shutil.copytree(whole, kept)
    truth = project.held()
    commands = (["regressions"], ["history", "sync"], ["history", "sync", "--rebuild"])
    for _ in range(count):
        shutil.rmtree(whole)
        shutil.copytree(kept, whole)
        what = _damage(project, chance)
        found.damages += 1
        for arguments in chance.sample(commands, chance.choice([1, 1, 2])):
            done = project.run(*arguments)
            is_said = "Warning:" in done.text or "Error:" in done.text
            said = f"{what}, {' '.join(arguments)}: {done.code} {done.text[-300:]}"
            is_wrong = done.code not in {0, 3} or "Traceback" in done.text
            found.blame("codes", said, is_wrong)
            if done.code == 0:
                now = project.held()
                found.blame("altered", said, (now - truth).total())
                found.blame("shrunk", said, bool(truth - now) and not is_said)
        shutil.rmtree(project.ledger)
        shutil.copytree(kept / "runs", project.ledger)
        healed = project.run("history", "sync")
        if healed.code == 3:  # it had believed the damaged one, and says that it has changed
            healed = project.run("history", "sync", "--rebuild")
        is_whole = healed.code == 0 and project.held() == truth
        if not is_whole and "no history of soundmark" not in healed.text:
            found.blame("unhealed", f"{what}: {healed.text[-300:]}")
    shutil.rmtree(kept)


def _damage(project: Project, chance: random.Random) -> str:
    """Do one thing to the database or to a run file; returns what in words."""
    files = sorted(project.ledger.rglob("*.parquet"))
    one, other = chance.sample(files, 2)
    log = Path(f"{project.database}.wal")
    target = chance.choice([project.database, project.database, log, one, one])
    deeds = ["flip", "cut", "overwrite", "empty", "remove", "replace"]
    deed = chance.choice(deeds)
    if target == log:
        log.write_bytes(chance.randbytes(chance.randrange(1, 3000)))
        return "a log of other bytes"
    if deed == "replace" and target == one:
        shutil.copyfile(other, one)
    elif deed == "remove":
        target.unlink()
    else:
        content = bytearray(target.read_bytes())
        at = chance.randrange(len(content))
        if deed == "flip":
            content[at] ^= 1 << chance.randrange(8)
        elif deed == "cut":
            del content[at:]
        elif deed == "empty":
            content.clear()
        else:
            content[at : at + 64] = chance.randbytes(len(content[at : at + 64]))
        target.write_bytes(content)
    # Without the database the damaged file is read. Where both are gone nobody can know of the run.
    if target == one and chance.random() < 0.3 and deed != "remove":
        project.database.unlink()
        deed += " and no database"
    return f"{deed} of {'the database' if target == project.database else 'a run file'}"


def attack(counts: Mapping[Attack, int], seed: int, folder: Path) -> Found:
    """So many of each, each in a project of its own."""
    found = Found()
    os.environ["GIT_CEILING_DIRECTORIES"] = str(folder)
    os.environ["PYTHONPATH"] = str(ROOT)
    for action, count in counts.items():
        if count:
            project = Project(folder / action.__name__)
            action(project, random.Random(seed), count, found)
    return found


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """How much is attacked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="of imports, syncs, rebuilds")
    parser.add_argument("--damages", type=int, default=100)
    parser.add_argument("--collections", type=int, default=20, help="kills of collections")
    parser.add_argument("--compactions", type=int, default=20, help="kills of compactions")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(words)


if __name__ == "__main__":
    asked = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        result = attack(
            {
                kills: asked.kills,
                damages: asked.damages,
                collections: asked.collections,
                compactions: asked.compactions,
            },
            seed=asked.seed,
            folder=Path(scratch),
        )
    sys.stdout.write(json.dumps(asdict(result), indent=2) + "\n")
