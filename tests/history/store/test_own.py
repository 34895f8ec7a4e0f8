"""What this process wrote is taken in without reading it back, and is what a reader finds."""

from pathlib import Path

import duckdb
import msgspec
import pytest

from history.formats import runs
from history.project.workspace import open_workspace
from history.store import admit, long_batch, own, packing, relations
from history.store.admission.limits import Limits
from history.words.errors import StoredOnlyError
from history.words.metrics import Direction
from history.words.records import Failed, Machine, Measured, RunRecord
from tests.history.builders import point, put, record
from tests.history.store.every_kind import RECORDS, of, run


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # decisions stand in the folder of the project
    return open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")


@pytest.fixture(params=[long_batch.FEW_POINTS, 0], ids=["short", "long"])
def every_length(request, monkeypatch):
    """Each batch taken in row by row, and as a long one is."""
    monkeypatch.setattr(long_batch, "FEW_POINTS", request.param)


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


PLAIN = [
    RunRecord(
        run=run(40 - 2 * night - place, machine=Machine(name=name)),
        points=(
            *(
                of(
                    Measured(value=0.5 + night, n=nth, low=0.25 if nth % 2 else None),
                    benchmark=f"b{nth}",
                    unit="ms" if nth == 3 else "s",
                )
                for nth in range(1, 5 + night)
            ),
            of(Failed(reason=f"broke in night {night}"), benchmark="fails", fingerprint="f"),
        ),
    )
    for night in range(3)
    for place, name in enumerate(("one", "other"))
]
"""Runs without samples, the newest first, some with more points than others."""
TWO_UNITS = [
    RunRecord(
        run=run(50 + night),
        points=(
            of(Measured(value=3.0, n=1), "sparkle", unit=unit, direction=Direction.LOWER),
            of(Measured(value=4.0, n=1), benchmark="other"),
        ),
    )
    for night, unit in enumerate(("kB", "glints", "MB"))
]
"""A series that is told in another unit each night."""


@pytest.mark.usefixtures("every_length")
def test_runs_of_every_kind_are_taken_in_as_they_are_read(workspace, tmp_path):
    other = open_workspace(history=tmp_path / "other.duckdb", ledger=tmp_path / "copied")
    first = msgspec.structs.replace(RECORDS[0], points=runs.unique(RECORDS[0].points)[0])
    for records in ([record("a0")], PLAIN, TWO_UNITS, (first, *RECORDS[1:3]), RECORDS[3:]):
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


@pytest.mark.usefixtures("every_length")
def test_points_of_a_series_lie_together_in_the_order_of_runs(workspace):
    workspace.append(PLAIN)
    with workspace.reading() as connection:
        found = connection.execute("select series_key, run_key from points").fetchall()
    assert len(found) == sum(len(one.points) for one in PLAIN)
    assert found == sorted(found)


def test_a_long_batch_makes_no_row_of_most_of_its_points(workspace, monkeypatch):
    monkeypatch.setattr(long_batch, "FEW_POINTS", 0)
    batch = packing.pack(PLAIN)
    with duckdb.connect() as connection:
        connection.execute("create temp table run_ids (run_id varchar, file varchar)")
        shown = own.show(connection, workspace.ledger, workspace.ledger.write(batch), batch, None)
        rows = connection.execute(
            f"select count(*) from {relations.LOADED} where row = 'point'"
        ).fetchall()
    assert shown.damaged == ()
    assert rows == [(long_batch.telling(batch).size,)]
    assert long_batch.telling(batch).size < len(batch)


@pytest.mark.usefixtures("every_length")
@pytest.mark.parametrize(
    ("limits", "fault"),
    [
        (Limits(rows=20), "holds 42 rows"),
        (Limits(text_bytes=16), "bytes in one text"),
        (Limits(unpacked_bytes=1_000), "holds 6570 bytes when unpacked"),
    ],
)
def test_what_is_beyond_a_limit_is_told_of_all_rows(workspace, limits, fault):
    batch = packing.pack(PLAIN)
    file = workspace.ledger.write(batch)
    workspace.ledger.limits = limits
    with duckdb.connect() as connection:
        connection.execute("create temp table run_ids (run_id varchar, file varchar)")
        (bad,) = own.show(connection, workspace.ledger, file, batch, None).damaged
    assert fault in bad.reason


@pytest.fixture
def read(monkeypatch):
    """Every run file that is read, in its order."""
    files: list[str] = []
    whole = admit.load

    def load(connection, ledger, some, *args, **kinds):
        files.extend(some)
        return whole(connection, ledger, some, *args, **kinds)

    monkeypatch.setattr(admit, "load", load)
    return files


def test_nothing_is_read_back(workspace, read):
    workspace.append([record("a0")])
    workspace.append([record("a1", point(0.2), night=1)])
    assert read == []
    with workspace.reading() as connection:
        assert connection.execute("select count(*) from points").fetchall() == [(2,)]


def test_the_first_run_of_a_history_is_not_read_back_beside_files_that_were_there(workspace, read):
    there = put(workspace.ledger, record("a0"))
    done = workspace.append([record("a1", point(0.2), night=1)])
    assert read == [there]
    with workspace.reading() as connection:
        held = connection.execute("select file from ledger_files order by file").fetchall()
    assert held == [(there,), (done.file,)]


def test_a_first_run_that_another_file_tells_otherwise_is_refused_by_name(workspace):
    """As after the database was lost: what was there first stays."""
    there = workspace.ledger.write([record("a0")])
    copy = workspace.ledger.path(f"job/{there}")
    copy.parent.mkdir(parents=True)
    workspace.ledger.path(there).rename(copy)
    with pytest.raises(StoredOnlyError) as refused:
        workspace.append([record("a0", point(0.2))])
    assert f"than job/{there}" in f"{refused.value.__cause__}"
    with workspace.reading() as connection:
        found = connection.execute("select value, file from points, ledger_files").fetchall()
    assert found == [(0.1, f"job/{there}")]


@pytest.mark.usefixtures("every_length")
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
