"""A real architecture, by our loop and by ``generate``."""

from pathlib import Path
from typing import Any

import pytest

from collector.measure.stage_memory import stage_peaks
from collector.suites.tts import Tts
from collector.suites.tts.engine import STAGES
from collector.suites.tts.inputs import INPUTS
from collector.suites.tts.plan import TtsOptions, plan
from collector.suites.tts.session import SpeechWork
from history.words.records import Measured
from tests.collector.suites.driver import run_suite
from tests.collector.suites.lifecycle.collecting import collected


@pytest.mark.nightly
def test_the_real_architecture_speaks_in_stages_in_a_process_of_its_own(tmp_path):
    pytest.importorskip("transformers")
    found = collected(tmp_path, "tts", inputs=["short"], devices=["cpu"], repeats=2)
    outcomes: dict[str, Any] = {point.metric: point.outcome for point in found}
    stages = ("prefill_time", "talker_time", "code_predictor_time", "decoder_time")
    total = outcomes["total_time"]
    assert isinstance(total, Measured)
    parts = [outcomes[stage].samples for stage in stages]
    rest = outcomes["unattributed_time"].samples
    for repeat, whole in enumerate(total.samples):
        assert sum(part[repeat] for part in parts) + rest[repeat] == pytest.approx(whole)
    first = outcomes["first_audio_time"].value
    assert outcomes["first_frame_time"].value < first < total.value
    assert outcomes["audio_duration"].value == pytest.approx(0.96)
    assert outcomes["decoder_peak_rss"].value > 1e8
    assert {point.fingerprint for point in found} != {""}


@pytest.fixture(scope="module")
def both():
    """The short input by our loop and by ``generate``."""
    pytest.importorskip("transformers")
    options = TtsOptions(inputs=("short",), devices=("cpu",), frames=12)
    return run_suite(Tts(), options, Path(), profile="nightly", repeats=2)


def test_both_ways_of_speaking_give_the_same_codes(both):
    assert [one.case.variant.implementation for one in both] == ["own-loop", "hf-generate"]
    ours, theirs = (one.outcome for one in both)
    assert ours.fingerprint == theirs.fingerprint != ""
    assert (ours.invalid, theirs.invalid) == ("", "")


def test_the_stages_lie_within_the_whole_and_the_first_audio_before_its_end(both):
    for one in both:
        found = one.samples
        assert set(STAGES) <= set(found)
        assert (sum(found[stage] for stage in STAGES) <= found["total_time"]).all()
        assert (found["first_frame_time"] < found["first_audio_time"]).all()
        assert (found["first_audio_time"] < found["total_time"]).all()
        assert one.derived["frames"].value == 12
        assert one.derived["audio_duration"].value == pytest.approx(0.96)


@pytest.mark.nightly
def test_weights_of_ones_own_are_spoken_with_by_their_path(tmp_path):
    pytest.importorskip("transformers")
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import CsmForConditionalGeneration, PreTrainedTokenizerFast

    from collector.suites.tts import csm

    folder = tmp_path / "our-voice"
    torch.manual_seed(7)
    CsmForConditionalGeneration(csm.config()).save_pretrained(folder)
    letters = {letter: number for number, letter in enumerate(pre_tokenizers.ByteLevel.alphabet())}
    spelling = Tokenizer(models.BPE(vocab=letters, merges=[]))
    spelling.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    PreTrainedTokenizerFast(tokenizer_object=spelling).save_pretrained(folder)
    # These weights were never trained to know when they are done.
    found = collected(
        tmp_path, "tts", model_dir=str(folder), inputs=["short"], devices=["cpu"], frames=12,
        repeats=2,
    )  # fmt: skip
    assert {point.variant.weights for point in found} == {"our-voice"}
    outcomes: dict[str, Any] = {point.metric: point.outcome for point in found}
    assert isinstance(outcomes["total_time"], Measured)
    assert outcomes["audio_duration"].value == pytest.approx(0.96)


def test_the_memory_of_every_stage_is_read_on_the_device_as_well():
    """The peaks a device would give, stage by stage, in the order the engine takes them."""

    class Recorded:
        def __init__(self):
            self.reading = iter([4e8, 5e8, 6e8, 9e8, 5.5e8, 6.5e8, 8e8])

        def event(self):
            raise AssertionError("no times are taken")

        def synchronise(self):
            pass

        def reset_peaks(self):
            pass

        def memory(self):
            return {"gpu_allocated_peak": next(self.reading)}

    class Steps:
        def synthesize(self, text, timer, output):
            for stage in (*STAGES, *STAGES[1:]):
                timer.end_stage(stage)
            output.frames = text.frames

        def facts(self):
            return {}

        def close(self):
            pass

    peaks = stage_peaks(SpeechWork(Steps(), INPUTS["short"]), STAGES, Recorded())
    on_device = {name: peak for name, peak in peaks.items() if "gpu" in name}
    assert on_device == {
        "prefill_gpu_allocated_peak": 4e8, "talker_gpu_allocated_peak": 5.5e8,
        "code_predictor_gpu_allocated_peak": 6.5e8, "decoder_gpu_allocated_peak": 9e8,
    }  # fmt: skip
    owed = {case.variant.device: set(case.metrics) for case in _every_case(TtsOptions())}
    assert set(on_device) <= owed["cuda"]
    assert not set(on_device) & owed["cpu"]


def _every_case(options):
    made = plan(options, "nightly")
    return [*made.cases, *(absence.case for absence in made.absences)]
