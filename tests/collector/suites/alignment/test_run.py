"""What one process of the alignment suite times, and what it says about each utterance."""

import re
from types import SimpleNamespace

import msgspec
import pytest

from collector.measure import memory
from collector.measure.gpu import Gpu
from collector.speech import audio, corpus
from collector.suites.alignment import Alignment, model
from collector.suites.alignment.suite import ALIGN, METRICS, STAGES
from tests.collector.measure.test_gpu import Recorded
from tests.collector.suites.alignment.tiny import TINY
from tests.collector.suites.driver import opened, run_suite


class TestRun:
    def test_every_stage_of_every_utterance_is_timed(self, ran):
        assert len(ran.items[0]) == 2
        for item in ran.items[0].values():
            assert set(item) == {*STAGES, "total_time"}
            assert sum(item[stage] for stage in STAGES) <= item["total_time"]

    def test_every_metric_it_owes_is_there(self, ran):
        assert set(METRICS) <= set(ran.samples) | set(ran.derived)

    def test_alignment_is_the_sum_of_its_three_stages_in_every_repeat(self, ran):
        expected = sum(ran.samples[stage] for stage in ALIGN)
        assert ran.derived["align_time"] == pytest.approx(expected)

    def test_ratios_use_the_frames_and_states_of_all_utterances(self, ran):
        facts = ran.outcome.items.values()
        products = sum(one["frames"] * one["states"] for one in facts)
        per_ts = ran.derived["align_time"] / products
        assert ran.derived["align_time_per_ts"] == pytest.approx(per_ts)

    def test_facts_fit_the_audio(self, ran, workspace):
        made = corpus.synthetic(workspace, 2, "tones")
        for utterance in made.utterances:
            facts = ran.outcome.items[utterance.id]
            samples = audio.load(utterance.path)
            assert facts["duration_s"] == len(samples) / 16_000
            assert facts["frames"] == model.Convolutions().frames(len(samples))
            assert facts["labels"] == len(utterance.text)
            assert facts["states"] == 2 * facts["labels"] + 1

    def test_words_come_in_order_with_times(self, ran):
        text = ran.outcome.texts["1000-1-0000"]
        assert text.startswith("THE ")
        times = [float(number) for number in re.findall(r"\d+\.\d\d", text)]
        assert times == sorted(times)

    def test_the_same_weights_give_the_same_boundaries_again(self, ran, workspace):
        (again,) = run_suite(Alignment(), TINY, workspace, repeats=1)
        assert again.outcome.fingerprint == ran.outcome.fingerprint
        assert set(again.outcome.fingerprints) == set(corpus.ids(2))

    def test_facts_say_what_is_in_force(self, workspace):
        found = Alignment().plan(TINY, "quick")
        with opened(Alignment(), found.processes[0], TINY, workspace) as session:
            facts = session.facts()
        (case,) = found.cases
        assert {key: facts[key] for key in case.expect} == case.expect
        assert facts["weights"] == "synthetic(seed=0)"
        assert facts["threads in force"] == 1
        assert facts["corpus"].startswith("tones-2(")


def test_inputs_that_would_not_fit_in_memory_are_read_again(ran, workspace, monkeypatch):
    from collector.suites.alignment import session

    monkeypatch.setattr(session, "KEEP_SAMPLES", 0)
    (found,) = run_suite(Alignment(), TINY, workspace, repeats=2)
    assert found.outcome.fingerprint == ran.outcome.fingerprint


def test_device_memory_is_read_around_every_stage_of_every_utterance(workspace, monkeypatch):
    pytest.importorskip("onnxruntime")
    from collector.suites.alignment import session

    used = iter(range(1_000, 2_000))
    gpu = Gpu(
        Recorded(
            nvmlDeviceGetName="a device",
            nvmlDeviceGetMemoryInfo=lambda _: SimpleNamespace(total=9_000, used=next(used)),
        ),
        None,
    )
    monkeypatch.setattr(session, "open_gpu", lambda: gpu)
    options = msgspec.structs.replace(TINY, runtimes=("onnxruntime",), device="cuda")
    (found,) = run_suite(Alignment(), options, workspace, repeats=1)
    before = 1_001  # one answer told the size
    for facts in found.outcome.items.values():
        read = [facts[f"gpu_used_{name}"] for name in ("before", *(s[:-5] for s in STAGES))]
        assert read == list(range(before, before + 6))
        assert facts["gpu_total"] == 9_000
        before += 6


def test_without_a_device_no_memory_of_one_is_told(ran):
    for facts in ran.outcome.items.values():
        assert not [name for name in facts if name.startswith("gpu_")]


def test_without_a_device_the_memory_of_the_process_is_told_for_every_stage(ran):
    if not memory.reset_peak():
        pytest.skip("this system cannot reset the peak of a process")
    for facts in ran.outcome.items.values():
        read = [float(facts[f"rss_{stage.removesuffix('_time')}"]) for stage in STAGES]
        assert min(read) > 10e6
