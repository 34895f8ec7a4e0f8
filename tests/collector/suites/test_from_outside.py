"""A suite of another package does everything that golden does: nothing of ours knows its name."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from history.words import metrics
from soundmark import main

pytestmark = pytest.mark.skipif(os.name != "posix", reason="children talk over POSIX pipes")

SUITE = '''
    import json
    import time
    from pathlib import Path

    import msgspec

    from collector.contract import Case, WorkOutcome, Place, Process, Sampling, SuitePlan
    from history.words.metrics import (
        Composition, DefaultThreshold, Direction, Kind, Metric,
    )

    FACTS = (
        Metric("swing_time", "s", Direction.LOWER, Kind.TIME, "From the rope to the bell."),
        Metric("echo_time", "s", Direction.LOWER, Kind.TIME, "Until it cannot be heard."),
        Composition("total_time", ("swing_time", "echo_time")),
        DefaultThreshold("echo at most 50 % slower", "bells", "echo_time", worse_by="50 %"),
    )


    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        pause_s: float = 0.01
        """How long a bell is heard."""


    class Files(msgspec.Struct, frozen=True):
        save_tolls: Place = ""
        """Keep what was rung."""
        loudly: bool = False
        """In capitals."""


    class Bells:
        name = "bells"
        version = 1
        summary = "Bells."
        requirements = ()
        options = Options
        files = Files

        def plan(self, options, profile):
            case = Case(
                benchmark="toll",
                process="tower",
                metrics=("total_time",),
                stages=("swing_time", "echo_time"),
                items=("big", "small"),
                sampling=Sampling(warmup=0, repeats=3),
            )
            return SuitePlan(processes=(Process(name="tower"),), cases=(case,))

        def open(self, process, options, profile, workspace):
            self.pause_s = options.pause_s
            return self

        def facts(self):
            return {}

        def prepare(self, case):
            return self

        def close(self):
            pass

        def run(self, timer):
            for item in range(2):
                timer.begin_item(item)
                timer.end_stage("swing_time")
                time.sleep(self.pause_s)
                timer.end_stage("echo_time")
                timer.end_item()

        def finish(self):
            return WorkOutcome(items={"big": {"tons": 2}, "small": {"tons": 1}})

        def derive(self, case, samples, outcome):
            return {}

        def derive_item(self, case, item, samples, facts):
            return {"rtf": samples["total_time"] / facts["tons"]}

        def conclude(self, points):
            return f"Rung {points[0].outcome.n} times."

        def write_files(self, asked, record):
            if asked.save_tolls:
                names = [item.item for item in record.items]
                tolls = [name.upper() if asked.loudly else name for name in names]
                Path(asked.save_tolls).write_text(json.dumps(tolls))
                yield f"Tolls: {asked.save_tolls}"
'''


@pytest.fixture
def bells(install, tmp_path, monkeypatch):
    """Work in an empty project with the package installed."""
    groups = {
        "soundmark.suites": {"bells": "bells_suite:Bells"},
        "soundmark.metrics": {"bells": "bells_suite:FACTS"},
    }
    install("bells", groups, bells_suite=SUITE)
    metrics._gathered.cache_clear()
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    yield project
    metrics._gathered.cache_clear()


def soundmark(*words):
    return CliRunner().invoke(main, words)


def commit(folder: Path, subject: str):
    identity = {
        f"GIT_{who}_{what}": "bell@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    for words in (["init", "--quiet"], ["commit", "--quiet", "--allow-empty", "-m", subject]):
        subprocess.run(["git", *words], cwd=folder, check=True, env=os.environ | identity)


def test_its_flags_files_conclusion_and_thresholds_are_those_of_any_suite(bells):
    commit(bells, "first")
    first = soundmark(
        "collect", "bells", "--no-calibration", "--save-tolls", "tolls.json", "--loudly"
    )
    assert first.exit_code == 0, first.output
    assert "Rung 3 times." in first.output
    assert "Tolls: tolls.json" in first.output
    assert json.loads(Path("tolls.json").read_text()) == ["BIG", "SMALL"]
    commit(bells, "slower")
    second = soundmark("collect", "bells", "--no-calibration", "--pause-s", "0.05")
    assert second.exit_code == 0, second.output
    assert "Tolls" not in second.output
    checked = soundmark("check")
    assert checked.exit_code == 1, checked.output
    assert "echo at most 50 % slower" in checked.output


def test_its_files_stand_in_the_help_and_are_refused_when_it_is_not_measured(bells):
    assert "--save-tolls FILE" in soundmark("collect", "--help").output
    assert "Keep what was rung." in soundmark("collect", "--help").output
    refused = soundmark("collect", "micro", "--save-tolls", "tolls.json")
    assert refused.exit_code == 2
    assert "soundmark collect bells --save-tolls FILE" in refused.output


def test_a_word_that_is_taken_gets_the_name_of_the_suite(bells, install):
    source = SUITE.replace('name = "bells"', 'name = "carillon"')
    install("carillon", {"soundmark.suites": {"carillon": "carillon_suite:Bells"}},
            carillon_suite=source)  # fmt: skip
    shown = soundmark("collect", "--help").output
    assert "--save-tolls FILE" in shown
    assert "--carillon-save-tolls FILE" in shown


def test_a_suite_that_cannot_be_loaded_leaves_the_others_their_flags(bells, install):
    install("broken", {"soundmark.suites": {"broken": "broken_suite:Broken"}},
            broken_suite="raise OSError('no bell')")  # fmt: skip
    assert "--save-trace FILE" in soundmark("collect", "--help").output
    asked = soundmark("collect", "broken")
    assert asked.exit_code == 3
    assert "no bell" in asked.output
