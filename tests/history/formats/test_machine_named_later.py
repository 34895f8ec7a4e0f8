"""A file that was imported without a machine does not come in again under the name of one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from soundmark import main


def entry(commit, value, name="load"):
    bench = {"name": name, "unit": "ms", "value": value}
    about = {"id": commit, "timestamp": "2026-03-01T00:00:00Z", "message": "", "url": ""}
    return {
        "commit": about,
        "date": 1772323200000,
        "tool": "customSmallerIsBetter",
        "benches": [bench],
    }


def imported(*options, entries=(("a" * 40, 1.5), ("b" * 40, 2.5))):
    made = {"entries": {"Speed": [entry(*one) for one in entries]}}
    Path("data.js").write_text(f"window.BENCHMARK_DATA = {json.dumps(made)}", encoding="utf-8")
    done = CliRunner().invoke(main, ["import", "data.js", *options])
    return done.exit_code, " ".join(done.output.split())


def points():
    return len(CliRunner().invoke(main, ["export", "csv"]).stdout.splitlines()) - 1


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("is_named_first", [False, True])
def test_a_machine_that_is_named_later_doubles_nothing(is_named_first):
    ways = [("--machine", "ci"), ()]
    before, after = ways if is_named_first else reversed(ways)
    assert imported(*before)[0] == 0
    code, said = imported(*after)
    assert (code, points()) == (3, 2)
    assert "2 of 2 new runs stand in the history already" in said
    names = ("ci", "unknown") if is_named_first else ("unknown", "ci")
    assert 'on the machine "{}" instead of "{}"'.format(*names) in said
    assert imported(*before)[0] == 0


def test_the_file_comes_in_under_the_name_once_its_runs_were_let_go(tmp_path):
    imported()
    (old,) = (tmp_path / ".soundmark" / "runs").rglob("*.parquet")
    assert old.name in imported("--machine", "ci")[1].replace(" ", "")
    old.unlink()
    line = ["history", "sync", "--allow-fewer-runs", "the machine was named"]
    assert CliRunner().invoke(main, line).exit_code == 0
    assert (imported("--machine", "ci")[0], points()) == (0, 2)


def test_two_machines_that_have_names_may_measure_the_same():
    assert imported("--machine", "one")[0] == 0
    assert (imported("--machine", "two")[0], points()) == (0, 4)


def test_other_numbers_of_the_same_commits_come_from_another_machine():
    assert imported()[0] == 0
    others = (("a" * 40, 1.25), ("b" * 40, 2.25))
    assert (imported("--machine", "ci", entries=others)[0], points()) == (0, 4)
