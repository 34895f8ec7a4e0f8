"""A process keeps its databases in memory, and a connection to them knows nothing of another."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import duckdb
import pytest

from history.store import memory


def test_temporary_tables_are_of_one_connection():
    with memory.connected() as one, memory.connected() as other:
        one.execute("create temp table t as select 1 as x")
        with pytest.raises(duckdb.CatalogException):
            other.execute("select x from t")


def test_settings_hold_for_those_who_asked_for_them():
    with memory.connected(memory_limit="64MB") as small, memory.connected() as plain:
        limits = [
            one.execute("select current_setting('memory_limit')").fetchone()
            for one in (small, plain)
        ]
    assert limits[0] != limits[1]


def test_a_database_that_a_fault_has_closed_is_made_anew():
    with memory.connected():
        pass
    for kept in list(memory._kept.values()):
        kept.close()
    with memory.connected() as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_a_changed_file_is_read_anew(tmp_path):
    path = tmp_path / "a.parquet"
    for value in (1, 2):
        with duckdb.connect() as writer:
            writer.execute(f"copy (select {value}::integer as x) to '{path}' (format parquet)")
        with memory.connected() as connection:
            assert connection.execute(f"select x from '{path}'").fetchall() == [(value,)]


def test_a_file_that_was_attached_can_be_written_to(tmp_path):
    path = tmp_path / "it's.duckdb"
    with duckdb.connect(str(path)) as writer:
        writer.execute("create table t as select 1 as x")
    for size in (1, 2):
        with memory.attached(path) as connection:
            assert len(connection.execute("select x from t").fetchall()) == size
        with duckdb.connect(str(path)) as writer:
            writer.execute("insert into t select 2")


def test_what_is_no_database_cannot_be_attached_and_spoils_nothing(tmp_path):
    (tmp_path / "no.duckdb").write_bytes(b"nothing of the kind" * 1000)
    with pytest.raises(duckdb.Error), memory.attached(tmp_path / "no.duckdb"):
        pass
    with memory.connected() as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_a_file_can_be_written_to_and_is_let_go_of_after_a_failure_inside(tmp_path):
    path = tmp_path / "new.duckdb"

    def failing() -> None:
        with memory.attached(path, read_only=False) as connection:
            connection.execute("create table t as select 1 as x")
            connection.execute("begin")
            connection.execute("insert into t select 2")
            connection.execute("select x from missing")

    with pytest.raises(duckdb.CatalogException):
        failing()
    with duckdb.connect(str(path)) as writer:
        assert writer.execute("select x from t").fetchall() == [(1,)]


def test_two_files_at_once_do_not_see_each_other(tmp_path):
    for name in ("a", "b"):
        with memory.attached(tmp_path / name, read_only=False) as connection:
            connection.execute(f"create table t as select '{name}' as x")
    with memory.attached(tmp_path / "a") as one, memory.attached(tmp_path / "b") as other:
        assert one.execute("from t").fetchall() == [("a",)]
        assert other.execute("from t").fetchall() == [("b",)]
        assert other.execute("select current_setting('temp_directory')").fetchall()
    with memory.connected() as connection:
        names = connection.execute("select database_name from duckdb_databases()").fetchall()
    assert not [name for (name,) in names if name.startswith("file_")]


def test_a_file_that_cannot_be_let_go_of_properly_ends_no_other_connection(tmp_path):
    with memory.attached(tmp_path / "a", read_only=False) as one:
        one.execute("create table t as select 1 as x")
        with memory.attached(tmp_path / "b", read_only=False) as other:
            ((name,),) = other.execute("select current_database()").fetchall()
            one.execute(f"detach {name}")  # as it is after a disk was full
        assert one.execute("from t").fetchall() == [(1,)]


def test_a_fault_inside_the_database_ends_nothing_but_itself(tmp_path):
    with memory.attached(tmp_path / "a", read_only=False) as connection:
        connection.execute("create table t as select 1 as x")
    with memory.attached(tmp_path / "a"):
        for kept in list(memory._kept.values()):
            kept.close()
    with memory.attached(tmp_path / "a", read_only=False) as connection:
        connection.execute("insert into t select 2")
    with duckdb.connect(str(tmp_path / "a")) as reader:
        assert len(reader.execute("from t").fetchall()) == 2


def test_threads_share_one_database_and_open_files_at_once(tmp_path, monkeypatch):
    with memory.attached(tmp_path / "a", read_only=False) as connection:
        connection.execute("create table t as select 1 as x")
    memory._kept.clear()
    made, connect, start = count(), duckdb.connect, Barrier(4)
    monkeypatch.setattr(duckdb, "connect", lambda **how: (connect(**how), next(made))[0])

    def read(_place: int) -> set[int]:
        start.wait()
        for _ in range(50):
            with memory.connected() as connection:
                connection.execute("select 1")
        with memory.attached(tmp_path / "a") as connection:
            return {x for (x,) in connection.execute("select x from t").fetchall()}

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, range(4))) == [{1}] * 4
    assert next(made) == 1


def spill(path):
    with memory.attached(path, read_only=False) as connection:
        connection.execute("set threads = 1")
        connection.execute("set memory_limit = '16MB'")
        try:
            connection.execute("create temp table t as select uuid() as x from range(1_200_000)")
            assert path.with_name(f"{path.name}.tmp").is_dir()
        finally:
            connection.execute("reset memory_limit")
            connection.execute("reset threads")


def test_what_does_not_fit_into_memory_lies_beside_its_own_file_and_is_gone_afterwards(tmp_path):
    memory._kept.clear()
    (tmp_path / "gone").mkdir()
    spill(tmp_path / "gone" / "a")
    shutil.rmtree(tmp_path / "gone")
    spill(tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
