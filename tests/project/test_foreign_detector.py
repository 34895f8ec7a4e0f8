"""A detector of another package is installed, chosen in the configuration, and judges."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from history.detect import detector
from history.judge.answers import rules_of
from soundmark import main

DETECTOR = """
    from history.detect import Change, ChangeKind, ChangeStatus, Detection
    from history.detect.interface import Evidence

    class Halves:
        name = "halves"
        version = "3"

        def detect(self, observations, minimum_effect=0.02):
            values = observations.values
            n = values.size
            middle, before, after = n // 2, values[0], values[-1]
            change = after / before - 1
            return Detection(
                changes=(
                    Change(
                        index=middle, previous_index=middle - 1, end_index=middle,
                        kind=ChangeKind.STEP, status=ChangeStatus.CONFIRMED, change=change,
                        low=change - 0.1, high=change + 0.1, before=before, after=after,
                        n_before=middle, n_after=n - middle, statistic=9.0, sigma=0.5, rho=0.0,
                        evidence=Evidence(rule="halves"),
                    ),
                ),
                n=n, enough_data=True, n_needed=2, n_further=1, sigma=0.5, rho=0.0,
                minimum_detectable_change=0.5,
            )
"""
HEADER = "suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples"


@pytest.fixture
def project(install, tmp_path, monkeypatch):
    entry = {"soundmark.detectors": {"halves": "halves_module:Halves"}}
    install("halves", entry, halves_module=DETECTOR)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "soundmark.toml").write_text('[detection]\ndetector = "halves"\n')
    nights = (
        f"s,b,,total_time,s,lower,box,c{night:02},2026-01-{night:02}T00:00:00Z,1.0{night % 2},"
        for night in range(1, 13)
    )
    (tmp_path / "points.csv").write_text("\n".join([HEADER, *nights, ""]))
    assert soundmark("import", "csv", "points.csv").exit_code == 0
    return tmp_path


def soundmark(*arguments):
    return CliRunner().invoke(main, arguments)


def asked(query):
    return json.loads(soundmark("history", "query", query, "--format", "json").output)


def test_the_configured_detector_says_what_changed(project):
    printed = soundmark("regressions", "--all", "--format", "csv").stdout
    (change,) = csv.DictReader(printed.splitlines())
    assert (change["index"], change["status"]) == ("6", "confirmed")


def test_its_name_and_version_stand_with_the_verdicts_and_with_the_stored_answers(project):
    assert ", 0 targets; detector halves 3, rules " in soundmark("check").stdout
    assert asked("select distinct rules from detections") == [{"rules": "halves 3"}]
    assert asked("select distinct rules from changes") == [{"rules": "halves 3"}]


def test_another_choice_judges_anew_and_keeps_the_answers_of_both(project):
    (project / "soundmark.toml").write_text("")
    assert soundmark("regressions", "--all", "--format", "csv").stdout.count("\n") == 1
    soundmark("history", "sync")
    assert asked("select distinct rules from detections order by 1") == [
        {"rules": "halves 3"},
        {"rules": rules_of(detector())},
    ]


def test_a_comparison_takes_the_noise_between_runs_from_it(project):
    """It calls the scatter of one point half of the level, so nothing can be shown."""
    (row,) = csv.DictReader(
        soundmark("compare", "c01", "c12", "--format", "csv").stdout.splitlines()
    )
    assert float(row["minimum_detectable_change"]) > 0.5
    (project / "soundmark.toml").write_text("")
    (row,) = csv.DictReader(
        soundmark("compare", "c01", "c12", "--format", "csv").stdout.splitlines()
    )
    assert float(row["minimum_detectable_change"]) < 0.1


def test_a_name_that_nobody_offers_is_an_error_of_the_configuration(project):
    (project / "soundmark.toml").write_text('[detection]\ndetector = "thirds"\n')
    result = soundmark("regressions")
    assert result.exit_code == 2
    assert result.stderr == (
        'Error: soundmark.toml: detection.detector: there is no detector called "thirds". '
        "Known detectors: steps, halves.\n"
    )
