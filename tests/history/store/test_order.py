"""Every table and view is in the order of the graph, however the runs came in."""

import json
import random
from datetime import timedelta

import duckdb
import msgspec
import pytest
from click.testing import CliRunner

from history import sql
from history.formats.csv.columns import FIRST
from history.project.config import Config, LoadedConfig
from history.project.workspace import Workspace
from history.store import database, migrate, sync
from history.store.incoming import Effect
from history.vcs import commits
from history.words.records import Commit, Origin
from soundmark import main
from tests.history.builders import START, record
from tests.history.vcs.repository import repository


def by_day_the_first(count):
    """Seeds of histories at random: the first by day, all of them by night."""
    return [0, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(1, count))]


def workspace(folder, root=None):
    """A history in a folder, of a project elsewhere."""
    project = LoadedConfig(values=Config(), root=root or folder, file=None)
    return Workspace(project, folder / "history.duckdb", folder / "runs")


def run_at(commit, night=0, **changes):
    made = record(commit.sha, night=night)
    return msgspec.structs.replace(
        made, run=msgspec.structs.replace(made.run, commit=commit, **changes)
    )


def ask(history, query):
    with history.reading() as connection:
        return [row[0] if len(row) == 1 else row for row in connection.execute(query).fetchall()]


def trend(history):
    return ask(history, "select commit_sha from trend")


def named(sha, *parents, second=0, **more):
    lineage = ((sha, *parents),) if parents else ()
    time = START + timedelta(seconds=second)
    return Commit(sha=sha, time=time, parents=parents, lineage=lineage, **more)


def import_of(sha, *, row=0):
    """A run that an import makes of a commit of which nothing but its time is known."""
    commit = Commit(sha=sha, time=START, sequence=row)
    return run_at(commit, origin=Origin.IMPORTED, started_at=START, source="import csv")


def test_a_clock_that_went_back_moves_no_point(tmp_path):
    history, seconds = workspace(tmp_path), {"c0": 0, "c2": 2, "c3": 3, "c4": -9, "c5": 5, "c6": 6}
    names = list(seconds)
    parents = dict(zip(names[1:], names, strict=False))
    records = [
        run_at(named(name, *filter(None, [parents.get(name)]), second=seconds[name]), night)
        for night, name in enumerate(names)
    ]
    history.append(records)
    assert trend(history) == names
    assert ask(history, "select commit_sha from latest") == ["c6"]


def test_files_imported_one_after_another_keep_the_order_of_import(tmp_path):
    history = workspace(tmp_path)
    names = ["v1", "v3", "v2", "v4"]
    for name in names:
        history.append([import_of(name)])
    assert trend(history) == names
    history.sync(rebuild=True)
    assert trend(history) == names


def test_files_of_one_command_keep_the_order_in_which_they_are_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [f"v{number}" for number in (1, 2, 3, 4, 5, 6)]
    for name in names:
        row = f"demo,work,,run_time,s,lower,box,{name},2026-01-05,1.0,"
        (tmp_path / f"{name}.csv").write_text(f"{','.join(FIRST)}\n{row}\n")
    done = CliRunner().invoke(main, ["import", "csv", *(f"{name}.csv" for name in names)])
    assert done.exit_code == 0, done.output
    asked = ["history", "query", "select commit_sha from trend", "--format", "csv"]
    assert CliRunner().invoke(main, asked).stdout.split()[1:] == names
    listed = CliRunner().invoke(main, ["history", "list", "--format", "json"]).stdout
    assert [run["commit"] for run in json.loads(listed)] == names[::-1]


def test_rows_of_one_import_keep_their_order(tmp_path):
    history = workspace(tmp_path)
    names = ["v3", "v1", "v2"]
    history.append([import_of(name, row=row) for row, name in enumerate(names)])
    assert trend(history) == names


def planted(path, generator, size=14):
    """A repository of a random graph with random clocks: itself, hashes, and parents of each."""
    made = repository(path)
    shas: list[str] = []
    parents: dict[str, list[str]] = {}
    for number in range(size):
        earlier = shas[-4:]
        chosen = generator.sample(earlier, min(len(earlier), generator.choice([1, 1, 1, 2])))
        sha = made.plant(f"c{number}", chosen, generator.randrange(8))
        shas.append(sha)
        parents[sha] = chosen
    return made, shas, parents


def ancestors(parents, sha):
    return set(parents[sha]).union(*(ancestors(parents, one) for one in parents[sha]))


@pytest.mark.parametrize("seed", by_day_the_first(3))
def test_with_the_repository_at_hand_order_is_that_of_the_graph_at_any_depth(tmp_path, seed):
    generator = random.Random(seed)
    made, shas, parents = planted(tmp_path / "whole", generator)
    records = []
    for night, sha in enumerate(generator.sample(shas, 10)):
        depth = generator.choice([1, 1, 2, 3, None])
        clone = made.clone(tmp_path / sha[:8], sha, depth)
        records.append(run_at(commits.current_commit(clone.path), night))
    generator.shuffle(records)
    history = workspace(tmp_path, root=made.path)
    history.append(records[:6])
    history.append(records[6:])
    found = trend(history)
    for place, sha in enumerate(found):
        assert ancestors(parents, sha).isdisjoint(found[place:])
    # Made anew in one go, it is the same.
    history.sync(rebuild=True)
    assert trend(history) == found


@pytest.mark.parametrize("seed", by_day_the_first(2))
def test_a_rebuilt_history_needs_no_repository(tmp_path, seed):
    generator = random.Random(seed)
    made, shas, parents = planted(tmp_path / "whole", generator)
    history = workspace(tmp_path)
    measured = generator.sample(shas, 8)
    clones = [made.clone(tmp_path / sha[:8], sha) for sha in measured]
    found = [commits.current_commit(clone.path) for clone in clones]
    history.append([run_at(commit, night) for night, commit in enumerate(found)])
    found = trend(history)
    assert sorted(found) == sorted(measured)
    for place, sha in enumerate(found):
        assert ancestors(parents, sha).isdisjoint(found[place:])


