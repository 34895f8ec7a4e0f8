"""The simulated year shows what people decide about changes, too."""

import csv

import pytest
from click.testing import CliRunner

from history.project.workspace import open_workspace
from site_gen.demo.demo import CONFIG, ENOUGH_NIGHTS, decisions_of_year
from site_gen.demo.simulate import year
from soundmark import main


@pytest.mark.slow
def test_every_decision_is_about_a_change_that_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "soundmark.toml").write_text(CONFIG)
    (tmp_path / "triage.toml").write_text(decisions_of_year(ENOUGH_NIGHTS))
    open_workspace(tmp_path / "soundmark.toml").append(year(ENOUGH_NIGHTS))
    asked = CliRunner().invoke(main, ["regressions", "--all", "--format", "csv"])
    assert asked.exit_code == 0, asked.output
    assert asked.stderr == "", "a decision about no change is named there"
    found = {row["status"] for row in csv.DictReader(asked.stdout.splitlines())}
    assert {"acknowledged", "expected", "confirmed", "suspect"} <= found


def test_a_short_year_has_no_decisions():
    assert decisions_of_year(ENOUGH_NIGHTS - 1) == ""
