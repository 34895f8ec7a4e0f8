"""What is written as columns is what was written row by row, and comes back as it went."""

import json
import shutil
from pathlib import Path

import duckdb
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.store import (
    admit,
    checksum,
    codec,
    lean,
    left_out,
    packing,
    run_file,
    same_rows,
    sound,
)
from history.store.batch import Lists, series_id
from history.store.ledger import Ledger
from history.words.metrics import Direction, Kind, Metric
from history.words.records import Machine, Measured, Qualifier, RunRecord
from tests.history.store.every_kind import POINTS, RECORDS, of, run

GOLDEN = json.loads((Path(__file__).parent / "golden" / "every_kind.json").read_text())


def rows(path):
    with duckdb.connect() as connection:
        found = connection.execute("select to_json(t) from read_parquet($p) t", {"p": str(path)})
        read = [json.loads(row) for (row,) in found.fetchall()]
    return sorted(
        (json.dumps({k: v for k, v in row.items() if v is not None}, sort_keys=True))
        for row in read
    )


@pytest.fixture
def written(tmp_path):
    ledger = Ledger(tmp_path)
    return ledger, ledger.write(RECORDS)


def test_the_rows_are_those_that_were_written_one_by_one(written):
    ledger, file = written
    assert file == GOLDEN["file"]
    assert rows(ledger.path(file)) == sorted(
        json.dumps(row, sort_keys=True) for row in GOLDEN["rows"]
    )


@pytest.mark.parametrize("few_rows", [run_file.FEW_ROWS, 0])
def test_both_hashes_of_the_rows_are_those_they_always_had(tmp_path, monkeypatch, few_rows):
    monkeypatch.setattr(run_file, "FEW_ROWS", few_rows)
    ledger = Ledger(tmp_path)
    path = ledger.path(ledger.write(RECORDS))
    with duckdb.connect() as connection:
        (stated,) = checksum.stated(connection, [path]).values()
        first = same_rows.of_file(connection, path, checksum.FIRST)
    assert (stated.version, stated.rows_sha256) == (checksum.SECOND, GOLDEN["columns_sha256"])
    assert first == GOLDEN["rows_sha256"]


def test_what_many_runs_share_is_hashed_as_each_row_has_it(tmp_path, monkeypatch):
    monkeypatch.setattr(run_file, "FEW_ROWS", 0)
    machines = [Machine(name="one"), Machine(name="other", cores=4)]
    records = [
        RunRecord(
            run=run(night, machine=machines[night % 2], duration_s=night % 3),
            points=tuple(
                of(
                    Measured(value=0.5 + night, n=1, low=0.25 if night % 4 else None),
                    benchmark=name,
                )
                for name in "abcdefgh"[night % 11 :]
            ),
        )
        for night in range(40)
    ]
    ledger = Ledger(tmp_path)
    file = ledger.write(records)
    with duckdb.connect() as connection:
        assert admit.load_alone(connection, ledger, [file]) == ()


def test_a_column_that_no_row_has_is_left_out(tmp_path):
    plain = RunRecord(run=RECORDS[1].run, points=RECORDS[1].points)
    path = Ledger(tmp_path).path(Ledger(tmp_path).write([plain]))
    with duckdb.connect() as connection:
        (stated,) = checksum.stated(connection, [path]).values()
    present = set(stated.columns)
    assert {"value", "status", "environment"} <= present
    assert present.isdisjoint({"low", "samples_ns", "cpu_ns", "item", "base_sha", "position"})


def test_what_a_file_leaves_out_is_read_as_if_it_stood_there(tmp_path):
    names = {"a": {"b": "3", "a": "x y"}, "\u00e9\u201c": {}, 'in "quotes"\t': {"k": "50"}}
    points = [of(Measured(value=1.0, n=1), benchmark=name, params=of_it)
              for name, of_it in names.items()]  # fmt: skip
    ledger = Ledger(tmp_path)
    file = ledger.write([RunRecord(run=run(8), points=tuple(points))])
    with duckdb.connect() as connection:
        (stated,) = checksum.stated(connection, [ledger.path(file)]).values()
        assert stated.columns.keys().isdisjoint({"series_id", "reason", "warnings", "fingerprint"})
        assert admit.load_alone(connection, ledger, [file]) == ()
        found = connection.execute(
            "select benchmark, series_id, reason, warnings, gpu, item from incoming_files"
            " where row = 'point' order by benchmark"
        ).fetchall()
    (batch,) = [packing.pack([RunRecord(run=run(8), points=tuple(points))])]
    assert found == sorted(
        (label.benchmark, series_id(label, run(8).machine), "", [], "", None)
        for label in batch.labels
    )


