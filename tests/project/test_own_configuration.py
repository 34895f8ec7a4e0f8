"""What our own soundmark.toml asks for is measured and has targets: speech and soundmark."""

import pytest

from benchmarks.own.__main__ import OPERATIONS
from collector.suites.pipeline import Pipeline
from collector.suites.pipeline.options import PipelineOptions
from history.project import config
from history.words.globs import matches, matches_benchmark
from history.words.key import benchmark_id
from tests.conftest import ROOT

LOADED = config.load(ROOT / "soundmark.toml")
HELD = [one for one in LOADED.targets if one.benchmark.startswith("pipeline.")]


def test_trained_models_come_first():
    assert config.suite_order(LOADED)[0] == "pipeline"


def test_speech_on_trained_models_has_its_targets():
    limits = {(one.metric, one.limit.value) for one in HELD}
    assert {metric for metric, _ in limits} == {"first_audio_time", "rtf", "wer", "peak_rss"}
    assert ("wer", 0.15) in limits


@pytest.mark.parametrize("target", HELD, ids=lambda one: one.name)
@pytest.mark.parametrize("profile", ["quick", "nightly"])
def test_each_of_them_is_of_something_that_is_measured(target, profile):
    """A variant or metric of another name would leave a target without a value, and no fault."""
    found = [
        case
        for case in Pipeline().plan(PipelineOptions(), profile).cases
        if matches_benchmark(
            target.benchmark, benchmark_id("pipeline", case.benchmark, case.params)
        )
        and matches(target.variant, case.variant.text())
        and target.metric in case.metrics
    ]
    assert len(found) == 1


def test_every_operation_of_soundmark_itself_is_measured_by_night_and_has_a_target():
    tables = [table for _, table, _ in config.suite_tables(LOADED)]
    (suite,) = (table for table in tables if table.get("name") == "soundmark")
    assert suite["profile"] == "nightly"
    measured = set(suite["matrix"]["of"])
    assert measured == {*OPERATIONS, "harness"}
    held = {
        of
        for of in measured
        for one in LOADED.targets
        if matches_benchmark(one.benchmark, benchmark_id("soundmark", "operation", {"of": of}))
        and one.metric == "operation_time"
    }
    assert held == measured
