"""A given name of a machine hides no change of its processor."""

import json

import pytest

from history.formats import take_in
from history.formats.interface import Context
from history.formats.pytest_benchmark import PytestBenchmark
from history.judge.confounders import NOT_A_CAUSE
from history.judge.judge import judge
from history.read import environments, view
from history.report.wording import confounders as wording
from history.words.records import RunRecord
from tests.history.judge.builders import noisy, workspace

EPYCS = ("AMD EPYC 7763 64-Core Processor", "AMD EPYC 9V74 80-Core Processor")


def written(path, night, value, model):
    path.write_text(
        json.dumps(
            {
                "machine_info": {"cpu": {"brand_raw": model, "count": 4}},
                "commit_info": {"id": f"{night:040x}", "time": f"2026-01-{night + 1:02}T03:00:00Z"},
                "benchmarks": [{"fullname": "test_work", "stats": {"data": [value] * 3}}],
            }
        )
    )
    return path


@pytest.fixture
def history(tmp_path):
    """Thirty nights of one name, on another processor from the sixteenth on."""
    records: list[RunRecord] = []
    for night, value in enumerate(noisy(1.0, 0.8, n=15)):
        path = written(tmp_path / f"{night}.json", night, value, EPYCS[night >= 15])
        given = Context(machine="gh")
        records += take_in.read(PytestBenchmark(), path, given).records
    made = workspace(tmp_path, *records)
    with made.reading() as connection:
        read = view.read(connection)
        return read, judge(connection, made.loaded, read)


def test_the_processor_is_the_first_suspect_of_an_imported_change(history):
    _, judged = history
    (change,) = judged.regressions
    assert change.key.machine == "gh"
    assert wording.words(change.suspects[0]) == f"hardware: cpu model {EPYCS[0]} → {EPYCS[1]}"


def test_the_processor_is_a_mark_on_the_trend(history):
    read, _ = history
    (found,) = environments.news(read, NOT_A_CAUSE).items()
    position, (mark,) = found
    assert (position, mark.name) == (15, "hardware.cpu model")
    assert (mark.before, mark.now) == EPYCS
