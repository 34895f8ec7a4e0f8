"""What the commands print, and how they end."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from history.judge import detectable
from soundmark import main
from tests.history.judge.builders import PlainDetector, noisy, point, run, workspace

CONFIG = """
[[target]]
name = "first token"
metric = "first_token_time"
limit = "120 ms"

[[target]]
name = "memory"
metric = "peak_rss"
limit = "145 MB"

[[threshold]]
name = "no stage a fifth slower"
metric = "*_time"
worse_by = "20 %"
"""
LIFE = "episode,end_commit,recovered_at,output_changed,decided,suspects,event"
BEST = ("best", "best_commit", "trend_percent", "trend")
NIGHTS = 60
REGRESSIONS = (
    "series_id,suite,benchmark,params,variant,metric,unit,machine,index,commit,previous_commit,"
    "commit_time,direction,kind,status,change,change_low,change_high,before,after,n_after,rule"
)
SLA = (
    "target,suite,benchmark,params,variant,metric,machine,limit,value,low,high,unit,status,"
    "margin_percent,compliance_30,broken_by"
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Sixty nights: one benchmark became slower at c0050, one recovered, one is far out, one
    became faster, one failed last night."""
    folder = tmp_path_factory.mktemp("project")
    slower = noisy(0.1, n=50, seed=1) + noisy(0.13, n=10, seed=2)
    back = noisy(0.2, 0.25, 0.2, n=20, seed=3)
    faster = noisy(0.3, 0.2, n=30, seed=4)
    out = [*noisy(0.05, n=59, seed=5), 0.08]
    records = [
        run(
            night,
            point(slower[night], low=slower[night] * 0.99, high=slower[night] * 1.01),
            point(back[night], metric="encoder_time"),
            point(faster[night], metric="mel_time"),
            point(out[night], metric="decode_step_time"),
            point("killed after 600 s" if night == 59 else 0.4, metric="total_time"),
            point(150e6, metric="peak_rss", unit="B"),
            point(20.0 if night < 30 else 24.0, metric="tokens", unit="count"),
            environment={"libraries": {"torch": "2.12" if night < 50 else "2.13"}},
        )
        for night in range(NIGHTS)
    ]
    workspace(folder, *records)
    (folder / "soundmark.toml").write_text(
        '[history]\ndatabase = "history.duckdb"\nledger = "runs"\n' + CONFIG
    )
    return folder


