"""Loaded rows become those that are taken in, whether they stand in a table or in a view."""

import pytest

from history.store import memory, relations

ROWS = "select * from (values ('run', '/led''ger/2026/01/a.parquet', 1)) as t (row, filename, n)"


@pytest.fixture
def connection():
    with memory.connected() as made:
        yield made


def taken(connection, kind):
    rows = connection.execute(f"select row, n, file from {relations.INCOMING}").fetchall()
    connection.execute(f"drop {kind} temp.{relations.INCOMING}")
    return rows


@pytest.mark.parametrize(
    ("source", "kind"), [(relations.LOADED, "table"), (relations.SHOWN, "view")]
)
def test_incoming_rows_have_the_name_of_their_file_in_the_ledger(connection, source, kind):
    connection.execute(f"create temp {kind} {source} as {ROWS}")
    assert relations.choose(connection, source, "/led'ger") == kind
    assert taken(connection, kind) == [("run", 1, "2026/01/a.parquet")]


@pytest.mark.parametrize(
    ("source", "kind"), [(relations.LOADED, "table"), (relations.SHOWN, "view")]
)
def test_rows_that_change_stand_in_a_table(connection, source, kind):
    connection.execute(f"create temp {kind} {source} as {ROWS}")
    with_changes = relations.as_table(connection, relations.choose(connection, source, "/led'ger"))
    connection.execute(f"update {relations.INCOMING} set n = 2")
    assert taken(connection, with_changes) == [("run", 2, "2026/01/a.parquet")]
