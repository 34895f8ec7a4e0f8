from datetime import timedelta

import duckdb
import pytest
from msgspec.structs import replace

from history import sql
from history.project.workspace import open_workspace
from history.store import database as store
from history.store import migrate
from history.store.verify import verify
from history.words.errors import BrokenDataError
from history.words.records import Exclusion, Item, Machine, series_id
from tests.history.builders import START, failed, point, record


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # decisions stand in the folder of the project
    return open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")


def ask(workspace, query):
    with workspace.reading() as connection:
        return connection.execute(query).fetchall()


def test_a_run_is_written_to_the_ledger_and_to_the_history(workspace):
    done = workspace.append([record("a1", point(0.1, samples=(0.09, 0.1, 0.11)))])
    assert done.added == 1
    assert done.file.startswith("2026/01/20260101T041700Z-a1-bench-box-")
    assert workspace.ledger.path(done.file).is_file()
    assert ask(workspace, "select value, n, status from trend") == [(0.1, 3, "measured")]


def test_appending_the_same_run_twice_changes_nothing(workspace):
    workspace.append([record("a1")])
    again = workspace.append([record("a1")])
    assert (again.added, again.known) == (0, 1)
    assert len(workspace.ledger.files()) == 1
    assert ask(workspace, "select count(*) from points") == [(1,)]


def test_times_are_kept_as_whole_nanoseconds(workspace):
    workspace.append([record("a1", point(0.000000123, samples=(0.000000123, 0.000000125)))])
    assert ask(workspace, "select samples_ns, samples from points") == [([123, 125], None)]


def test_times_finer_than_a_nanosecond_keep_their_digits(workspace):
    workspace.append([record("a1", point(1.5e-10, samples=(1.5e-10, 2.25e-10)))])
    assert ask(workspace, "select samples_ns, samples from points") == [(None, [1.5e-10, 2.25e-10])]


def test_an_absence_keeps_its_reason(workspace):
    workspace.append([record("a1", failed("killed by signal 9"))])
    assert ask(workspace, "select status, reason, value from trend") == [
        ("failed", "killed by signal 9", None)
    ]


def test_items_and_their_texts_are_kept_once(workspace):
    item = Item(suite="alignment", benchmark="utterances", item="u1", text="HELLO", facts={"T": 9})
    workspace.append([record("a1", items=(item,)), record("a2", items=(item,), night=1)])
    assert ask(workspace, "select count(*) from items") == [(2,)]
    assert ask(workspace, "select content from texts") == [("HELLO",)]


def test_two_machines_of_one_name_are_told_apart(workspace):
    workspace.append([record("a1", machine=Machine(name="box", cores=2))])
    workspace.append([record("a1", machine=Machine(name="box", cores=4))])
    labels = ask(workspace, "select distinct machine from trend order by machine")
    assert len(labels) == 2
    assert labels[0] == ("box",)
    assert labels[1][0].startswith("box~")


def test_latest_is_the_newest_point_of_each_series(workspace):
    workspace.append([record("a1", point(0.1)), record("b2", point(0.2), night=1)])
    assert ask(workspace, "select commit_sha, value from latest") == [("b2", 0.2)]


def test_a_lost_database_is_rebuilt_from_the_ledger(workspace):
    workspace.append([record("a1")])
    workspace.append([record("a2", night=1)])
    before = ask(workspace, "from trend")
    workspace.history_file.unlink()
    done = workspace.sync()
    assert (done.files_read, done.runs_added) == (2, 2)
    assert ask(workspace, "from trend") == before