def test_neighbours_that_know_more_put_runs_of_shallow_clones_in_order(tmp_path):
    made = repository(tmp_path / "whole")
    shas = [made.commit(f"c{number}", 0) for number in range(6)]
    history = workspace(tmp_path)
    clones = [made.clone(tmp_path / sha[:8], sha, 1) for sha in reversed(shas)]
    found = [commits.current_commit(clone.path) for clone in clones]
    history.append([run_at(commit, night) for night, commit in enumerate(found)])
    assert trend(history) == shas
    assert ask(history, "select commit_sha from latest") == [shas[-1]]


def test_a_commit_left_behind_by_a_forced_push_is_marked_and_is_not_the_latest(tmp_path):
    history = workspace(tmp_path)
    line = [
        named("p", branch="main"),
        named("a", "p", second=9, branch="main"),
        named("b", "p", second=2, branch="main"),
    ]
    history.append([run_at(commit, night) for night, commit in enumerate(line)])
    assert ask(history, "select commit_sha, abandoned from trend order by commit_sha") == [
        ("a", True),
        ("b", False),
        ("p", False),
    ]
    assert ask(history, "select commit_sha from latest") == ["b"]


def test_what_an_earlier_run_could_not_tell_of_a_commit_is_filled_in(tmp_path):
    history = workspace(tmp_path)
    bare = Commit(sha="b", time=START)
    history.append([run_at(bare)])
    history.append([run_at(named("b", "a", branch="main", tag="v1"), night=1)])
    assert ask(history, "select branch, tag, parents from commits") == [("main", "v1", ["a"])]


def test_a_history_of_an_earlier_version_is_put_in_order_when_it_is_opened(tmp_path):
    history, names = workspace(tmp_path), ["c0", "c1", "c2"]
    parents = {"c1": ["c0"], "c2": ["c1"]}
    line = [named(name, *parents.get(name, []), second=-place) for place, name in enumerate(names)]
    history.append(
        [
            run_at(msgspec.structs.replace(commit, lineage=()), night)
            for night, commit in enumerate(line)
        ]
    )
    _back_to(history.history_file, 6)
    assert trend(history) == names


def _back_to(file, number):
    """Take the newer migrations away from a database."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("drop view latest; drop view trend")
        connection.execute("drop table lineage; alter table runs drop column position")
        connection.execute("alter table ledger_files drop column sha256")
        connection.execute("alter table runs drop column recorded_at")
        connection.execute("alter table runs drop column ci_url")
        connection.execute("alter table duets drop column ci_url")
        connection.execute("alter table commits drop column position")
        connection.execute("alter table commits drop column abandoned")
        connection.execute("delete from migrations where number > $number", {"number": number})
        for known, _, text in sql.migrations():
            if known == 1:
                views = text[text.index("create view trend") :]
        connection.execute(views)
        assert len(migrate.pending(connection)) == len(sql.migrations()) - number


def places(history):
    return ask(history, "select sha, position, abandoned from commits order by position")


def appended_one_by_one(history, records):
    """What each did to the order of commits."""
    files = [history.ledger.write([one]) for one in records]
    with database.writing(history.history_file) as connection:
        written = history.ledger.written
        return [sync.take_in(connection, history.ledger, [file], written).effect for file in files]


def test_a_night_on_top_gets_the_place_that_a_rebuilt_history_gives_it(tmp_path):
    line = [
        named("c0", "root", branch="main"),
        named("c1", "c0", second=1, branch="main"),
        named("lost", "c1", second=2, branch="main"),
        named("c2", "c1", second=3, branch="main"),
        named("try", "c2", second=4, branch="try"),
        named("c3", "c2", second=5, branch="main"),
        named("c4", "c3", second=6, branch="main"),
        named("late", "c4", second=-60, branch="main"),
        named("merge", "late", "lost", second=8, branch="main"),
        named("tagged", "merge", second=9, branch="main", tag="v1"),
    ]
    history = workspace(tmp_path)
    nights = [
        run_at(commit, night, run_id=f"{night:x}{again}".ljust(32, "0"))
        for night, commit in enumerate(line)
        for again in range(1 + (night % 3 == 0))
    ]
    effects = appended_one_by_one(history, nights)
    found = places(history)
    assert [name for name, _, left in found if left] == []
    assert set(effects) == {Effect.NEXT, Effect.AGAIN, Effect.OTHER}
    runs = ask(history, "select run_id, position from runs order by run_id")
    history.sync(rebuild=True)
    assert places(history) == found
    assert ask(history, "select run_id, position from runs order by run_id") == runs


@pytest.mark.parametrize("seed", by_day_the_first(2))
def test_places_do_not_depend_on_how_runs_came_in(tmp_path, seed):
    generator = random.Random(seed)
    history, line, tips = workspace(tmp_path), [], ["root"]
    for number in range(8):
        parents = generator.sample(tips, min(len(tips), generator.choice([1, 1, 1, 1, 2])))
        second = generator.choice([number, number, number, -number])
        branch = generator.choice(["main", "main", "main", "try", ""])
        line.append(named(f"c{number}", *parents, second=second, branch=branch))
        tips = [*tips[-2:], f"c{number}"] if generator.random() < 0.5 else [f"c{number}"]
    appended_one_by_one(history, [run_at(commit, night) for night, commit in enumerate(line)])
    found = places(history)
    history.sync(rebuild=True)
    assert places(history) == found
