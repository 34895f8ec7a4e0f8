"""`soundmark collect`, from the words on the command line to the stored run."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from collector.cli.collect import Request, collect_and_store
from history.project.workspace import Workspace, open_workspace
from history.words import calibration
from history.words.errors import ConfigError
from soundmark import main
from tests.waiting import PATIENCE_S, hears_ctrl_c

pytestmark = pytest.mark.skipif(os.name != "posix", reason="children talk over POSIX pipes")

ROOT = Path(__file__).resolve().parents[3]


def project(folder: Path, *toys: str, more: str = "") -> Path:
    """A project folder whose suites are toys, odd ones by the name of their file too."""
    places = [toy if ":" in toy else f"toys:{toy}" for toy in toys]
    tables = "".join(f'[[suite]]\nuse = "tests.collector.{place}"\n{more}\n' for place in places)
    (folder / "soundmark.toml").write_text(f'project = "toys"\n{tables}', encoding="utf-8")
    return folder


def opened(folder: Path) -> Workspace:
    return open_workspace(folder / "soundmark.toml")


def soundmark(folder: Path, *words: str) -> Result:
    """The command line in that folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        return CliRunner().invoke(main, list(words))
    finally:
        os.chdir(before)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with opened(folder).reading() as connection:
        return connection.execute(sql).fetchall()


def git(folder: Path, *words: str) -> None:
    identity = {
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
    }  # fmt: skip
    subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, env=os.environ | identity
    )


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """One collection of suites of which some fail and one lacks something, outside of git."""
    folder = project(tmp_path_factory.mktemp("all"), "Neighbours", "Pair", "Lacks", "BadDerive")
    return folder, soundmark(folder, "collect", "--no-calibration")


def test_a_collection_is_in_the_ledger_and_in_the_history(collected):
    folder, told = collected
    assert told.exit_code == 0, told.output
    assert len(list((folder / ".soundmark" / "runs").rglob("*.parquet"))) == 1
    found = rows(
        folder, "select suite, benchmark, status from points join series using (series_key)"
    )
    assert sorted(found) == [
        ("lacks", "work", "skipped"), ("mistaken", "work", "failed"), ("toy", "bad", "failed"),
        ("toy", "last", "measured"), *[("toy", "work", "measured")] * 3,
    ]  # fmt: skip


def test_what_was_not_measured_is_stored_with_its_reason(collected):
    folder, _ = collected
    found = rows(folder, "select suite, reason from points join series using (series_key)")
    reasons = {suite: reason for suite, reason in found if reason}
    assert "no_such_package (pip install it)" in reasons["lacks"]
    assert "no such stage" in reasons["mistaken"]
    assert reasons["toy"] == "ValueError: no such tensor in …/base.onnx"


def test_the_end_shows_a_table_with_intervals_and_what_to_look_into(collected):
    _, told = collected
    assert "toy.work" in told.stdout
    assert "operation_time" in told.stdout
    assert "±" in told.stdout
    assert "ValueError: no such tensor in …/base.onnx" in told.stdout
    assert "4 measured, 1 skipped, 2 failed" in told.stdout


def test_without_git_runs_still_have_an_order(collected):
    assert "unversioned-" in collected[1].stdout


def test_without_a_terminal_plain_lines_tell_what_was_done(collected):
    _, told = collected
    lines = re.findall(r"^\[\d/6\] \d+:\d\d (?:toy|mistaken)\.", told.stderr, re.MULTILINE)
    assert len(lines) == 6
    assert "\x1b" not in told.output


def test_how_each_case_was_sampled_is_stored(collected):
    ((text,),) = rows(collected[0], "select environment from environments")
    sampling = json.loads(text)["sampling"]
    assert sampling["toy.work implementation=b"].startswith(
        "warm-up 1 (steady), 1 calls a sample, 4 rounds, variant 2 of 2 in A B B A"
    )


@pytest.fixture
def few_readings(monkeypatch):
    """Readings of the reference work are short."""
    monkeypatch.setattr("collector.cli.collect.QUICK_REPEATS", {"compute": 6, "memory": 6})
    monkeypatch.setattr("collector.host.probe.PROCESSES", 1)
    monkeypatch.setattr("collector.host.probe.ROUNDS", 1)


@pytest.mark.usefixtures("few_readings")
def test_calibration_has_series_of_its_own_and_its_drift_is_in_the_environment(tmp_path: Path):
    project(tmp_path, "Sleep")
    collect_and_store(opened(tmp_path), Request())
    found = {row[0] for row in rows(tmp_path, "select distinct metric from trend")}
    assert {"calibration_compute_time", "calibration_memory_time"} <= found
    ((text,),) = rows(tmp_path, "select environment from environments")
    environment = json.loads(text)
    kept = calibration.decode(environment)
    assert [(reading.suite, reading.work) for reading in kept.readings] == [
        ("toy", "compute"), ("toy", "memory"),
    ]  # fmt: skip
    assert kept.before("toy")["compute"] > 0
    assert environment["toy/main"]["asked OMP_WAIT_POLICY"] == "PASSIVE"
    assert environment["toy/main"]["provider"] == "CPU"