@pytest.fixture
def project(finished, tmp_path, monkeypatch):
    """The working folder is a copy of that project, judged by plain rules."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("history.detect.step_detector.StepDetector", PlainDetector)
    return tmp_path


def soundmark(*arguments, code=0):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == code, result.output + result.stderr
    return result.stdout


@pytest.mark.parametrize("format_", ["text", "markdown", "csv", "json"])
@pytest.mark.parametrize("name", ["regressions", "regressions --all", "sla", "check"])
def test_every_table_is_printed_for_people_and_programs(project, golden, name, format_):
    code = 1 if name == "check" else 0
    printed = soundmark(*name.split(), "--format", format_, code=code)
    ending = {"text": "txt", "markdown": "md", "csv": "csv", "json": "json"}[format_]
    golden(_to_12_digits(printed), f"{name.replace(' --', '-')}.{ending}")


def _to_12_digits(printed):
    """Processors differ in the last digits of a logarithm, so golden files hold twelve."""
    return re.sub(r"\d+\.\d{12,}(e-?\d+)?", lambda found: f"{float(found[0]):.12g}", printed)


def test_csv_columns_of_regressions_are_a_contract(project):
    header = next(csv.reader(soundmark("regressions", "--format", "csv").splitlines()))
    assert header == [*REGRESSIONS.split(","), *detectable.COLUMNS, *LIFE.split(",")]


def test_an_event_is_shown_with_all_its_changes(project):
    every = json.loads(soundmark("regressions", "--all", "--format", "json"))
    wanted = next(one["event"] for one in every if one["metric"] == "mel_time")
    found = json.loads(soundmark("regressions", "--event", wanted, "--format", "json"))
    assert found == [one for one in every if one["event"] == wanted]
    assert {one["metric"] for one in found} == {"mel_time", "tokens"}


def test_an_event_that_is_not_there_is_answered_with_those_that_are(project):
    found = CliRunner().invoke(main, ["regressions", "--event", "0123456789ab"])
    assert found.exit_code == 2
    assert 'no event "0123456789ab"' in found.stderr
    known = json.loads(soundmark("regressions", "--format", "json"))
    assert known
    for one in known:
        assert one["event"] in found.stderr


def test_a_decision_names_an_event_and_one_about_none_is_told(project):
    known = json.loads(soundmark("regressions", "--format", "json"))[0]["event"]
    decision = '[[change]]\nstate = "expected"\nreason = "paid"\nevent = "{}"\n'
    (project / "triage.toml").write_text(decision.format(known) + decision.format("0" * 12))
    left = json.loads(soundmark("regressions", "--format", "json"))
    assert known not in {one["event"] for one in left}
    said = CliRunner().invoke(main, ["regressions"]).stderr
    assert f'no change was found for event "{"0" * 12}"' in said
    assert known not in said


def test_csv_columns_of_targets_are_a_contract(project):
    header = next(csv.reader(soundmark("sla", "--format", "csv").splitlines()))
    assert header == [*SLA.split(","), *detectable.COLUMNS, *BEST, "commit", "commits_behind"]


def test_no_change_in_too_few_points_is_not_called_none(project):
    printed = soundmark("regressions", "--all", "--as-of", "c0003")
    assert printed == "No changes. 7 of 7 series have too few points, fewer than 8, to show one.\n"


def test_json_is_an_array_of_objects(project):
    rows = json.loads(soundmark("regressions", "--format", "json"))
    assert [row["index"] for row in rows] == [59, 50]
    assert json.loads(soundmark("regressions", "--as-of", "c0010", "--format", "json")) == []


def test_with_nothing_found_the_listing_says_so(project):
    assert soundmark("regressions", "--as-of", "c0010") == "No open regressions.\n"


def test_two_commits_with_a_slowdown_are_told_before_a_trend_can_show_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    workspace(tmp_path, run(0, point(0.1)), run(1, point(0.3)))
    table = '[history]\ndatabase = "history.duckdb"\nledger = "runs"\n'
    Path("soundmark.toml").write_text(table + CONFIG)
    assert "3.00 times worse" in soundmark("check", code=1)
    assert soundmark("regressions") == (
        "No open regressions. 1 of 1 series has too few points, fewer than 8, to show one. "
        "1 series is beyond a threshold at its newest point: `soundmark check`.\n"
    )


def test_without_targets_the_table_says_how_to_have_some(project):
    Path("soundmark.toml").write_text('[history]\ndatabase = "history.duckdb"\nledger = "runs"\n')
    assert "Write a [[target]] table" in soundmark("sla")


def test_a_check_of_an_older_commit_knows_only_what_was_known_then(project):
    then = soundmark("check", "c0010", code=1)
    assert "1 failed, 0 warned" in then
    assert "peak_rss" in then


def test_a_commit_that_was_not_measured_is_a_usage_error(project):
    soundmark("check", "c9999", code=2)


def test_a_mistake_in_triage_is_a_configuration_error(project):
    Path("triage.toml").write_text('[[change]]\nstate = "known"\n')
    result = CliRunner().invoke(main, ["regressions"])
    assert result.exit_code == 2
    assert "triage.toml: change[0]: " in result.stderr


def test_a_decision_takes_a_regression_off_the_list(project):
    Path("triage.toml").write_text(
        '[[change]]\nstate = "expected"\ncommit = "c0050"\nreason = "larger model"\n'
    )
    assert "first_token_time" not in soundmark("regressions")
    assert "larger model" in soundmark("regressions", "--all")


def test_decided_changes_are_counted_where_no_regression_is_open(project):
    every = json.loads(soundmark("regressions", "--all", "--format", "json"))
    for_one = '[[change]]\nstate = "expected"\nreason = "paid"\nevent = "{}"\n'
    decided = "".join(for_one.format(event) for event in {one["event"] for one in every})
    Path("triage.toml").write_text(decided)
    told = f"No open regressions. {len(every)} changes decided, recovered or for the better: "
    assert soundmark("regressions").startswith(told)


def test_without_a_history_the_next_step_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["regressions"])
    assert result.exit_code == 3
    assert "soundmark collect" in result.stderr
