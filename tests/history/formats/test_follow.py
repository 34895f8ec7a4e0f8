"""Following a folder that another tool fills reads only what is new."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from history.formats.asv import Asv
from history.formats.follow import Followed
from history.project.workspace import open_workspace
from soundmark import main
from tests.history.builders import point, record

SAMPLES = Path(__file__).with_name("samples") / "asv"


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(SAMPLES, tmp_path / "results"))


def follow():
    done = CliRunner().invoke(main, ["import", "asv", "results", "--follow"])
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


def test_a_file_that_is_new_is_read_alone(results):
    follow()
    another(results, "new.json", "b" * 40, 1.0)
    said = follow()
    assert "results: 1 file as before" in said
    assert "1 row read, 1 taken" in said


@pytest.fixture
def kept(results, tmp_path, prepared):
    """A history in whose memory the files are."""
    prepared(of_one_run, tmp_path)
    made = workspace(tmp_path)
    memory = Followed(made, "options")
    memory.remember(memory.look(Asv(), results))
    return made


def workspace(folder):
    return open_workspace(history=folder / "history.duckdb", ledger=folder / "runs")


def of_one_run(folder):
    workspace(folder).append([record("a1", point())])


def look(kept, results, options="options"):
    return Followed(kept, options).look(Asv(), results)


def test_a_file_that_has_changed_is_read(kept, results):
    assert look(kept, results).is_known
    made = another(results, "new.json", "b" * 40, 1.0)
    memory = Followed(kept, "options")
    memory.remember(memory.look(Asv(), results))
    assert len(look(kept, results).unread) == 2
    os.utime(made, ns=(1, 1))
    assert made.resolve() in look(kept, results).files.keys() - look(kept, results).unread


def test_other_options_read_everything_again(kept, results):
    assert look(kept, results, "others").unread == frozenset()


def test_what_is_remembered_counts_only_beside_its_history(kept, results, tmp_path):
    shutil.rmtree(tmp_path / "runs")
    (tmp_path / "history.duckdb").unlink()
    assert look(kept, results).unread == frozenset()


@pytest.mark.parametrize("damaged", ["{", "[]"])
def test_a_damaged_memory_only_means_more_reading(kept, results, damaged):
    (memory,) = kept.cache.rglob("followed.json")
    memory.write_text(damaged)
    assert look(kept, results).unread == frozenset()