def test_what_is_in_force_is_recorded_without_paths_and_secrets(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("LD_PRELOAD", "")
    monkeypatch.setenv("MY_TOKEN", "tok-0123456789abcdef")
    project(tmp_path, "Environment")
    collect_and_store(opened(tmp_path), Request(calibrate=False))
    ((text,),) = rows(tmp_path, "select environment from environments")
    group = json.loads(text)["toy/main"]
    assert group["seen OMP_NUM_THREADS"] == "3"
    assert group["seen OMP_WAIT_POLICY"] == "ACTIVE", "a suite's own word goes before ours"
    assert group["seen GOMP_SPINCOUNT"] == "0"
    assert group["seen LD_PRELOAD"] == "not set"
    assert group["folder"] == "…/project"
    (run,) = (tmp_path / ".soundmark" / "runs").rglob("*.parquet")
    for data in (text.encode(), run.read_bytes()):
        assert b"tok-0123456789abcdef" not in data
        assert str(tmp_path).encode() not in data
        assert b"/home/" not in data


def test_a_run_in_which_everything_was_skipped_is_stored_only_when_asked(tmp_path: Path):
    project(tmp_path, "Lacks")
    told = soundmark(tmp_path, "collect")
    assert told.exit_code == 1
    assert "Not stored: no benchmark came to an end" in told.stderr
    assert not list(tmp_path.rglob("*.parquet"))
    assert soundmark(tmp_path, "collect", "--keep-empty").exit_code == 1
    assert len(list(tmp_path.rglob("*.parquet"))) == 1


def test_a_run_in_which_everything_failed_is_stored(tmp_path: Path):
    project(tmp_path, "BadDerive")
    told = soundmark(tmp_path, "collect", "--no-calibration")
    assert told.exit_code == 1
    assert rows(tmp_path, "select distinct status from points") == [("failed",)]


@pytest.mark.usefixtures("few_readings")
def test_measuring_only_the_machine_itself_is_no_success(tmp_path: Path):
    project(tmp_path, "odd_toys:OtherProvider")
    told = soundmark(tmp_path, "collect", "--calibration")
    assert told.exit_code == 1, "what was asked for is invalid, whatever the calibration says"
    statuses = dict(
        rows(tmp_path, "select suite, status from points join series using (series_key)")
    )
    assert statuses == {"toy": "invalid", "calibration": "measured"}


def test_a_mistake_of_the_collector_does_not_lose_what_was_measured(tmp_path, monkeypatch):
    from collector.execution.runner import Runner

    real = Runner.results

    def breaking(self: Runner) -> Any:
        results = real(self)
        yield next(results)
        results.close()
        raise RuntimeError("planted")

    monkeypatch.setattr(Runner, "results", breaking)
    project(tmp_path, "Neighbours")
    assert collect_and_store(opened(tmp_path), Request(calibrate=False)) == 0
    found = rows(
        tmp_path, "select benchmark, status, reason from points join series using (series_key)"
    )
    kept = {benchmark: (status, reason) for benchmark, status, reason in found}
    assert kept["work"][0] == "measured"
    assert kept["bad"][0] == kept["last"][0] == "failed"
    assert "planted" in kept["last"][1]


def test_one_series_is_not_measured_twice(tmp_path: Path):
    project(tmp_path, "Sleep", "Sleep")
    found = soundmark(tmp_path, "collect")
    assert found.exit_code == 2
    assert "toy.work implementation=main would be measured twice" in found.output


def test_an_option_the_suite_does_not_know_is_named_with_its_place(tmp_path: Path):
    project(tmp_path, "Sleep", more="sped = 3")
    with pytest.raises(ConfigError, match=r'suite\[0\]: unknown key "sped".*"speed"'):
        collect_and_store(opened(tmp_path), Request())


@pytest.mark.parametrize(
    ("option", "suite"), [("--perf-out", "alignment"), ("--save-trace", "golden")]
)
def test_a_file_for_a_suite_that_is_not_measured_is_refused_first(tmp_path: Path, option, suite):
    project(tmp_path, "Sleep")
    found = soundmark(tmp_path, "collect", option, "out.file")
    assert found.exit_code == 2
    assert f"soundmark collect {suite} {option} FILE" in found.output


def test_a_repository_without_commits_is_refused_before_anything_is_measured(tmp_path: Path):
    project(tmp_path, "Sleep")
    git(tmp_path, "init", "--quiet")
    found = soundmark(tmp_path, "collect")
    assert found.exit_code == 2
    assert "no commits yet" in found.output
    assert not (tmp_path / ".soundmark" / "runs").exists()


def test_a_dirty_tree_is_recorded_and_shown(tmp_path: Path):
    project(tmp_path, "Sleep")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "soundmark.toml")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    git(tmp_path, "checkout", "--quiet", "--detach")
    with (tmp_path / "soundmark.toml").open("a") as file:
        file.write("# changed\n")
    found = soundmark(tmp_path, "collect", "--no-calibration")
    assert "with uncommitted changes" in found.output
    assert rows(tmp_path, "select dirty from runs") == [(True,)]


