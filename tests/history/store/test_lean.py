"""A small Parquet file loses the statistics in its footer, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.sql import quoted
from history.store import lean, memory

COLUMNS = st.lists(
    st.sampled_from(
        [
            *("null::varchar", "'text ' || n", "n", "n / 3", "n % 2 = 0", "['a', 'b']"),
            *("timestamp '2026-01-01' + to_days(n::integer)", "[n, n + 1]", "[]::double[]"),
        ]
    ),
    min_size=1,
    max_size=40,
)


def written(path, columns, rows=7):
    listed = ", ".join(f"{column} as c{place}" for place, column in enumerate(columns))
    with memory.connected() as connection:
        connection.execute(
            f"copy (select {listed} from range({rows}) as rows (n)) to {quoted.text(path)}"
            " (format parquet, compression zstd, parquet_version v2, kv_metadata {said: 'kept'})"
        )
    return path


def read(path):
    with memory.connected() as connection:
        return [
            connection.execute(f"select {what} from {of}({quoted.text(path)})").fetchall()
            for what, of in (
                ("*", "read_parquet"),
                ("key, value", "parquet_kv_metadata"),
                ("name, type, converted_type, num_children", "parquet_schema"),
            )
        ]


@given(columns=COLUMNS)
def test_rows_schema_and_metadata_stay_as_they_were(tmp_path_factory, columns):
    path = written(tmp_path_factory.mktemp("lean") / "run.parquet", columns)
    before, size_bytes = read(path), path.stat().st_size
    lean.rewrite(path)
    assert read(path) == before
    assert path.stat().st_size < size_bytes


def test_no_statistics_are_left(tmp_path):
    path = written(tmp_path / "run.parquet", ["n", "'text ' || n"])
    lean.rewrite(path)
    with memory.connected() as connection:
        statistics = connection.execute(
            "select stats_min_value, stats_max_value, stats_null_count"
            f" from parquet_metadata({quoted.text(path)})"
        ).fetchall()
    assert statistics == [(None, None, None)] * 2


def test_a_file_that_is_rewritten_twice_is_the_same(tmp_path):
    path = written(tmp_path / "run.parquet", ["n"] * 20)
    lean.rewrite(path)
    once = path.read_bytes()
    lean.rewrite(path)
    assert path.read_bytes() == once


@pytest.mark.parametrize("content", [b"", b"text", b"PAR1" + b"\xff" * 8 + b"PAR1"])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "run.parquet"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"run\.parquet is no Parquet file"):
        lean.rewrite(path)
    assert path.read_bytes() == content
