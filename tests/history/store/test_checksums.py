"""A run file that was changed, doubled or swapped after it was written is named, never taken."""

import lzma
import random
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from history.project.workspace import open_workspace
from history.store import admit, checksum, codec, guard, left_out, read_groups, relations
from history.store.ledger import Ledger
from history.store.verify import verify
from history.words.errors import BrokenDataError
from tests.history.builders import point, record

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def workspace(tmp_path):
    return open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")


@pytest.fixture
def two_nights(workspace, tmp_path, prepared):
    """Names of the files of two nights, one file each."""
    prepared(filled, tmp_path)
    return sorted(workspace.ledger.files())


def filled(folder):
    made = open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")
    for night, sha in enumerate(("a1", "b2")):
        one = point(0.1 + night, samples=(0.1 + night, 0.2 + night))
        made.append([record(sha, one, night=night)])


def problems(workspace):
    with workspace.reading() as connection:
        return verify(connection, workspace.ledger).problems


def rewritten(path, query):
    """Replace a run file by what a query makes of its rows; what it says of itself stays."""
    with duckdb.connect() as connection:
        (stated,) = checksum.stated(connection, [path]).values()
        key = checksum.ROWS_KEY if stated.version == checksum.FIRST else checksum.COLUMNS_KEY
        connection.execute(
            f"create table changed as {query.format(f'read_parquet({str(path)!r})')}"
        )
        connection.execute(
            f"copy changed to '{path}' (format parquet,"
            f" kv_metadata {{{key}: '{stated.rows_sha256}'}})"
        )


def stating(connection, relation, path):
    """Write a relation as a run file with the hash of its rows."""
    described = connection.execute(f"describe {relation}").fetchall()
    columns = {name: kind for name, kind, *_ in described}
    rows = left_out.rows_with_all(relation, list(columns))
    groups = read_groups.of_all(connection, rows, codec.COLUMNS | columns)
    connection.execute(
        f"copy {relation} to '{path}' (format parquet,"
        f" kv_metadata {{{checksum.COLUMNS_KEY}: '{read_groups.hashes(groups)['']}'}})"
    )


DOUBLED = "select * replace (value * 2 as value, [s * 2 for s in samples_ns] as samples_ns) from {}"
TWICE = "select * from {0} union all select * from {0} where row = 'point'"
ONE_LESS = "select * from {} where row <> 'point'"


@pytest.mark.parametrize("query", [DOUBLED, TWICE, ONE_LESS], ids=["doubled", "twice", "less"])
def test_a_file_whose_rows_were_changed_is_not_taken_in(workspace, two_nights, query):
    path = workspace.ledger.path(two_nights[1])
    rewritten(path, query)
    workspace.history_file.unlink()
    done = workspace.sync()
    assert [(bad.file, bad.reason) for bad in done.damaged] == [
        (two_nights[1], "does not hold the rows that it was written with")
    ]
    assert done.runs_total == 1


def test_rows_in_another_order_are_the_same_rows(workspace, two_nights):
    rewritten(workspace.ledger.path(two_nights[1]), "select * from {} order by row desc")
    workspace.history_file.unlink()
    assert workspace.sync().damaged == ()


def test_a_column_of_a_later_version_does_not_change_what_a_file_is(workspace, two_nights):
    path = workspace.ledger.path(two_nights[1])
    with duckdb.connect() as connection:
        connection.execute(
            f"create table later as select *, 'new' as \"it's \"\"new\" from '{path}'"
        )
        stating(connection, "later", path)
    workspace.history_file.unlink()
    assert workspace.sync().damaged == ()
    rewritten(path, "select * replace (value + 1 as value) from {}")
    workspace.history_file.unlink()
    assert [bad.file for bad in workspace.sync().damaged] == [two_nights[1]]


def test_one_file_copied_over_another_is_named_and_changes_nothing(workspace, two_nights):
    one, other = map(workspace.ledger.path, two_nights)
    shutil.copyfile(one, other)
    assert any(two_nights[1] in found for found in problems(workspace))
    done = workspace.sync()
    assert [bad.file for bad in done.damaged] == [two_nights[1]]
    assert done.runs_total == 2