def test_the_first_file_that_left_something_out_is_read(tmp_path):
    shutil.copytree(Path(__file__).parent / "fixtures" / "lean-1" / "runs", tmp_path / "runs")
    ledger = Ledger(tmp_path / "runs")
    with duckdb.connect() as connection:
        assert admit.load_alone(connection, ledger, ledger.files()) == ()
        found = connection.execute(
            "select benchmark, series_id, status, reason, value, samples_ns, warnings, gpu"
            " from incoming_files where row = 'point' order by benchmark"
        ).fetchall()
    assert found == [
        ("b2", "9849ab5eaf048246", "measured", "", 0.5, [500_000_000, 750_000_000], [], ""),
        ("b3", "3b087e5be941f9a7", "failed", "broke", None, None, [], ""),
        ("utterances", "6788c24939493f39", "measured", "", 0.25, None, [], ""),
    ]


@pytest.mark.parametrize("value", ["d;e=\\", " x ", ""])
def test_ids_that_sql_would_make_otherwise_stay_in_the_file(tmp_path, value):
    point = of(Measured(value=1.0, n=1), params={"a;b": value, "c": "1"})
    ledger = Ledger(tmp_path)
    file = ledger.write([RunRecord(run=run(8), points=(point,))])
    with duckdb.connect() as connection:
        (stated,) = checksum.stated(connection, [ledger.path(file)]).values()
        assert left_out.SERIES_ID in stated.columns
        assert admit.load_alone(connection, ledger, [file]) == ()


def test_a_nightly_file_takes_at_most_twenty_bytes_a_point(tmp_path):
    rng = np.random.default_rng(1)
    points = [
        of(
            Measured(value=float(value), n=30, aggregate="median"),
            "operation_time",
            benchmark=f"bench_align.Suite{place // 8:03d}.time_align_{place:04d}",
            params={"audio_s": "10"},
        )
        for place, value in enumerate(10 ** rng.uniform(-6, 1, 500))
    ]
    ledger = Ledger(tmp_path)
    path = ledger.path(ledger.write([RunRecord(run=run(8), points=tuple(points))]))
    assert path.stat().st_size <= 20 * len(points)


def test_a_lean_footer_says_the_same_but_for_what_helps_to_skip(tmp_path):
    path = tmp_path / "whole.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select range as a, range::varchar as b, [range, null] as c, 1.5 as d, range > 3"
            f" as e from range(20)) to '{path}' (format parquet, row_group_size 7,"
            " kv_metadata {told: 'here'})"
        )
        questions = [
            f"select * from '{path}' order by a",
            f"select name, type, logical_type, num_children from parquet_schema('{path}')",
            f"select path_in_schema, num_values from parquet_metadata('{path}') order by all",
            f"select key, value from parquet_kv_metadata('{path}')",
        ]
        before = [connection.execute(one).fetchall() for one in questions]
        size = path.stat().st_size
        lean.rewrite(path)
        assert [connection.execute(one).fetchall() for one in questions] == before
        told = f"select stats_max_value from parquet_metadata('{path}')"
        assert {row for (row,) in connection.execute(told).fetchall()} == {None}
    assert path.stat().st_size < size


def test_no_footer_is_written_to_what_is_no_parquet(tmp_path):
    (tmp_path / "a").write_bytes(b"PAR1 nothing of the kind")
    with pytest.raises(ValueError, match="a is no Parquet file"):
        lean.rewrite(tmp_path / "a")


def test_columns_have_the_types_that_they_always_had(written):
    ledger, file = written
    with duckdb.connect() as connection:
        (stated,) = checksum.stated(connection, [ledger.path(file)]).values()
    assert stated.columns == {name: codec.COLUMNS[name] for name in stated.columns}


