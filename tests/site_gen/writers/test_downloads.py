"""The files with all points: the same ones however little memory there is, and written once."""

import re
from datetime import timedelta

import duckdb
import orjson
import pytest
from msgspec.structs import replace

from history.project.workspace import open_workspace
from history.words.records import Exclusion
from site_gen.demo.simulate import year
from site_gen.pages.registry import pages
from site_gen.writers import points
from site_gen.writers.downloads import Downloads
from site_gen.writers.kept import Kept
from site_gen.writers.tree import Tree
from tests.site_gen.builders import context
from tests.site_gen.rendering import Rendered

FILES = (points.PARQUET, points.CSV, points.LATEST)
NIGHTS = 6


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    workspace = open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")
    workspace.append(year(NIGHTS))
    return workspace


def write(history, folder):
    """Build after build of one site: the tree says what had to be written."""
    tree, kept = Tree(folder / "site"), Kept(folder / "kept.json", folder / "site")
    with history.reading() as connection:
        points.write(connection, tree, kept)
        limit = connection.execute("select current_setting('memory_limit')").fetchone()
    kept.save(tree, "")
    return tree, limit


def written(history, folder):
    tree, _ = write(history, folder)
    return [tree.read(name) for name in FILES]


def noted(calls, function):
    """The function, which notes what it is called with."""

    def call(*given):
        calls.append(given)
        return function(*given)

    return call


def ordered(folder, name):
    """How many points a file has, all different, one series after another in commit order."""
    with duckdb.connect() as connection:
        found = connection.execute(f"select series_id, position from '{folder}/site/{name}'")
        rows = found.fetchall()
    assert rows == sorted(set(rows))
    return len(rows)


def in_two_years():
    """Runs of whose commits the first is of the year before."""
    first, *others = year(NIGHTS)
    commit = first.run.commit
    earlier = replace(first.run, commit=replace(commit, time=commit.time - timedelta(days=30)))
    return [replace(first, run=earlier), *others]


def test_without_enough_memory_for_a_frugal_try_the_files_are_the_same(
    history, tmp_path, monkeypatch
):
    plenty = written(history, tmp_path / "plenty")
    tries: list[tuple] = []
    frugal = points.frugal
    monkeypatch.setattr(points, "frugal", noted(tries, frugal))
    monkeypatch.setattr(points, "MEMORY", "1MB")
    with history.reading() as connection, pytest.raises(duckdb.OutOfMemoryException):  # noqa: SIM117
        with points.frugal(connection):
            connection.execute("create temp table wide as from trend")
    assert written(history, tmp_path / "scarce") == plenty
    assert len(tries) == 2


def test_what_comes_afterwards_has_all_memory_again(history, tmp_path):
    with history.reading() as connection:
        usual = connection.execute("select current_setting('memory_limit')").fetchone()
    assert write(history, tmp_path)[1] == usual


def test_one_file_has_every_point_in_order(history, tmp_path):
    write(history, tmp_path)
    with history.reading() as connection:
        (count,) = connection.execute("select count(*) from trend").fetchone()
    assert ordered(tmp_path, points.PARQUET) == ordered(tmp_path, points.CSV) == count


def test_the_file_has_the_rows_of_the_record_without_those_left_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # decisions are written where the commands are
    shared = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    records = year(NIGHTS)
    shared.append(records)
    left_out = records[1].run
    shared.exclude(Exclusion(run_id=left_out.run_id, made_at=left_out.started_at, reason="noisy"))
    write(shared, tmp_path)
    file = tmp_path / "site" / points.PARQUET
    with shared.reading() as connection:
        names = [row[0] for row in connection.execute(f"describe from '{file}'").fetchall()]
        rows = [
            connection.execute(f"select {', '.join(names)} from {place}").fetchall()
            for place in ("trend", f"'{file}'")
        ]
    assert repr(rows[0]) == repr(rows[1])  # NaN is not equal to itself
    assert left_out.run_id not in repr(rows[1])


def test_many_points_are_a_file_for_each_year_of_commits(tmp_path, monkeypatch):
    history = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    history.append(in_two_years())
    few, _ = write(history, tmp_path / "few")
    monkeypatch.setattr(points, "LARGE", 1)
    many, _ = write(history, tmp_path / "many")
    assert many.read(points.LATEST) == few.read(points.LATEST)
    years = {"data/points-2025.parquet", "data/points-2026.parquet"}
    assert many.files == {*years, points.LATEST}
    assert sum(ordered(tmp_path / "many", name) for name in years) == ordered(
        tmp_path / "few", points.PARQUET
    )


def test_a_night_writes_the_file_of_its_year_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(points, "LARGE", 1)
    records = in_two_years()
    workspace = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    workspace.append(records[:-1])
    write(workspace, tmp_path)
    made: list[tuple] = []
    make = points._parquet
    monkeypatch.setattr(points, "_parquet", noted(made, make))
    workspace.append(records[-1:])
    tree, _ = write(workspace, tmp_path)
    assert [part.name for _, part, _ in made] == ["data/points-2026.parquet"]
    assert tree.changed == {"data/points-2026.parquet", points.LATEST}


def test_the_newest_point_of_every_series_is_that_of_the_record(history, tmp_path):
    tree, _ = write(history, tmp_path)
    told = {
        row["series_id"]: (row["run_id"], row["value"])
        for row in orjson.loads(tree.read(points.LATEST))
    }
    with history.reading() as connection:
        rows = connection.execute("select series_id, run_id, value from latest order by 1")
        assert told == {series: (run, value) for series, run, value in rows.fetchall()}


def test_the_same_points_are_written_once_unless_a_file_is_another(history, tmp_path):
    write(history, tmp_path)
    assert not write(history, tmp_path)[0].changed
    (tmp_path / "site" / points.CSV).write_bytes(b"of somebody else")
    assert write(history, tmp_path)[0].changed == {points.CSV}


def test_the_commands_beside_files_by_year_make_what_the_page_says():
    made, found = Downloads((), (), by_year=True), context()
    page = " ".join(Rendered(found, pages(found, {}, made))["data"].split())
    said = re.search(r"these commands make (\S+) and (\S+) of them", page)
    assert said is not None
    for name, command in zip(said.groups(), made.commands, strict=True):
        assert re.search(rf"(^duckdb |'){re.escape(name)}\b", command)