def test_a_file_that_was_made_anew_under_a_known_name_is_named(workspace, two_nights, tmp_path):
    elsewhere = open_workspace(history=tmp_path / "other.duckdb", ledger=tmp_path / "other")
    file = elsewhere.append([record("b2", point(9.0), night=1)]).file
    assert file == two_nights[1]
    shutil.copyfile(elsewhere.ledger.path(file), workspace.ledger.path(file))
    assert any(file in found for found in problems(workspace))
    assert [bad.file for bad in workspace.sync().damaged] == [file]
    # Not even when everything is read again, since a file of another run is gone.
    workspace.ledger.path(two_nights[0]).unlink()
    done = workspace.sync(permit=guard.allowed("both were taken away"))
    assert ([bad.file for bad in done.damaged], done.runs_total) == ([file], 0)


def test_a_file_of_other_bytes_with_the_same_points_is_taken_when_all_is_read_anew(
    workspace, two_nights
):
    with workspace.reading() as connection:
        before = guard.with_points(connection, guard.held(connection))
    rewritten(workspace.ledger.path(two_nights[1]), "select * from {} order by row desc")
    assert [bad.file for bad in workspace.sync().damaged] == [two_nights[1]]
    done = workspace.sync(rebuild=True)
    assert done.damaged == ()
    (remark,) = done.remarks
    assert remark.startswith(two_nights[1])
    assert remark.endswith("its points say what they said.")
    with workspace.reading() as connection:
        assert guard.with_points(connection, guard.held(connection)).points == before.points
    assert workspace.sync().damaged == ()


def test_a_file_whose_points_are_others_stays_out_when_all_is_read_anew(
    workspace, two_nights, tmp_path
):
    elsewhere = open_workspace(history=tmp_path / "other.duckdb", ledger=tmp_path / "other")
    file = elsewhere.append([record("b2", point(9.0), night=1)]).file
    shutil.copyfile(elsewhere.ledger.path(file), workspace.ledger.path(file))
    with pytest.raises(BrokenDataError, match=re.escape(file)):
        workspace.sync(rebuild=True)


def damaged(content: bytes, seed: int) -> bytes:
    """A bit flipped, bytes cut out, repeated or overwritten, somewhere."""
    chance, changed = random.Random(seed), bytearray(content)
    at, length = chance.randrange(len(content)), chance.randrange(1, 40)
    match seed % 4:
        case 0:
            changed[at] ^= 1 << chance.randrange(8)
        case 1:
            del changed[at : at + length]
        case 2:
            changed[at:at] = changed[at : at + length]
        case _:
            changed[at : at + length] = bytes(255 - byte for byte in changed[at : at + length])
    return bytes(changed)


@pytest.mark.parametrize("damages", [20, pytest.param(400, marks=pytest.mark.nightly)])
def test_no_damage_changes_what_is_read(tmp_path, damages):
    """A damaged file is refused, or the damage lies where no value is: never another number."""
    ledger = Ledger(tmp_path)
    file = ledger.write([record("a1", point(0.1, samples=(0.1, 0.2, 0.3)))])
    content = ledger.path(file).read_bytes()
    with duckdb.connect() as connection:
        assert admit.load_alone(connection, ledger, [file]) == ()
        rows = connection.execute(f"from {relations.LOADED}").fetchall()
        refused = 0
        for seed in range(damages):
            ledger.path(file).write_bytes(damaged(content, seed))
            if admit.load_alone(connection, ledger, [file]):
                refused += 1
            else:
                assert connection.execute(f"from {relations.LOADED}").fetchall() == rows, seed
    assert refused > damages / 2


def test_a_database_of_before_learns_what_its_files_are(tmp_path):
    version = FIXTURES / "schema-4"
    shutil.copytree(version / "runs", tmp_path / "runs")
    packed = (version / "history.duckdb.xz").read_bytes()
    (tmp_path / "history.duckdb").write_bytes(lzma.decompress(packed))
    workspace = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    workspace.sync()
    file = next(name for name in workspace.ledger.files() if "exclude" not in name)
    path = workspace.ledger.path(file)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert [bad.file for bad in workspace.sync().damaged] == [file]
