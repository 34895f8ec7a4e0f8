"""What a compacted file may claim, and what the command that makes one says."""

import json

import pytest
from click.testing import CliRunner

from history.store import compacted
from soundmark import main
from tests.history.builders import point, record
from tests.history.store.compaction.test_compaction import (
    compacted_year,
    five_nights,
    forged,
    workspace,
    year,
)
from tests.history.store.compaction.years import (
    LAST_YEAR,
    night_of,
)

__all__ = ["five_nights", "workspace", "year"]


def test_a_compacted_file_with_other_rows_than_it_was_made_of_is_refused(workspace, year):
    del year
    (made,) = compacted_year(workspace).made
    path = workspace.ledger.path(made.file)
    forged(path, "select * replace (value * 2 as value) from {}")
    workspace.history_file.unlink()
    (bad,) = workspace.sync().damaged
    assert "holds other rows than" in bad.reason


def test_a_compacted_file_that_lacks_a_run_it_was_made_of_is_refused(workspace, year):
    del year
    (made,) = compacted_year(workspace).made
    path = workspace.ledger.path(made.file)
    lost = night_of(0).run.run_id
    forged(path, f"select * from {{}} where run_id <> '{lost}'")
    workspace.history_file.unlink()
    (bad,) = workspace.sync().damaged
    assert f"lacks run {lost[:8]}" in bad.reason


ORIGINAL = {
    "file": "2025/01/a.parquet", "bytes": 1, "sha256": "0" * 64, "rows_sha256": "0" * 64,
    "runs": ["0" * 32],
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"file": "../../etc/passwd"},
        {"file": "2025/01/../a.parquet"},
        {"file": "2025/01/a.parquet\n"},
        {"bytes": -1},
        {"sha256": "none"},
        {"runs": ["../x"]},
        {"runs": "all"},
    ],
)
def test_an_origin_that_no_compacted_file_has_is_not_read(change):
    assert compacted.read(json.dumps({"originals": [ORIGINAL]})) is not None
    assert compacted.read(json.dumps({"originals": [ORIGINAL | change]})) is None


@pytest.mark.parametrize("text", ["{", "[]", "{}", "null", "[" * 5000])
def test_an_origin_that_is_none_is_a_fault_of_the_file(workspace, text):
    assert compacted.read(text) is None
    file = workspace.ledger.write([night_of(0)])
    forged(workspace.ledger.path(file), "select * from {}", origin=text)
    (bad,) = workspace.sync().damaged
    assert "says nothing that can be read of the files it was made of" in bad.reason


# The command.


def invoke(workspace, *arguments):
    places = ["--history", workspace.history_file, "--ledger", workspace.ledger.folder]
    return CliRunner().invoke(
        main, ["history", "compact", *map(str, (*arguments, *places))], catch_exceptions=False
    )


def test_the_command_compacts_every_year_that_is_over(workspace, year):
    workspace.append([record("now", point(0.2), night=400)])
    done = invoke(workspace)
    assert done.exit_code == 0, done.output
    assert f"{LAST_YEAR}: 5 run files into {LAST_YEAR}/01/" in done.output
    assert len(workspace.ledger.files()) == 2
    assert set(workspace.ledger.files()).isdisjoint(year)


def test_the_command_says_what_it_would_do(workspace, year):
    done = invoke(workspace, "--dry-run")
    assert done.exit_code == 0
    assert f"{LAST_YEAR}: would put 5 run files" in done.output
    assert set(workspace.ledger.files()) == set(year)


def test_the_command_refuses_the_year_of_today(workspace, year):
    del year
    done = invoke(workspace, "--year", "2999")
    assert done.exit_code == 2
    assert "expected a year that is over" in done.output


def test_the_command_says_when_there_is_nothing(workspace, year):
    del year
    done = invoke(workspace, "--year", "2001")
    assert (done.exit_code, done.output) == (0, "no run files of 2001\n")


def test_the_command_names_a_damaged_file_and_does_the_other_years(workspace, year):
    for day in (-20, -10):
        workspace.append([night_of(day)])
    path = workspace.ledger.path(year[1])
    path.write_bytes(path.read_bytes()[:-40])
    done = invoke(workspace)
    assert done.exit_code == 3
    assert year[1] in done.output
    assert f"{LAST_YEAR - 1}: 2 run files into" in done.output
    assert set(year) <= set(workspace.ledger.files())
