"""What ``vllm bench serve`` saves, written by hand after its documented keys."""

from __future__ import annotations

import json

import pytest

from history.formats import take_in
from history.formats.vllm_bench import VllmBench
from history.words.errors import ImportRefusedError
from history.words.metrics import Direction
from history.words.records import Failed
from tests.history.formats.builders import CONTEXT, outcome

FORMAT = VllmBench()
RESULT = {
    "date": "20260105-100000", "backend": "openai-audio", "model_id": "openai/whisper-large-v3",
    "tokenizer_id": "x", "num_prompts": 3, "request_rate": "inf", "max_concurrency": 8,
    "duration": 2.5, "completed": 3, "failed": 0, "total_input_tokens": 30,
    "total_output_tokens": 60, "request_throughput": 1.2, "output_throughput": 24.0,
    "total_token_throughput": 36.0, "mean_ttft_ms": 20.0, "median_ttft_ms": 19.0,
    "std_ttft_ms": 1.0, "p99_ttft_ms": 25.0, "median_e2el_ms": 400.0, "rtfx": 30.0,
}  # fmt: skip


def text(**changes):
    return json.dumps(RESULT | changes)


def test_stated_medians_percentiles_and_rates():
    found = FORMAT.parse(text())
    first = outcome(found, "first_token_time", "openai/whisper-large-v3", max_concurrency="8")
    assert (first.value, first.n, first.aggregate) == (pytest.approx(0.019), 3, "median")
    assert outcome(found, "first_token_time_p99").value == pytest.approx(0.025)
    assert outcome(found, "end_to_end_time").value == pytest.approx(0.4)
    assert outcome(found, "tokens_per_second").value == 24.0
    ways = {point.metric: point.direction for point in found.points}
    assert ways["requests_per_second"] == ways["rtfx"] == Direction.HIGHER
    assert ways["first_token_time_p99"] == Direction.LOWER
    assert found.points[0].variant.runtime == "openai-audio"


def test_saved_times_are_samples():
    first = outcome(FORMAT.parse(text(ttfts=[0.01, 0.02, 0.03])), "first_token_time")
    assert first.samples == (0.01, 0.02, 0.03)


def test_a_request_without_a_first_token_is_left_out_and_counted():
    found = FORMAT.parse(text(ttfts=[0.01, 0.0, 0.03]))
    assert outcome(found, "first_token_time").samples == (0.01, 0.03)
    assert found.flagged == (
        "openai/whisper-large-v3: 1 request without a first token left out of first_token_time",
    )


def test_requests_that_failed_are_said_and_a_result_without_any_failed():
    assert FORMAT.parse(text(failed=2)).flagged == (
        "openai/whisper-large-v3: 2 requests failed and are in no time",
    )
    assert isinstance(outcome(FORMAT.parse(text(completed=0)), "first_token_time"), Failed)


def test_appended_results_stand_one_a_line():
    found = FORMAT.parse(f"{text()}\n{text(max_concurrency=16)}\n")
    assert (found.rows_read, found.rows_taken) == (2, 2)


def test_more_requests_than_a_count_can_hold_are_refused_before_they_are_stored(tmp_path):
    (tmp_path / "a.json").write_text(text(completed=253402300800))
    with pytest.raises(ImportRefusedError, match="expected n of at most 2147483647, found 253402"):
        take_in.imported(FORMAT, tmp_path / "a.json", CONTEXT)
