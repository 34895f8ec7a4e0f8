"""Rows are read by the names of their columns."""

import duckdb

from history.store.rows import as_dicts, column_names


def test_a_row_is_read_by_the_names_of_its_columns():
    with duckdb.connect() as connection:
        cursor = connection.execute("select 1 as a, 'x' as b union all select 2, null order by a")
        assert as_dicts(cursor) == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]


def test_no_rows_still_have_columns():
    with duckdb.connect() as connection:
        cursor = connection.execute("select 1 as a, 2 as b where false")
        assert column_names(cursor) == ["a", "b"]
        assert as_dicts(cursor) == []
