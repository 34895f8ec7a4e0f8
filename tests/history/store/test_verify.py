"""`history verify` counts the rows of a database whose keys lead nowhere."""

import pytest

from history.project.workspace import open_workspace
from history.store import database as store
from history.store.verify import verify
from history.words.records import Item
from tests.history.builders import point, record

ITEM = Item(suite="alignment", benchmark="utterances", item="one", text="one two")

POINT_WITHOUT_DUET = """
    insert into duet_points
    select
        'f00d', 'base', suite, benchmark, params, variant, metric, unit, direction, kind,
        'measured', '', 1, 1, [], [], [], [], '', 0
    from series
"""


@pytest.fixture
def workspace(tmp_path, monkeypatch, prepared):
    monkeypatch.chdir(prepared(_measured, tmp_path))
    return open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")


def _measured(folder):
    made = open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")
    made.append([record("a1", point(), items=(ITEM,))])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("delete from series", "points: 1 row has a key of nothing"),
        ("delete from texts", "items: 1 row has a key of nothing"),
        ("delete from environments", "runs: 1 row has a key of nothing"),
        ("delete from machines", "series: 1 row has a key of nothing"),
        (POINT_WITHOUT_DUET, "duet_points: 1 row has a key of nothing"),
    ],
)
def test_a_row_whose_key_leads_nowhere_is_counted(workspace, change, named):
    with store.writing(workspace.history_file) as connection:
        assert not verify(connection, workspace.ledger).problems
        connection.execute(change)
        problems = verify(connection, workspace.ledger).problems
        assert any(problem.startswith(named) for problem in problems)
