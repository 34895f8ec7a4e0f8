"""JMH's JSON, written by hand after public files of version 1.37."""

from __future__ import annotations

import json

import pytest

from history.formats.jmh import Jmh
from history.words.metrics import Direction
from history.words.records import Invalid
from tests.history.formats.builders import outcome

FORMAT = Jmh()

PRIMARY = {
    "score": 2.5, "scoreError": "NaN", "scoreConfidence": ["NaN", "NaN"],
    "scorePercentiles": {"0.0": 1.0, "50.0": 2.5, "100.0": 4.0},
    "scoreUnit": "us/op", "rawData": [[1.0, 2.0], [3.0, 4.0]],
}  # fmt: skip
RESULT = {
    "jmhVersion": "1.37", "benchmark": "org.example.MelBench.mel", "mode": "avgt", "threads": 2,
    "forks": 2, "jvm": "/opt/java/bin/java", "jvmArgs": ["-Xmx1g"], "jdkVersion": "21.0.7",
    "measurementIterations": 2, "measurementTime": "1 s",
    "params": {"frames": "100"},
    "primaryMetric": PRIMARY,
    "secondaryMetrics": {
        "\u00b7gc.alloc.rate": {"score": 100.0, "scoreUnit": "MB/sec", "rawData": [[100.0]]},
        "\u00b7gc.alloc.rate.norm": {"score": 64.0, "scoreUnit": "B/op", "rawData": [[64.0]]},
    },
}  # fmt: skip


def text(*results):
    return json.dumps(list(results) or [RESULT])


def test_raw_values_of_all_forks_are_samples():
    time = outcome(FORMAT.parse(text()), "operation_time", "org.example.MelBench.mel", frames="100")
    assert time.samples == pytest.approx((1e-6, 2e-6, 3e-6, 4e-6))
    assert time.processes == (0, 0, 1, 1)


def test_throughput_is_a_rate_by_its_unit():
    primary = {"score": 5.0, "scoreUnit": "ops/ms", "rawData": [[5.0]]}
    found = FORMAT.parse(text(RESULT | {"mode": "thrpt", "primaryMetric": primary}))
    assert outcome(found, "throughput").value == 5000.0


def test_a_fast_program_allocates_fast_so_its_rate_has_no_direction():
    ways = {point.metric: point.direction for point in FORMAT.parse(text()).points}
    assert ways["gc.alloc.rate"] == Direction.NONE
    assert ways["gc.alloc.rate.norm"] == Direction.LOWER


def test_sampled_calls_give_their_stated_median():
    primary = PRIMARY | {
        "rawData": None, "rawDataHistogram": [[[[1.0, 5], [4.0, 6]]]],
    }  # fmt: skip
    found = FORMAT.parse(text(RESULT | {"mode": "sample", "primaryMetric": primary}))
    time = outcome(found, "operation_time", mode="sample")
    assert time.value == pytest.approx(2.5e-6)
    assert (time.n, time.aggregate) == (11, "median")


def test_a_score_without_raw_values_is_a_stated_mean():
    primary = {"score": 2.5, "scoreUnit": "us/op"}
    found = FORMAT.parse(text(RESULT | {"primaryMetric": primary}))
    assert outcome(found, "operation_time").aggregate == "mean"
    assert found.flagged[0].startswith("1 score without raw values")


def test_a_score_that_is_no_number_is_invalid():
    found = FORMAT.parse(text(RESULT | {"primaryMetric": {"score": "NaN", "scoreUnit": "us/op"}}))
    assert isinstance(outcome(found, "operation_time"), Invalid)


@pytest.mark.parametrize("unit", [None, 3, "", " "])
def test_a_score_without_a_unit_is_refused(unit):
    found = FORMAT.parse(text(RESULT | {"primaryMetric": {"score": 2.5, "scoreUnit": unit}}))
    assert "scoreUnit: expected a unit" in found.refused[0].reason


def test_a_secondary_metric_that_cannot_be_taken_is_named_and_the_score_stays():
    bad = {"own": {"score": "fast", "scoreUnit": "ops/s"}}
    found = FORMAT.parse(text(RESULT | {"secondaryMetrics": bad}))
    assert len(found.points) == 1
    assert found.flagged[0].startswith("own left out: score: expected a number")


@pytest.mark.parametrize("mode", [{}, ["avgt"], 1])
def test_a_mode_that_is_no_text_is_refused(mode):
    (refused,) = FORMAT.parse(text(RESULT | {"mode": mode})).refused
    assert "mode: expected text" in refused.reason
