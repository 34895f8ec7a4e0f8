"""The files with all points: the same ones however little memory there is."""

import gzip

import duckdb
import orjson
import pytest

from history.project.workspace import open_workspace
from site_gen.demo.simulate import year
from site_gen.writers import downloads

FILES = ("points.parquet", "points.csv.gz", "latest.json")


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    workspace = open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")
    workspace.append(year(6))
    return workspace


def written(history, folder):
    with history.reading() as connection:
        downloads.tables(connection, folder)
        limit = connection.execute("select current_setting('memory_limit')").fetchone()
    return [(folder / "data" / name).read_bytes() for name in FILES], limit


def test_without_enough_memory_for_a_frugal_try_the_files_are_the_same(
    history, tmp_path, monkeypatch
):
    plenty, _ = written(history, tmp_path / "plenty")
    monkeypatch.setattr(downloads, "MEMORY", "1MB")
    with history.reading() as connection, pytest.raises(duckdb.OutOfMemoryException):  # noqa: SIM117
        with downloads._frugal(connection):
            downloads._tables(connection, tmp_path / "none")
    scarce, _ = written(history, tmp_path / "scarce")
    assert scarce == plenty


def test_what_comes_afterwards_has_all_memory_again(history, tmp_path):
    with history.reading() as connection:
        usual = connection.execute("select current_setting('memory_limit')").fetchone()
    assert written(history, tmp_path)[1] == usual


def test_the_newest_point_of_every_series_is_that_of_the_record(history, tmp_path):
    written(history, tmp_path)
    told = {
        row["series_id"]: (row["run_id"], row["value"])
        for row in orjson.loads((tmp_path / "data" / "latest.json").read_bytes())
    }
    with history.reading() as connection:
        rows = connection.execute("select series_id, run_id, value from latest order by 1")
        assert told == {series: (run, value) for series, run, value in rows.fetchall()}


def test_the_same_points_are_written_once(history, tmp_path):
    written(history, tmp_path)
    csv, database = (tmp_path / "data" / name for name in ("points.csv.gz", "history.duckdb"))
    csv.write_bytes(gzip.compress(b"kept"))
    before = database.stat().st_mtime_ns
    written(history, tmp_path)
    assert gzip.decompress(csv.read_bytes()) == b"kept"
    assert database.stat().st_mtime_ns == before
