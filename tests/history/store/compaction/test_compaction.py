"""The run files of a year that is over become one, and no run, row or copy is lost or doubled."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from history.sql import quoted
from history.store import admit, checksum, compacted, left_out, read_groups
from history.store.admission.limits import Limits
from history.store.compaction.compact import Policy, compact, planned
from history.store.ledger import Ledger
from history.store.verify import verify
from history.words.errors import BrokenDataError
from history.words.records import Exclusion
from tests.history.builders import START, write_exclusion
from tests.history.store.compaction.years import (
    LAST_YEAR,
    content,
    item,
    night_of,
    random_ledger,
    rebuilt,
    workspace_in,
)

FIXTURES = Path(__file__).parents[1] / "fixtures"
POLICY = Policy(date(START.year, 6, 1))


@pytest.fixture
def workspace(tmp_path):
    return workspace_in(tmp_path)


@pytest.fixture(scope="module")
def five_nights(tmp_path_factory):
    """A folder with a history of five nights, each with an utterance, and its run files."""
    folder = tmp_path_factory.mktemp("year")
    workspace = workspace_in(folder)
    files = [
        workspace.ledger.write([night_of(day, item("u1", 0.1, 0.3), value=0.1 + day / 10)])
        for day in range(5)
    ]
    workspace.sync()
    return folder, files


@pytest.fixture
def year(workspace, five_nights):
    """Names of the run files of a workspace with these nights."""
    folder, files = five_nights
    shutil.copytree(folder, workspace.history_file.parent, dirs_exist_ok=True)
    return list(files)


def compacted_year(workspace, year=LAST_YEAR, policy=POLICY):
    with workspace.writing() as connection:
        return compact(connection, workspace.ledger, year, policy)


def problems(workspace):
    with workspace.reading() as connection:
        return verify(connection, workspace.ledger).problems


def said_of(ledger, file):
    with duckdb.connect() as connection:
        (made,) = compacted.of(connection, [ledger.path(file)]).values()
    return made


def forged(path, query, origin=""):
    """Rewrite a run file by a query over its rows, with a hash that fits; its origin stays."""
    with duckdb.connect() as connection:
        (stated,) = checksum.stated(connection, [path]).values()
        whole = left_out.rows_with_all(f"read_parquet({str(path)!r})", list(stated.columns))
        connection.execute(f"create table forged as {query.format(whole)}")
        columns = {row[0]: row[1] for row in connection.execute("describe forged").fetchall()}
        made = read_groups.hashes(read_groups.of_all(connection, "forged", columns))[""]
        said = {checksum.COLUMNS_KEY: made, checksum.COMPACTED_KEY: origin or stated.compacted}
        metadata = ", ".join(f"{key}: {quoted.text(text)}" for key, text in said.items() if text)
        connection.execute(f"copy forged to '{path}' (format parquet, kv_metadata {{{metadata}}})")


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in (0, 2, 3, 4))]
)
def test_a_history_of_compacted_files_says_what_it_said(tmp_path, seed):
    """Any ledger, compacted year by year, with a rebuild after it."""
    workspace = workspace_in(tmp_path)
    random_ledger(workspace, seed)
    before = rebuilt(workspace)
    runs = len(before[1]) + len(before[3])
    for of_year in (LAST_YEAR - 1, LAST_YEAR, LAST_YEAR + 1):
        compacted_year(workspace, of_year)
    assert content(workspace) == before
    assert problems(workspace) == ()
    assert len(workspace.ledger.files()) <= 3
    assert rebuilt(workspace) == before
    assert workspace.sync().runs_total == runs


def test_the_run_files_of_a_year_become_one_that_names_them(workspace, year):
    before = content(workspace)
    (made,) = compacted_year(workspace).made
    assert workspace.ledger.files() == (made.file,)
    assert list(made.replaced) == sorted(year)
    assert made.runs == 5
    assert {one.file for one in said_of(workspace.ledger, made.file).originals} == set(year)
    assert content(workspace) == before
    done = workspace.sync()
    assert (done.files_read, done.runs_added, done.damaged) == (0, 0, ())


def test_files_with_either_hash_of_their_rows_become_one_that_proves_both(workspace):
    shutil.copytree(FIXTURES / "compacted-1" / "single", workspace.ledger.folder)
    old = set(workspace.ledger.files())
    new = workspace.append([night_of(40, item("u1", 0.1, 0.3))]).file
    before = content(workspace)
    workspace.sync()
    (made,) = compacted_year(workspace, 2025).made
    assert set(made.replaced) == {*old, new}
    originals = said_of(workspace.ledger, made.file).originals
    versions = {one.file: one.rows_version for one in originals}
    assert versions == dict.fromkeys(old, checksum.FIRST) | {new: checksum.SECOND}
    assert rebuilt(workspace) == before
    path = workspace.ledger.path(made.file)
    whole = path.read_bytes()
    for file in (min(old), new):
        path.write_bytes(whole)
        (run_id, *_) = next(one.runs for one in originals if one.file == file)
        forged(path, f"select * replace (if(run_id = '{run_id}', n + 1, n) as n) from {{}}")
        with duckdb.connect() as connection:
            (fault,) = admit.load_alone(connection, workspace.ledger, [made.file])
        assert fault.reason == f"holds other rows than {file}, which it was made of"


def test_rows_of_one_series_lie_together_in_the_order_of_time(workspace, year):
    del year
    (made,) = compacted_year(workspace).made
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select row, started_at from '{workspace.ledger.path(made.file)}'"
        ).fetchall()
    assert [row for row, _ in rows] == ["run"] * 5 + ["point"] * 5 + ["item"] * 5
    for start in (0, 5, 10):
        times = [moment for _, moment in rows[start : start + 5]]
        assert times == sorted(times)


def test_compacting_again_changes_nothing(workspace, year):
    del year
    (made,) = compacted_year(workspace).made
    before = workspace.ledger.path(made.file).read_bytes()
    assert compacted_year(workspace).made == ()
    assert workspace.ledger.path(made.file).read_bytes() == before


def test_a_run_that_comes_late_joins_the_compacted_file(workspace, year):
    compacted_year(workspace)
    late = workspace.append([night_of(9)]).file
    before = content(workspace)
    (made,) = compacted_year(workspace).made
    assert made.runs == 6
    assert workspace.ledger.files() == (made.file,)
    assert {one.file for one in said_of(workspace.ledger, made.file).originals} > {late, *year}
    assert rebuilt(workspace) == before


def test_an_old_file_that_comes_back_is_not_doubled(workspace, year, tmp_path):
    kept = tmp_path / "kept.parquet"
    shutil.copyfile(workspace.ledger.path(year[2]), kept)
    (made,) = compacted_year(workspace).made
    before = content(workspace)
    shutil.copyfile(kept, workspace.ledger.path(year[2]))
    assert workspace.sync().runs_total == 5
    assert content(workspace) == before
    assert problems(workspace) == ()
    assert rebuilt(workspace) == before
    (again,) = compacted_year(workspace).made
    assert (again.file, again.replaced) == (made.file, (year[2],))
    assert workspace.ledger.files() == (made.file,)
    assert content(workspace) == before


@pytest.mark.parametrize("moment", ["before the database", "while files go"])
def test_what_a_kill_leaves_is_whole_and_is_finished_by_the_next_call(workspace, year, moment,
                                                                     tmp_path):  # fmt: skip
    before = content(workspace)
    kept = tmp_path / "kept"
    shutil.copytree(workspace.ledger.folder, kept)
    database = tmp_path / "kept.duckdb"
    shutil.copyfile(workspace.history_file, database)
    (made,) = compacted_year(workspace).made
    if moment == "before the database":
        shutil.copyfile(database, workspace.history_file)
        left = year
    else:
        left = year[3:]
    for file in left:
        shutil.copyfile(kept / file, workspace.ledger.path(file))
    assert workspace.sync().runs_total == 5
    assert content(workspace) == before
    assert problems(workspace) == ()
    compacted_year(workspace)
    assert workspace.ledger.files() == (made.file,)
    assert rebuilt(workspace) == before


def test_a_history_that_was_made_of_single_files_follows(workspace, year, tmp_path):
    """As on another machine, whose ledger was brought up to date by copying."""
    other = workspace_in(tmp_path / "other")
    shutil.copytree(workspace.ledger.folder, other.ledger.folder)
    other.sync()
    before = content(other)
    (made,) = compacted_year(workspace).made
    shutil.rmtree(other.ledger.folder)
    shutil.copytree(workspace.ledger.folder, other.ledger.folder)
    done = other.sync()
    assert (done.runs_added, done.runs_total, done.damaged) == (0, 5, ())
    assert content(other) == before
    with other.reading() as connection:
        assert connection.execute("select file, runs from ledger_files").fetchall() == [
            (made.file, 5)
        ]
    assert problems(other) == ()


def test_a_held_run_that_a_compacted_file_lacks_is_named(workspace, year, tmp_path):
    other = workspace_in(tmp_path / "other")
    for file in year[:4]:
        other.ledger.path(file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(workspace.ledger.path(file), other.ledger.path(file))
    other.sync()
    compacted_year(other)
    shutil.rmtree(workspace.ledger.folder)
    shutil.copytree(other.ledger.folder, workspace.ledger.folder)
    with pytest.raises(BrokenDataError, match="the ledger has lost 1 run"):
        workspace.sync()


def test_a_compacted_file_that_is_gone_loses_all_its_runs_by_name(workspace, year):
    del year
    (made,) = compacted_year(workspace).made
    workspace.ledger.path(made.file).unlink()
    with pytest.raises(BrokenDataError, match="the ledger has lost 5 runs"):
        workspace.sync()


def test_a_year_with_a_damaged_file_is_left_as_it_is(workspace, year):
    path = workspace.ledger.path(year[1])
    path.write_bytes(path.read_bytes()[:-40])
    done = compacted_year(workspace)
    assert [bad.file for bad in done.damaged] == [year[1]]
    assert done.made == ()
    assert workspace.ledger.files() == tuple(sorted(year))


def test_a_copy_that_tells_other_things_keeps_the_year_as_it_is(workspace, year, tmp_path):
    other = Ledger(tmp_path / "other")
    file = other.write([night_of(1, value=9.0)])
    rival = workspace.ledger.path(f"job/{file}")
    rival.parent.mkdir(parents=True)
    shutil.copyfile(other.path(file), rival)
    done = compacted_year(workspace)
    assert f"job/{file}" in [bad.file for bad in done.damaged]
    assert set(year) <= set(workspace.ledger.files())


def test_a_year_that_does_not_fit_takes_several_files(workspace, year):
    workspace.ledger.limits = Limits(rows=9)
    before = content(workspace)
    done = compacted_year(workspace)
    assert [made.runs for made in done.made] == [3, 2]
    assert done.too_much == 2
    assert len(workspace.ledger.files()) == 2
    assert rebuilt(workspace) == before
    assert compacted_year(workspace).made == ()


@pytest.mark.usefixtures("year")
def test_corrections_of_earlier_versions_stay_files_of_their_own(workspace):
    made_at = night_of(3).run.started_at
    run_id = night_of(0).run.run_id
    name = write_exclusion(
        workspace.ledger, Exclusion(run_id=run_id, made_at=made_at, reason="noisy")
    )
    workspace.history_file.unlink()
    before = rebuilt(workspace)
    done = compacted_year(workspace)
    assert done.corrections == 1
    assert name in workspace.ledger.files()
    assert rebuilt(workspace) == before


def test_a_column_of_a_later_version_is_kept(workspace, year):
    forged(workspace.ledger.path(year[0]), "select *, 'rain' as weather from {}")
    workspace.history_file.unlink()
    before = rebuilt(workspace)
    (made,) = compacted_year(workspace).made
    with duckdb.connect() as connection:
        (found,) = connection.execute(
            f"select count(weather) from '{workspace.ledger.path(made.file)}'"
        ).fetchone()
    assert found == 3
    assert rebuilt(workspace) == before


def test_a_dry_run_counts_and_changes_nothing(workspace, year):
    done = planned(workspace.ledger, LAST_YEAR, POLICY)
    (made,) = done.made
    assert (done.files, made.runs, len(made.replaced)) == (5, 5, 5)
    assert workspace.ledger.files() == tuple(sorted(year))


# What there is of before.


def test_files_of_earlier_versions_are_compacted_as_they_are(workspace):
    shutil.copytree(FIXTURES / "schema-4" / "runs", workspace.ledger.folder)
    before = rebuilt(workspace)
    done = compacted_year(workspace, START.year)
    assert ([made.runs for made in done.made], done.corrections) == ([18], 4)
    assert problems(workspace) == ()
    assert rebuilt(workspace) == before


@pytest.mark.parametrize("version", sorted(path.name for path in FIXTURES.glob("compacted-*")))
def test_compacted_files_of_earlier_versions_are_read_as_what_they_were_made_of(tmp_path, version):
    said = {}
    for name in ("single", "compacted", "thinned"):
        project = workspace_in(tmp_path / name, ledger=FIXTURES / version / name)
        said[name] = rebuilt(project)
    assert said["compacted"] == said["single"]
    assert said["thinned"][0] == said["single"][0]
    together = workspace_in(tmp_path)
    for name in said:
        shutil.copytree(FIXTURES / version / name, together.ledger.folder, dirs_exist_ok=True)
    assert rebuilt(together) == said["single"]
    assert len(together.ledger.files()) == 5
