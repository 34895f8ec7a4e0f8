"""The second hash of the rows of a run file can be made anew from its description alone."""

import shutil
import struct
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

import duckdb
import numpy as np
import pytest

from history.project.workspace import open_workspace
from history.store import admit, checksum, codec, column_hash, ledger, same_rows
from history.store.batch import Lists
from history.store.column_hash import NumberLists, Numbers
from history.store.ledger import Ledger
from history.store.verify import verify
from history.words.records import Measured, RunRecord
from tests.history.store.every_kind import POINTS, RECORDS, of, run

FIRST = Path(__file__).parent / "fixtures" / "rows-1"
SOUND = RunRecord(run=run(9), points=POINTS[:9], items=RECORDS[0].items)


def by_hand(path):
    """The hash as ``column_hash`` describes it, row by row and number by number."""
    is_number = {
        name: bool(column_hash.kind_of(name, kind)) for name, kind in codec.COLUMNS.items()
    }
    texts = [
        name if is_number[name] else f"{name}::varchar as {name}" for name in sorted(codec.COLUMNS)
    ]
    with duckdb.connect() as connection:
        source = ledger.read_parquet(connection, [path])
        found = connection.execute(f"select {', '.join(texts)} from {source}").fetchall()
    rows = [dict(zip(sorted(codec.COLUMNS), row, strict=True)) for row in found]
    groups = defaultdict(list)
    for row in rows:
        said = {name: value for name, value in row.items() if value is not None}
        words = {name: value for name, value in said.items() if not is_number[name]}
        of_run, of_row = (
            sha256(
                "\x1f".join(
                    f"{name}={value}"
                    for name, value in words.items()
                    if (name in column_hash.RUN_COLUMNS) == is_of_run
                ).encode()
            ).digest()
            for is_of_run in (True, False)
        )
        numbers = {name: row[name] for name in sorted(row) if is_number[name]}
        groups[of_run].append((of_row, numbers))
    digests = []
    for of_run, members in groups.items():
        present = [name for name, _ in members[0][1].items()
                   if any(numbers[name] is not None for _, numbers in members)]  # fmt: skip
        members.sort(
            key=lambda one: (one[0], b"".join(b"".join(packed([one[1][name]], codec.COLUMNS[name]))
                                              for name in present))
        )  # fmt: skip
        content = of_run + struct.pack("<q", len(members)) + b"".join(text for text, _ in members)
        for name in present:
            column = [numbers[name] for _, numbers in members]
            content += name.encode() + b"\0" + b"".join(packed(column, codec.COLUMNS[name]))
        digests.append(sha256(content).digest())
    return sha256(b"".join(sorted(digests))).hexdigest()


def packed(column, kind):
    yield bytes(value is not None for value in column)
    if kind.endswith("[]"):
        yield struct.pack(f"<{len(column)}q", *(len(value or ()) for value in column))
        yield from packed([one for value in column for one in value or ()], kind[:-2])
    else:
        form = "d" if kind == "DOUBLE" else "q"
        yield struct.pack(f"<{len(column)}{form}", *(value or 0 for value in column))


@pytest.fixture(params=["several runs of every kind", "one run"])
def written(request, tmp_path):
    made = Ledger(tmp_path / "runs")
    return made.path(made.write([SOUND] if request.param == "one run" else RECORDS))


def hashed(path, version=checksum.SECOND):
    with duckdb.connect() as connection:
        return same_rows.of_file(connection, path, version)


def test_the_hash_is_made_anew_by_its_description(written):
    with duckdb.connect() as connection:
        (stated,) = checksum.stated(connection, [written]).values()
    assert stated.version == checksum.SECOND
    assert by_hand(written) == hashed(written) == stated.rows_sha256


CHANGES = {
    "value": "value + 1e-16",
    "n": "n + 1",
    "samples_ns": "list_transform(samples_ns, lambda one : one + 1)",
    "rounds": "list_reverse(rounds)",
    "preempted": "coalesce(preempted, [])",
    "low": "coalesce(low, 0)",
    "unit": "unit || ' '",
    "warnings": "list_append(warnings, '')",
    "started_at": "started_at + interval 1 microsecond",
    "environment": "environment || ' '",
    "dirty": "not dirty",
    "content": "lower(content)",
    "commit_lineage": "list_reverse(commit_lineage)",
}


