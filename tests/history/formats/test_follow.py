"""Following a folder that another tool fills reads only what is new."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from soundmark import main

SAMPLES = Path(__file__).with_name("samples") / "asv"


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(SAMPLES, tmp_path / "results"))


def follow(*options):
    done = CliRunner().invoke(main, ["import", "asv", "results", "--follow", *options])
    assert done.exit_code == 0, done.output
    return done.output


def another(results, name, sha, value):
    (first,) = (results / "ci").glob("7f73e2e7-*.json")
    data = json.loads(first.read_text())
    data["commit_hash"] = sha
    benchmark = next(iter(data["results"]))
    data["results"] = {benchmark: [[value]]}
    path = results / "ci" / name
    path.write_text(json.dumps(data))
    return path


def test_files_that_were_taken_are_not_read_again(results):
    assert " new, 0 already there" in follow()
    assert follow() == "results: 1 file as before\n"


def test_a_file_that_is_new_or_has_changed_is_read(results):
    follow()
    made = another(results, "new.json", "b" * 40, 1.0)
    said = follow()
    assert "results: 1 file as before" in said
    assert "1 row read, 1 taken" in said
    another(results, "new.json", "b" * 40, 2.0)
    os.utime(made, ns=(1, 1))
    assert "1 point: 1 new" in follow()


def test_other_options_read_everything_again(results):
    follow()
    assert "as before" not in follow("--suite", "other")


def test_what_is_remembered_counts_only_beside_its_history(results, tmp_path):
    follow()
    shutil.rmtree(tmp_path / ".soundmark" / "runs")
    (tmp_path / ".soundmark" / "history.duckdb").unlink()
    assert "as before" not in follow()


def test_a_damaged_memory_only_means_more_reading(results, tmp_path):
    follow()
    (tmp_path / ".soundmark" / "cache" / "followed.json").write_text("{")
    assert " 0 new, " in follow()