def test_an_interruption_keeps_what_was_measured_and_says_so(tmp_path: Path):
    project(tmp_path, "Slow")
    command = [sys.executable, "-m", "soundmark", "collect", "--no-calibration"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("[1/3]"):
                break
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "Interrupted after 1 of 3 benchmarks" in err
    assert "Stored as run" in out
    assert "Traceback" not in err
    assert rows(tmp_path, "select count(*) from points") == [(1,)]
    ((warning,),) = rows(tmp_path, "select warnings[1] from runs")
    assert "Interrupted" in warning


def test_suites_are_listed_with_what_they_lack(tmp_path: Path):
    project(tmp_path, "Lacks", "Sleep")
    found = soundmark(tmp_path, "suites", "--json")
    listed = {
        (entry["name"], entry["runs"], len(entry["benchmarks"]))
        for entry in json.loads(found.stdout)
    }
    assert ("lacks", False, 1) in listed
    assert ("toy", True, 1) in listed
    text = soundmark(tmp_path, "suites").stdout
    assert "no_such_package (pip install it)" in text
    assert "toy.work: operation_time" in text


def test_a_dry_run_prints_the_plan_and_stores_nothing(tmp_path: Path):
    project(tmp_path, "Lacks", "Sleep")
    found = soundmark(tmp_path, "collect", "--dry-run")
    assert found.exit_code == 0, found.output
    assert "toy.work implementation=main: operation_time" in found.output
    assert "no_such_package (pip install it)" in found.output
    assert "1 benchmark would be measured (quick), 1 cannot be measured here." in found.output
    assert not (tmp_path / ".soundmark").exists()


def test_a_suite_of_the_other_profile_is_left_out_with_a_line_unless_it_is_named(tmp_path: Path):
    folder = project(tmp_path, "Lacks", "Sleep")
    file = folder / "soundmark.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + 'profile = "nightly"\n', encoding="utf-8")
    shown = {
        words: soundmark(folder, "collect", *words, "--dry-run")
        for words in ((), ("--profile", "nightly"), ("tests.collector.toys:Sleep",))
    }
    assert [one.exit_code for one in shown.values()] == [0, 0, 0], shown
    quick, nightly, named = (one.output for one in shown.values())
    assert "left out: it is measured with --profile nightly, or when it is named" in quick
    assert "left out" not in nightly + named


def test_a_dry_run_without_a_configuration_says_how_to_have_one(tmp_path: Path):
    found = soundmark(tmp_path, "collect", "micro", "--dry-run")
    assert found.exit_code == 0, found.output
    assert "There is no soundmark.toml here or above" in found.output
    project(tmp_path, "Sleep")
    assert "no soundmark.toml" not in soundmark(tmp_path, "collect", "--dry-run").output


@pytest.mark.parametrize("word", ["--resume", "--commits=HEAD~1..HEAD"])
def test_a_dry_run_goes_with_nothing_about_other_collections(tmp_path: Path, word: str):
    project(tmp_path, "Sleep")
    assert soundmark(tmp_path, "collect", "--dry-run", word).exit_code == 2


def test_a_share_in_which_nothing_falls_stores_nothing(tmp_path: Path):
    project(tmp_path, "Sleep")
    found = soundmark(tmp_path, "collect", "--shard", "2/2")
    assert found.exit_code == 0
    assert "Nothing of the work list falls to shard 2/2" in found.output
    assert not (tmp_path / ".soundmark").exists()


def test_a_ledger_that_cannot_be_written_is_refused_before_measuring(tmp_path: Path):
    project(tmp_path, "Sleep")
    (tmp_path / "file").write_text("not a folder")
    found = soundmark(tmp_path, "collect", "--ledger", "file/runs")
    assert found.exit_code == 3
    assert "cannot be written" in found.output


def test_the_doctor_says_what_is_fit_and_what_can_run(tmp_path: Path):
    project(tmp_path, "Lacks", "Sleep")
    found = soundmark(tmp_path, "doctor", "--json", "--no-probe")
    said = json.loads(found.stdout)
    assert found.exit_code == (0 if said["fit"] else 1)
    assert said["noise"] is None
    assert {"level", "seen", "why", "fix"} <= set(said["findings"][0])
    lacking = [suite for suite in said["suites"] if not suite["runs"]]
    assert any("no_such_package (pip install it)" in suite["problem"] for suite in lacking)


@pytest.mark.usefixtures("few_readings")
def test_the_doctor_estimates_the_smallest_change_by_a_probe(tmp_path: Path):
    project(tmp_path, "Sleep")
    text = soundmark(tmp_path, "doctor").stdout
    assert "Smallest change two runs of one point each would show" in text
    assert "compute:" in text
    assert "memory:" in text


def test_collect_imports_nothing_heavy_before_it_measures():
    code = (
        "import sys, collector.cli.main, collector.cli.collect;"
        "import collector.cli.checkup, collector.cli.listing;"
        "heavy = {'torch', 'transformers', 'onnxruntime', 'onnx', 'altair', 'duckdb'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
