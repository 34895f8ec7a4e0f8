"""The quantiles of a run's times over its items, read from the history."""

from history.items.quantiles import OverItems
from history.read import item_quantiles
from tests.history.judge.builders import item, point, run, workspace


def test_each_run_has_its_own_and_a_run_without_items_none(tmp_path):
    made = workspace(
        tmp_path,
        run(
            0,
            point(6.0),
            items=[item(name, value=value) for name, value in (("a", 1.0), ("b", 5.0))],
        ),
        run(1, point(6.0), items=[item("a", value=2.0), item("b", value=4.0)]),
        run(2, point(6.0)),
    )
    with made.reading() as connection:
        ids = [
            row[0]
            for row in connection.execute("select run_id from runs order by position").fetchall()
        ]
        found = item_quantiles.of_runs(connection, ids)
        assert item_quantiles.of_runs(connection, []) == {}
    assert list(found) == sorted(ids[:2])
    (first,), (second,) = (found[run_id].values() for run_id in ids[:2])
    assert first == OverItems(2, 3.0, None, 5.0)
    assert second == OverItems(2, 3.0, None, 4.0)
