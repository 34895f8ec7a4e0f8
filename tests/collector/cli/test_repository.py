"""What `collect`, `doctor` and `check` say of the repository they stand in."""

import json
import os

import pytest
from click.testing import CliRunner

from soundmark import main
from tests.history.vcs.repository import repository

pytestmark = pytest.mark.skipif(os.name != "posix", reason="children talk over POSIX pipes")

TOY = '[[suite]]\nuse = "tests.collector.toys:Sleep"\n'


@pytest.fixture
def soundmark(monkeypatch):
    """The command line in a folder whose suite is a toy."""

    def run(folder, *words):
        (folder / "soundmark.toml").write_text(TOY)
        monkeypatch.chdir(folder)
        return CliRunner().invoke(main, list(words))

    return run


@pytest.fixture
def whole(tmp_path):
    made = repository(tmp_path / "whole")
    made.commit("first", 0)
    made.commit("second", 1)
    return made


@pytest.fixture
def shallow(whole, tmp_path):
    return whole.clone(tmp_path / "shallow", "main", depth=1)


def run_warnings(soundmark, folder):
    rows = soundmark(folder, "history", "query", "select warnings from runs", "--format", "json")
    return json.loads(rows.stdout)[0]["warnings"]


def test_collect_warns_in_a_shallow_clone_and_so_does_the_run(soundmark, shallow):
    done = soundmark(shallow.path, "collect", "--no-calibration")
    assert done.exit_code == 0
    assert "Warning: this clone is shallow" in done.stderr
    assert "`fetch-depth: 0` of actions/checkout" in done.stderr
    said = run_warnings(soundmark, shallow.path)
    assert any(one.startswith("this clone is shallow") for one in said)


def test_check_warns_in_a_shallow_clone(soundmark, shallow):
    soundmark(shallow.path, "collect", "--no-calibration")
    done = soundmark(shallow.path, "check")
    assert "note: this clone is shallow" in done.stderr
    assert "fetch-depth: 0" in done.stderr


def test_collect_and_check_have_nothing_to_say_of_a_whole_clone(soundmark, whole):
    done = soundmark(whole.path, "collect", "--no-calibration")
    assert "shallow" not in done.output
    assert "fetch-depth" not in soundmark(whole.path, "check").output


def test_collect_says_that_there_is_no_repository(soundmark, tmp_path):
    done = soundmark(tmp_path, "collect", "--no-calibration")
    assert done.exit_code == 0
    assert "Warning: there is no git repository here" in done.stderr
    assert " at unversioned-2" in done.stdout


def test_collect_refuses_a_repository_that_git_refuses(soundmark, whole, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    done = soundmark(whole.path, "collect", "--no-calibration")
    assert done.exit_code == 3
    assert "detected dubious ownership in repository at" in done.stderr
    assert "git config --global --add safe.directory" in done.stderr
    assert not (whole.path / ".soundmark").exists()


def doctor(soundmark, folder):
    document = json.loads(soundmark(folder, "doctor", "--json", "--no-probe").stdout)
    return document["fit"], {one["seen"]: one for one in document["findings"]}


def test_the_doctor_names_a_shallow_clone_and_a_hosted_runner(soundmark, shallow, monkeypatch):
    monkeypatch.setenv("RUNNER_ENVIRONMENT", "github-hosted")
    _, findings = doctor(soundmark, shallow.path)
    found = next(one for seen, one in findings.items() if seen.startswith("This clone is shallow"))
    assert found["level"] == "warning"
    assert "fetch-depth: 0" in found["fix"]
    assert "processor models" in findings["This is a hosted runner (GitHub)."]["why"]


def test_the_doctor_stops_at_a_repository_that_git_refuses(soundmark, whole, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    fit, findings = doctor(soundmark, whole.path)
    found = next(one for seen, one in findings.items() if "dubious ownership" in seen)
    assert (fit, found["level"]) == (False, "problem")
    assert "safe.directory" in found["fix"]