def rewritten(path, query):
    with duckdb.connect() as connection:
        connection.execute(f"create table changed as {query.format(f'{str(path)!r}')}")
        connection.execute(f"copy changed to '{path}' (format parquet)")


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_another_value_is_another_hash(tmp_path, name):
    made = Ledger(tmp_path)
    path = made.path(made.write(RECORDS))
    before = hashed(path)
    rewritten(path, f"select * replace ({CHANGES[name]} as {name}) from {{}}")
    assert hashed(path) != before


def test_rows_that_move_and_columns_of_nothing_do_not_change_it(written):
    before = hashed(written)
    rewritten(written, "select *, null::double as later, null::varchar as word from {}"
                       " order by hash(row, metric, value), row desc")  # fmt: skip
    assert hashed(written) == before
    rewritten(written, "select * replace (if(row = 'run', 1.5, null) as later) from {}")
    assert hashed(written) != before


def test_numbers_may_not_change_places(tmp_path):
    made = Ledger(tmp_path)
    points = [
        of(Measured(value=value, n=1), benchmark=name) for name, value in (("a", 1), ("b", 2))
    ]
    path = made.path(made.write([RunRecord(run=run(1), points=tuple(points))]))
    before = hashed(path)
    rewritten(path, "select * replace (3 - value as value) from {}")
    assert hashed(path) != before


def test_rows_of_one_text_have_an_order_of_their_own():
    """Such rows are no sound file, but a hash is made before that is known."""
    lengths = np.array([1, 0, 2, 0, 1])
    flat = np.arange(4.0)
    value, there = np.array([3.0, -0.0, 2.0, 1.0, 2.0]), np.array([True, True, False, True, True])
    samples = Lists(flat, np.array([0, *np.cumsum(lengths)]))

    def hashed_in(order):
        places = np.array(order)
        columns: dict[str, Numbers | NumberLists] = {
            "value": Numbers(value[places], there[places]),
            "samples": NumberLists(
                samples.take(places), lengths[places] > 0, np.ones(flat.size, dtype=np.bool_)
            ),
        }
        return column_hash.of_rows(
            column_hash.Rows(
                groups=[sha256(b"run").digest()],
                names=[sha256(b"a").digest(), sha256(b"b").digest()],
                group=np.zeros(places.size, dtype=np.int64),
                name=np.array([0, 1, 0, 0, 0])[places],
                columns=columns,
            )
        )

    expected = hashed_in([0, 1, 2, 3, 4])
    assert hashed_in([4, 3, 2, 1, 0]) == hashed_in([1, 0, 4, 2, 3]) == expected


@pytest.fixture
def of_before(tmp_path):
    """A ledger of run files whose rows have the first hash."""
    shutil.copytree(FIRST / "runs", tmp_path / "runs")
    return Ledger(tmp_path / "runs")


def test_files_with_the_first_hash_are_proved_by_it(of_before):
    paths = [of_before.path(file) for file in of_before.files()]
    with duckdb.connect() as connection:
        for path, stated in checksum.stated(connection, paths).items():
            assert stated.version == checksum.FIRST
            assert stated.rows_sha256 == hashed(Path(path), checksum.FIRST)
        assert admit.load_alone(connection, of_before, of_before.files()) == ()


def test_a_history_of_such_files_is_made_and_verified(of_before, tmp_path):
    workspace = open_workspace(history=tmp_path / "history.duckdb", ledger=of_before.folder)
    assert workspace.sync().damaged == ()
    with workspace.reading() as connection:
        found = verify(connection, of_before)
    assert (found.files, found.runs, found.problems) == (2, 5, ())


def test_such_a_file_whose_rows_were_changed_is_named(of_before):
    (file, other) = of_before.files()
    path = of_before.path(file)
    with duckdb.connect() as connection:
        (stated,) = checksum.stated(connection, [path]).values()
        connection.execute(f"create table changed as select * replace (n + 1 as n) from '{path}'")
        connection.execute(
            f"copy changed to '{path}' (format parquet,"
            f" kv_metadata {{{checksum.ROWS_KEY}: '{stated.rows_sha256}'}})"
        )
        (fault,) = admit.load_alone(connection, of_before, [file, other])
    assert (fault.file, fault.reason) == (file, "does not hold the rows that it was written with")


def test_the_same_rows_are_known_by_either_hash(of_before):
    path = of_before.path(of_before.files()[0])
    with duckdb.connect() as connection:
        for version in (checksum.FIRST, checksum.SECOND):
            assert same_rows.is_of(connection, path, hashed(path, version))
        assert not same_rows.is_of(connection, path, "0" * 64)
