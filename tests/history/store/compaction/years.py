"""Years of runs for tests of compaction, and everything that a history says of them."""

from __future__ import annotations

import random
import shutil
from datetime import timedelta

import msgspec

from history.project.workspace import open_workspace
from history.words.records import Item, Machine, RunKind
from tests.history.builders import MACHINE, START, point, record

LAST_YEAR = START.year - 1
FIRST = -365
"""Night of the builders that is the first of LAST_YEAR."""
BIG = Machine(name="big-box", cpu_model="Test CPU 9", cores=64, memory_gib=512)

_CONTENT = (
    "select * from trend order by all",
    ("select runs.* exclude (file, run_key, commit_key, machine_key, environment_key),"
    " commits.* exclude (commit_key), machines.* exclude (machine_key), environment"
    " from runs join commits using (commit_key) join machines using (machine_key)"
    " join environments using (environment_key) order by all"),
    ("select run_id, items.* exclude (run_key, text_key), content from items"
    " join runs using (run_key) left join texts using (text_key) order by all"),
    "select * exclude (file) from duets order by all",
    "select * from duet_points order by all",
    "select * from lineage order by all",
    "select * from exclusions order by all",
)  # fmt: skip


def workspace_in(folder, **places):
    """A project of its own."""
    places = {"history": folder / "history.duckdb", "ledger": folder / "runs"} | places
    return open_workspace(**places)


def content(workspace):
    """All that a history says, whichever files it is from and in whichever order it came."""
    with workspace.reading() as connection:
        return [connection.execute(query).fetchall() for query in _CONTENT]


def rebuilt(workspace):
    """The same of a history that is made anew from the ledger."""
    done = workspace.sync(rebuild=True)
    assert done.damaged == ()
    return content(workspace)


def item(name, *samples, text="", metric="total_time"):
    """An utterance with so many repeats."""
    return Item(
        suite="alignment",
        benchmark="utterances",
        item=name,
        facts={"T": 9},
        values={metric: sum(samples) / len(samples)} if samples else {},
        samples={metric: samples} if samples else {},
        text=text,
    )


def night_of(day, *items, value=0.1, **changes):
    """A run of one night of the year before that of the builders."""
    return record(f"c{day}", point(value, samples=(value, value * 2)), night=FIRST + day,
                  items=items, **changes)  # fmt: skip


def random_ledger(workspace, seed):
    """A ledger of two years: nights of two machines, imports, duets, items, texts, copies."""
    chance = random.Random(seed)
    written = []
    for day in sorted(chance.sample(range(-200, 400), 14)):
        kind = chance.choice(["night", "night", "night", "import", "duet"])
        machine = chance.choice([BIG, MACHINE])
        made = []
        for n in range(chance.randrange(2, 5) if kind == "import" else 1):
            items = [
                item(f"u{k}", *(chance.random() for _ in range(chance.randrange(3))), text=f"T {k}")
                for k in range(chance.randrange(4))
            ]
            points = [
                point(chance.random(), benchmark=f"b{k}", samples=tuple(
                    chance.random() for _ in range(chance.randrange(5))
                ))
                for k in range(chance.randrange(1, 5))
            ]  # fmt: skip
            one = record(
                f"{day + 1000:05x}", *points, night=FIRST + day, run=f"{n}",
                items=() if kind == "duet" else tuple(items), machine=machine,
            )  # fmt: skip
            if kind == "duet":
                one = as_duet(one)
            made.append(one)
        written.append(workspace.ledger.write(made))
    for n, file in enumerate(chance.sample(written, 3)):
        target = workspace.ledger.path(f"job{n}/{file}")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(workspace.ledger.path(file), target)
    workspace.sync()


def as_duet(one):
    """The same measured against a commit of the day before."""
    base = msgspec.structs.replace(
        one.run.commit, sha="ba5e", time=one.run.commit.time - timedelta(days=1)
    )
    run = msgspec.structs.replace(one.run, kind=RunKind.DUET, base=base)
    points = tuple(
        msgspec.structs.replace(found, side=side)
        for found in one.points
        for side in ("base", "head")
    )
    return msgspec.structs.replace(one, run=run, points=points, items=())
