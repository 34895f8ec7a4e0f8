"""Item samples of old years go when a project says so; aggregates and points stay for ever."""

import json
import shutil
from datetime import date

import duckdb
import pytest
from click.testing import CliRunner

from history.project.workspace import open_workspace
from history.store import compacted
from history.store.compaction.compact import Policy, compact, planned
from history.store.verify import verify
from soundmark import main
from tests.history.store.compaction.years import (
    LAST_YEAR,
    content,
    item,
    night_of,
    rebuilt,
    workspace_in,
)

END = date(LAST_YEAR + 1, 1, 1)
OLD_ENOUGH = Policy(date(LAST_YEAR + 1, 2, 15), 40)


@pytest.fixture
def workspace(tmp_path, prepared):
    """Three nights: two utterances with repeats and one without."""
    return workspace_in(prepared(three_nights, tmp_path))


def three_nights(folder):
    workspace = workspace_in(folder)
    for day in range(3):
        items = (item("u1", 0.1, 0.3), item("u2", 0.2, 0.4), item("u3", text="NO TIMES"))
        workspace.ledger.write([night_of(day, *items)])
    workspace.sync()


def compacted_year(workspace, policy=OLD_ENOUGH):
    with workspace.writing() as connection:
        return compact(connection, workspace.ledger, LAST_YEAR, policy)


def items(workspace):
    with workspace.reading() as connection:
        rows = connection.execute(
            "select item, item_values, item_samples from items order by all"
        ).fetchall()
    return {(name, values, samples) for name, values, samples in rows}


def test_the_samples_of_items_go_and_their_aggregates_stay(workspace):
    before = items(workspace)
    trend = content(workspace)[0]
    (made,) = compacted_year(workspace).made
    assert made.thinned == dict.fromkeys((night_of(day).run.run_id for day in range(3)), 2)
    assert items(workspace) == {(name, values, "{}") for name, values, _ in before}
    assert any(json.loads(values) for _, values, _ in before)
    assert content(workspace)[0] == trend
    thinned = content(workspace)
    assert rebuilt(workspace) == thinned
    with workspace.reading() as connection:
        assert verify(connection, workspace.ledger).problems == ()


def test_the_file_says_that_and_when_it_was_thinned(workspace):
    (made,) = compacted_year(workspace).made
    with duckdb.connect() as connection:
        (said,) = compacted.of(connection, [workspace.ledger.path(made.file)]).values()
    assert {one.on for one in said.thinned.values()} == {"2026-02-15"}
    assert [one.rows for one in said.thinned.values()] == [2, 2, 2]
    assert said.mark in made.file


@pytest.mark.parametrize(
    ("policy", "is_thinned"),
    [
        (Policy(date(LAST_YEAR + 1, 2, 9), 40), False),
        (Policy(date(LAST_YEAR + 1, 2, 10), 40), True),
        (Policy(date(LAST_YEAR + 60, 1, 1)), False),
    ],
    ids=["a day before", "the day", "no policy"],
)
def test_a_year_is_thinned_so_many_days_after_its_end(policy, is_thinned):
    assert policy.thins(LAST_YEAR) == is_thinned


def test_a_compacted_year_is_thinned_when_its_time_has_come(workspace):
    (complete,) = compacted_year(workspace, Policy(END, 40)).made
    assert complete.thinned == {}
    (made,) = compacted_year(workspace).made
    assert (len(made.thinned), made.replaced) == (3, (complete.file,))
    assert compacted_year(workspace).made == ()


def test_an_item_without_an_aggregate_keeps_its_samples(workspace):
    odd = item("odd", 0.1, 0.2, metric="total_time")
    odd = type(odd)(suite=odd.suite, benchmark=odd.benchmark, item="odd", samples=odd.samples)
    workspace.ledger.write([night_of(7, odd)])
    workspace.sync()
    compacted_year(workspace)
    kept = {name for name, _, samples in items(workspace) if samples != "{}"}
    assert kept == {"odd"}


def test_a_complete_file_of_a_thinned_run_is_the_same_run(workspace, tmp_path):
    complete = tmp_path / "complete"
    shutil.copytree(workspace.ledger.folder, complete)
    compacted_year(workspace)
    thinned = content(workspace)
    for file in complete.rglob("*.parquet"):
        shutil.copyfile(file, workspace.ledger.path(str(file.relative_to(complete))))
    done = workspace.sync()
    assert (done.damaged, done.runs_total) == ((), 3)
    assert content(workspace) == thinned
    without = compacted_year(workspace, Policy(OLD_ENOUGH.today))
    assert len(without.kept_complete) == 3
    (made,) = compacted_year(workspace).made
    assert (len(made.replaced), len(made.thinned)) == (3, 3)
    assert len(workspace.ledger.files()) == 1


def test_a_file_with_other_aggregates_is_no_thinned_run(workspace, tmp_path):
    forger = workspace_in(tmp_path / "forger")
    forged = forger.ledger.write([night_of(1, item("u1", 0.1, 0.3), item("u2", 0.2, 9.9))])
    compacted_year(workspace)
    shutil.copyfile(forger.ledger.path(forged), workspace.ledger.path(forged))
    (bad,) = workspace.sync().damaged
    assert bad.file == forged
    assert "tells other things of run" in bad.reason


def test_a_dry_run_counts_what_would_go(workspace):
    (made,) = planned(workspace.ledger, LAST_YEAR, OLD_ENOUGH).made
    assert sum(made.thinned.values()) == 6
    assert len(workspace.ledger.files()) == 3


def test_the_command_thins_by_the_configuration_alone(workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    places = ["--history", str(workspace.history_file), "--ledger", str(workspace.ledger.folder)]
    config = tmp_path / "soundmark.toml"
    config.write_text("[history.retention]\nitem_samples_days = 1\n")
    dry = CliRunner().invoke(main, ["history", "compact", "--dry-run", *places])
    assert "would take the samples of 6 items of 3 runs away" in dry.output
    done = CliRunner().invoke(main, ["history", "compact", *places])
    assert done.exit_code == 0, done.output
    assert "took the samples of 6 items of 3 runs away; their aggregates stay" in done.output
    assert open_workspace().config.history.retention.item_samples_days == 1
