"""Iterations in real children: planted leaks are found, and nothing else is."""

import sys
from typing import Any

import pytest

from collector.suites.lifecycle.chatllm import check_answer
from history.formats import lifecycle_json, suite_points
from history.words.records import Failed, Item
from tests.collector.harness import Quiet
from tests.collector.suites.lifecycle.collecting import chatllm, collected, outcome

MIB = 2**20
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
pytestmark = LINUX


def lives(library, tmp_path, items=None, iterations=30):
    table: dict[str, Any] = {"subjects": ["chatllm"], "chatllm": chatllm(library)}
    table["iterations"] = iterations
    return collected(tmp_path, only="lifecycle.chatllm", items=items, **table)


def test_a_planted_leak_of_one_mebibyte_reads_as_one(tmp_path):
    found = collected(tmp_path, only="lifecycle.control", iterations=60)
    rate = outcome(found, "rss_growth_rate", "control")
    assert rate.value / MIB == pytest.approx(1.0, abs=0.02)
    assert rate.low / MIB == pytest.approx(1.0, abs=0.02)
    assert rate.warnings == ()  # it leaks on purpose
    assert min(outcome(found, "first_token_time", "control").samples) == pytest.approx(
        0.002, abs=0.005
    )


def test_an_onnx_session_does_not_leak_in_either_way(tmp_path):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx")
    found = collected(
        tmp_path, only="lifecycle.onnx_session", subjects=["onnx_session"], iterations=40
    )
    for way in ("recreate", "reuse"):
        rate = outcome(found, "rss_growth_rate", "onnx_session", way)
        assert rate.high < 0.02e6, way
        assert rate.warnings == ()
    assert outcome(found, "load_overhead", "onnx_session").value > 2e6
    assert outcome(found, "load_time", "onnx_session").value > 0.001


@pytest.mark.nightly
def test_the_forced_aligner_does_not_leak_when_it_is_reused(tmp_path):
    pytest.importorskip("transformers")
    found = collected(
        tmp_path, only="*implementation=reuse*", subjects=["forced_aligner"], iterations=20
    )
    assert outcome(found, "rss_growth_rate", "forced_aligner").high < 0.02e6
    assert outcome(found, "characters_per_second", "forced_aligner").value > 100


@pytest.mark.parametrize("destroys", ["", "1"])
def test_a_library_that_leaks_when_recreated_is_found_and_reuse_is_not_blamed(
    library, tmp_path, monkeypatch, destroys
):
    monkeypatch.setenv("STUB_LEAK_BYTES", str(256 * 1024))
    monkeypatch.setenv("STUB_DESTROY", destroys)
    found = lives(library, tmp_path)
    leaking = outcome(found, "rss_growth_rate", "chatllm", "recreate")
    assert leaking.value == pytest.approx(256 * 1024, rel=0.05)
    assert "Verdict: leak" in leaking.warnings[0]
    kept = outcome(found, "rss_growth_rate", "chatllm", "reuse")
    assert kept.high < 0.02e6


def test_a_library_that_frees_everything_is_cleared_by_its_own_destroy(
    library, tmp_path, monkeypatch
):
    monkeypatch.setenv("STUB_DESTROY", "1")
    check_cleared(lives(library, tmp_path))


def check_cleared(found):
    assert outcome(found, "rss_growth_rate", "chatllm", "recreate").high < 0.02e6
    assert outcome(found, "load_overhead", "chatllm").value == pytest.approx(4 * MIB, rel=0.05)


def test_the_first_token_is_timed_in_the_callback_and_not_when_the_call_returns(
    library, tmp_path, monkeypatch
):
    monkeypatch.setenv("STUB_TOKEN_MS", "20")
    monkeypatch.setenv("STUB_TAIL_MS", "40")
    found = lives(library, tmp_path, iterations=10)
    first = outcome(found, "first_token_time", "chatllm", "reuse").samples
    whole = outcome(found, "inference_time", "chatllm", "reuse").samples
    # On a busy computer some come late, and none early.
    assert min(first) == pytest.approx(0.020, abs=0.005)
    assert all(end - begin >= 0.040 for begin, end in zip(first, whole, strict=True))
    speeds = outcome(found, "characters_per_second", "chatllm", "reuse").samples
    for speed, spent in zip(speeds, whole, strict=True):
        assert speed == pytest.approx(101 / spent, rel=0.05)  # 101 characters of JSON


def test_a_library_that_frees_everything_is_cleared_and_its_last_output_is_kept(library, tmp_path):
    kept: list[Item] = []
    found = lives(library, tmp_path, items=kept)
    check_cleared(found)
    made = lifecycle_json.documents(suite_points.of(found), kept)
    assert made["config"]["transcript"] == "And so"
    for rows in made["iterations"].values():
        assert [row["alignment_result"] != "" for row in rows] == [False] * 29 + [True]
        check_answer(rows[-1]["alignment_result"], "json")
        assert all(row["ttft_ms"] > 0 for row in rows)
    assert all(summary["avg_ttft_ms"] > 0 for summary in made["summary"].values())


def test_iterations_are_counted_while_they_run(library, tmp_path, monkeypatch):
    monkeypatch.setenv("STUB_TOKEN_MS", "60")
    watcher = Quiet()
    table: dict[str, Any] = {"subjects": ["chatllm"], "iterations": 30, "chatllm": chatllm(library)}
    collected(tmp_path, only="*chatllm*implementation=reuse*", watcher=watcher, **table)
    counts = [text for text in watcher.seen if text.startswith("reuse chatllm") and "/30" in text]
    assert counts
    assert all(1 <= int(text.split()[-1].partition("/")[0]) <= 30 for text in counts)


def test_a_model_that_cannot_be_started_says_what_the_library_said(library, tmp_path, monkeypatch):
    monkeypatch.setenv("STUB_FAIL_START", "7")
    found = lives(library, tmp_path)
    reason = outcome(found, "rss_growth_rate", "chatllm", "recreate").reason
    assert "7: the model file is of another version" in reason
    assert isinstance(outcome(found, "rss_growth_rate", "chatllm", "recreate"), Failed)