def test_a_sync_reads_only_files_it_has_not_seen(workspace, tmp_path):
    workspace.append([record("a1")])
    elsewhere = open_workspace(history=tmp_path / "other.duckdb", ledger=tmp_path / "other-runs")
    file = elsewhere.append([record("a2", night=1)]).file
    target = workspace.ledger.path(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(elsewhere.ledger.path(file).read_bytes())
    done = workspace.sync()
    assert (done.files_read, done.runs_added, done.runs_total) == (1, 1, 2)
    assert workspace.sync().files_read == 0


def test_a_truncated_run_file_is_named_and_the_others_are_taken(workspace):
    workspace.append([record("a1")])
    bad = workspace.append([record("a2", night=1)]).file
    path = workspace.ledger.path(bad)
    path.write_bytes(path.read_bytes()[:200])
    workspace.history_file.unlink()
    done = workspace.sync()
    assert done.runs_total == 1
    assert [found.file for found in done.damaged] == [bad]


def test_a_run_in_two_files_is_counted_once(workspace):
    file = workspace.append([record("a1")]).file
    path = workspace.ledger.path(file)
    path.with_name("copy.parquet").write_bytes(path.read_bytes())
    workspace.history_file.unlink()
    assert workspace.sync().runs_total == 1
    assert ask(workspace, "select count(*) from points") == [(1,)]


def test_the_same_runs_are_not_written_again(workspace):
    name = workspace.ledger.write([record("a1")])
    before = workspace.ledger.path(name).stat()
    assert workspace.ledger.write([record("a1", point(0.2))]) == name
    after = workspace.ledger.path(name).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_run_file_is_never_rewritten(workspace):
    made = record("a1")
    workspace.ledger.write([made])
    other_id = made.run.run_id[:8] + "f" * 24
    with pytest.raises(BrokenDataError, match="never rewritten"):
        workspace.ledger.write([replace(made, run=replace(made.run, run_id=other_id))])


def test_nothing_half_written_is_left_behind(workspace):
    workspace.append([record("a1")])
    left = [path.name for path in workspace.ledger.folder.rglob("*") if path.is_file()]
    assert left == [workspace.ledger.files()[0].rpartition("/")[2]]


def test_a_damaged_database_says_how_to_make_it_again(workspace):
    workspace.append([record("a1")])
    workspace.history_file.write_bytes(b"not a database" * 100)
    with pytest.raises(BrokenDataError, match="history sync"):
        ask(workspace, "from trend")


def test_without_a_history_a_reader_says_what_to_do(workspace):
    with pytest.raises(BrokenDataError, match="soundmark collect"):
        ask(workspace, "from trend")


def test_a_database_from_a_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "history.duckdb"
    with store.writing(path) as connection:
        connection.execute("insert into migrations values (9999, 'tomorrow', now()::timestamp)")
    with pytest.raises(BrokenDataError, match="newer soundmark"), store.reading(path):
        pass


def test_migrations_are_numbered_without_a_gap_and_no_number_twice():
    numbers = [number for number, _, _ in sql.migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_migrations_are_applied_once():
    with duckdb.connect() as connection:
        assert migrate.pending(connection)
        assert migrate.migrate(connection) > 0
        assert migrate.migrate(connection) == 0


def test_the_ledger_can_be_read_without_us(workspace):
    file = workspace.append([record("a1", point(0.1, samples=(0.1, 0.2)))]).file
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select commit_sha, machine_name, benchmark, samples_ns from read_parquet($file)"
            " where row = 'point'",
            {"file": str(workspace.ledger.path(file))},
        ).fetchall()
    assert rows == [("a1", "bench-box", "utterances", [100_000_000, 200_000_000])]


def test_an_excluded_run_leaves_the_trends_and_can_come_back(workspace):
    workspace.append([record("a1"), record("b2", night=1)])
    run_id = record("b2", night=1).run.run_id
    workspace.exclude(Exclusion(run_id=run_id, reason="the fan had died", made_at=START))
    assert ask(workspace, "select commit_sha from trend") == [("a1",)]
    workspace.exclude(Exclusion(run_id=run_id, reason="", made_at=START + timedelta(seconds=1)))
    assert ask(workspace, "select commit_sha from trend") == [("a1",), ("b2",)]


def test_an_exclusion_survives_a_rebuild(workspace):
    workspace.append([record("a1")])
    run_id = record("a1").run.run_id
    workspace.exclude(Exclusion(run_id=run_id, reason="wrong clock", made_at=START))
    workspace.history_file.unlink()
    assert workspace.sync().runs_total == 1
    assert ask(workspace, "select * from trend") == []


def test_one_series_can_be_excluded_alone(workspace):
    one, other = point(benchmark="one"), point(benchmark="other")
    made = record("a1", one, other)
    workspace.append([made])
    workspace.exclude(
        Exclusion(
            run_id=made.run.run_id,
            series_id=series_id(one, made.run.machine),
            reason="a known outage",
            made_at=START,
        )
    )
    assert ask(workspace, "select benchmark from trend") == [("other",)]


def test_a_sound_history_verifies(workspace):
    workspace.append([record("a1", point(), failed("died", benchmark="other"))])
    with workspace.reading() as connection:
        found = verify(connection, workspace.ledger)
    assert found == (1, 1, 2, ())


def test_verify_finds_a_file_that_was_cut_and_points_that_are_gone(workspace):
    workspace.append([record("a1")])
    cut = workspace.append([record("b2", night=1)]).file
    path = workspace.ledger.path(cut)
    path.write_bytes(path.read_bytes()[:300])
    with workspace.writing() as connection:
        connection.execute("delete from points where run_key = 1")
        problems = verify(connection, workspace.ledger).problems
    assert any(f"{cut} cannot be read" in problem for problem in problems)
    assert any("holds 1 runs and 1 points, the history has 1 and 0" in found for found in problems)
