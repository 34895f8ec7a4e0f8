"""What this process wrote is taken in without reading it back, and is what a reader finds."""

from pathlib import Path

import duckdb
import msgspec
import pytest

from history.formats import runs
from history.project.workspace import open_workspace
from history.store import admit
from history.store.admission.limits import Limits
from history.words.errors import StoredOnlyError
from history.words.metrics import Direction
from history.words.records import Measured
from tests.history.builders import point, record
from tests.history.store.every_kind import RECORDS, of


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # decisions stand in the folder of the project
    return open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")


def told(file: Path):
    """Every row of every table that a rebuild makes, in the order in which it is kept."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where not internal order by table_name"
        ).fetchall()
        return {
            table: connection.execute(f"select * from {table}").fetchall()
            for (table,) in tables
            if table != "migrations"
        }


def test_runs_of_every_kind_are_taken_in_as_they_are_read(workspace, tmp_path):
    other = open_workspace(history=tmp_path / "other.duckdb", ledger=tmp_path / "copied")
    first = msgspec.structs.replace(RECORDS[0], points=runs.unique(RECORDS[0].points)[0])
    for records in ([record("a0")], (first, *RECORDS[1:])):
        done = workspace.append(records)
        target = other.ledger.path(done.file)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(workspace.ledger.path(done.file).read_bytes())
        other.sync()
    made = told(workspace.history_file)
    assert len(made["points"]) > 10
    assert len(made["duet_points"]) > 0
    assert {table: sorted(map(str, rows)) for table, rows in made.items()} == {
        table: sorted(map(str, rows)) for table, rows in told(other.history_file).items()
    }


def test_nothing_is_read_back(workspace, monkeypatch):
    workspace.append([record("a0")])
    read = []
    whole = admit.load

    def load(connection, ledger, files, *args, **kinds):
        read.append(tuple(files))
        return whole(connection, ledger, files, *args, **kinds)

    monkeypatch.setattr(admit, "load", load)
    workspace.append([record("a1", point(0.2), night=1)])
    assert [files for files in read if files] == []
    with workspace.reading() as connection:
        assert connection.execute("select count(*) from points").fetchall() == [(2,)]


def test_a_series_in_another_unit_is_held_to_the_one_that_it_has(workspace):
    bytes_of = of(Measured(value=3.0, n=1), "sparkle", unit="B", direction=Direction.LOWER)
    other = of(Measured(value=4.0, n=1), "sparkle", unit="glints", direction=Direction.LOWER)
    workspace.append([record("a0", bytes_of)])
    workspace.append([record("a1", other, night=1)])
    with workspace.reading() as connection:
        found = connection.execute("select value, status from trend order by commit_time")
        assert found.fetchall() == [(3.0, "measured"), (None, "invalid")]


def test_a_file_that_no_history_may_take_in_is_refused_by_its_writer_too(workspace):
    workspace.append([record("a0")])
    workspace.ledger.limits = Limits(text_bytes=200)
    with pytest.raises(StoredOnlyError) as refused:
        workspace.append([record("a1", point(0.2, benchmark="b" * 300), night=1)])
    assert "300 bytes in one text" in f"{refused.value} {refused.value.__cause__}"
    with workspace.reading() as connection:
        assert connection.execute("select count(*) from points").fetchall() == [(1,)]