def test_records_come_back_from_columns_as_they_went():
    sound_ones = [one for one in RECORDS if one.points != POINTS]
    assert packing.unpack(packing.pack(sound_ones)) == tuple(sound_ones)
    back = packing.unpack(packing.pack(RECORDS))
    assert repr(back[0].items) == repr(RECORDS[0].items)
    numbers = [repr(point) for point in back[0].points if point.benchmark != "no end"]
    assert numbers == [repr(point) for point in POINTS if point.benchmark != "no end"]


def test_some_runs_of_columns_are_those_runs():
    batch = packing.pack(RECORDS)
    for kept in ([0], [1, 3], [2], [0, 1, 2, 3]):
        found = packing.unpack(batch.of_runs(kept))
        assert repr(found) == repr(packing.unpack(packing.pack([RECORDS[one] for one in kept])))


def test_some_points_of_columns_keep_their_lists():
    batch = packing.pack(RECORDS[:1])
    places = np.array([0, 2, 8])
    (found,) = packing.unpack(batch.take(places))
    assert found.points == tuple(POINTS[place] for place in places)


def test_a_metric_of_the_project_holds_over_the_registry(tmp_path):
    extra = {"sparkle": Metric("sparkle", "kB", Direction.LOWER, Kind.MEMORY, "")}
    record = RunRecord(run=RECORDS[1].run, points=(POINTS[3],))
    run_file.write(packing.pack([record]), tmp_path / "a.parquet", extra)
    with duckdb.connect() as connection:
        found = connection.execute(
            "select unit, direction, status, reason from read_parquet($p) where row = 'point'",
            {"p": str(tmp_path / "a.parquet")},
        ).fetchall()
    reason = 'it was measured in "glints", and its series is kept in "kB"'
    assert found == [("kB", "lower", "invalid", reason)]


@given(st.lists(st.integers(0, 10**13), min_size=1))
def test_no_nanosecond_is_lost_on_the_way_through_seconds(nanoseconds):
    seconds = np.array([value * 1e-9 for value in nanoseconds])
    found, whole = sound.whole_nanoseconds(seconds)
    assert whole.all()
    assert found.tolist() == nanoseconds


@given(st.lists(st.lists(st.floats(allow_nan=False), max_size=3), min_size=1, max_size=6))
def test_lists_are_taken_by_place(found):
    starts = np.cumsum([0, *map(len, found)])
    column = Lists(np.array([one for row in found for one in row]), starts)
    places = np.arange(len(found))[::2]
    assert [column.take(places).of(n).tolist() for n in range(places.size)] == found[::2]


def test_points_are_hashed_as_the_json_of_their_records():
    said = [
        Measured(value=1e-7, n=30, aggregate="median", q1=0.25, q3=1e22),
        Measured(value=-0.0, n=4, low=1.0, high=2.0, interval="student", warnings=('a, "b" \n',)),
        Measured(value=3.0, n=1, qualifier=Qualifier.BELOW, minimum=1.0, maximum=5.0),
        Measured(value=2.0, n=3, aggregate="median", low=1.0, samples=(1.0, 2.0, 3.0)),
    ]
    points = [
        of(outcome, f"m{place}", fingerprint=mark)
        for place, outcome in enumerate(said)
        for mark in ("", "abc")
    ]
    record = RunRecord(run=run(7), points=(*POINTS, *points))
    batch = packing.pack([record])
    (kept,) = packing.unpack(batch)
    encoded = packing.Encoded(batch)
    texts = [msgspec.json.encode(point) for point in kept.points]
    assert [encoded.of(place, place + 1) for place in range(len(batch))] == texts
    assert encoded.of(0, len(batch), b",") == b",".join(texts)
    plain = packing.Encoded(batch.take(np.flatnonzero(encoded._is_plain)))
    taken = [texts[place] for place in np.flatnonzero(encoded._is_plain)]
    assert len(taken) > 3
    assert plain.of(0, len(taken), b",") == b",".join(taken)
    assert plain.of(1, len(taken)) == b"".join(taken[1:])
