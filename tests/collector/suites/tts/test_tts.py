"""Engines of known behaviour through the whole harness, and one real one."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collector.contract import WorkOutcome
from collector.measure.stage_memory import stage_peaks
from collector.suites.tts import Tts
from collector.suites.tts.engine import STAGES
from collector.suites.tts.inputs import INPUTS
from collector.suites.tts.plan import DEVICES, TtsOptions, plan
from collector.suites.tts.session import SpeechWork
from history.words.errors import ConfigError
from history.words.records import Failed, Invalid, Measured
from tests.collector.suites.lifecycle.collecting import collected

QWEN_PYTHON = os.environ.get("SOUNDMARK_QWEN_PYTHON", "")
"""Python of an environment with qwen-tts, for a test by hand: docs/suites/tts.md."""

# Speaks 12.5 frames a second of audio after known delays; the last frame's edge is trimmed.
ENGINE = """
import json, sys, time
def tell(**event):
    print(json.dumps(event), flush=True)
print("loading voices ...")
tell(event="ready", facts={"device": "cpu", "voice": "synthetic"})
for line in sys.stdin:
    asked = json.loads(line)
    began = time.perf_counter()
    time.sleep(0.010)
    tell(event="stage", name="prefill_time", seconds=0.010)
    for frame in range(asked["frames"] - MISSING):
        tell(event="frame")
        if frame == 0:
            time.sleep(0.020)
        tell(event="audio", samples=1920 if frame else 1900, rate=24000)
        tell(event="stage", name="talker_time", seconds=0.002)
        tell(event="stage", name="code_predictor_time", seconds=0.004)
        tell(event="stage", name="decoder_time", seconds=0.001)
    time.sleep(TAIL)
    tell(event="done", fingerprint="f" * 16, peak_rss=5e7 EXTRA)
"""


def engine(missing=0, extra="", tail_s=0.0) -> str:
    known = {"MISSING": str(missing), "EXTRA": extra, "TAIL": str(tail_s)}
    return re.sub("|".join(known), lambda word: known[word[0]], ENGINE)


def spoken(tmp_path, *, missing=0, extra="", tail_s=0.0, **table) -> dict[str, Any]:
    (tmp_path / "engine.py").write_text(engine(missing, extra, tail_s))
    options: dict[str, Any] = {
        "engine": "program", "program": ["{python}", str(tmp_path / "engine.py")],
        "inputs": ["short"], "devices": ["cpu"], "frames": 12,
    }  # fmt: skip
    found = collected(tmp_path, "tts", **(options | table))
    return {point.metric: point.outcome for point in found}


def test_the_time_to_first_audio_of_a_known_engine_is_recovered(tmp_path):
    found = spoken(tmp_path, repeats=5, tail_s=0.3)
    frame, audio, total = (
        np.array(found[metric].samples)
        for metric in ("first_frame_time", "first_audio_time", "total_time")
    )
    # On a busy computer some are heard of late, and none early.
    assert frame.min() >= 0.010
    assert audio.min() >= 0.030
    assert (audio - frame).max() >= 0.015
    assert (total - audio).max() >= 0.25


def test_audio_seconds_come_from_samples_and_the_real_time_factor_from_them(tmp_path):
    found = spoken(tmp_path)
    audio = (11 * 1920 + 1900) / 24000
    assert found["audio_duration"].value == pytest.approx(audio)
    totals = found["total_time"].samples
    assert found["rtf"].samples == pytest.approx([total / audio for total in totals])
    assert found["tokens_per_second"].samples == pytest.approx([12 / total for total in totals])


def test_stages_of_another_program_are_what_it_says(tmp_path):
    found = spoken(tmp_path)
    assert found["talker_time"].value == pytest.approx(0.024)
    assert found["talker_step_time"].value == pytest.approx(0.024 / 11)
    assert found["code_predictor_step_time"].value == pytest.approx(0.004)
    assert found["frame_time"].value == pytest.approx(0.006)
    assert found["decoder_frame_time"].value == pytest.approx(0.001)
    assert found["peak_rss"].value == 5e7


def test_first_audio_of_an_engine_that_cannot_stream_is_called_derived(tmp_path):
    found = spoken(tmp_path, extra=', first_audio_s=0.123, derived="decodes once at the end"')
    assert found["first_audio_time"].value == 0.123
    assert "First audio is derived: decodes once at the end." in found["first_audio_time"].warnings


def test_what_a_program_says_of_its_memory_is_kept(tmp_path):
    found = spoken(tmp_path, repeats=2)
    assert found["peak_rss"].value == 5e7
    assert "gpu_allocated_peak" not in found  # the row of the matrix is the processor
    program = TtsOptions(engine="program", program=("x",), devices=("cuda",))
    assert {"peak_rss", "gpu_allocated_peak"} <= set(_every_case(program)[0].metrics)


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
        def synthesize(self, text, timer, heard):
            for stage in (*STAGES, *STAGES[1:]):
                timer.end_stage(stage)
            heard.frames = text.frames

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


def test_an_engine_stops_by_itself_where_no_length_is_asked_for(tmp_path):
    script = engine().replace('asked["frames"] - 0', "21")
    (tmp_path / "engine.py").write_text(script)
    found = collected(
        tmp_path, "tts", engine="program", program=["{python}", str(tmp_path / "engine.py")],
        inputs=["short"], devices=["cpu"], iterations=2, warmup=0,
    )  # fmt: skip
    params = {str(one.params) for one in found if one.variant.device == "cpu"}
    assert params == {str({"input": "short", "frames": "natural"})}
    outcomes: dict[str, Any] = {point.metric: point.outcome for point in found}
    assert (outcomes["frames"].value, outcomes["frames"].n) == (21, 1)
    assert outcomes["total_time"].n == 2


def test_spans_inside_the_stages_are_what_the_program_says(tmp_path):
    (tmp_path / "engine.py").write_text(
        engine().replace('name="decoder_time"', 'name="top_k_time"')
    )
    found = collected(
        tmp_path, "tts", engine="program", program=["{python}", str(tmp_path / "engine.py")],
        inputs=["short"], devices=["cpu"], frames=12, spans=["top_k_time"],
    )  # fmt: skip
    outcomes: dict[str, Any] = {point.metric: point.outcome for point in found}
    assert outcomes["top_k_time"].value == pytest.approx(0.012)


def test_the_long_input_is_about_twenty_seconds_of_speech():
    """In frames of 80 ms, and by its letters, which a trained voice says 17.5 of in a second."""
    assert 18 <= INPUTS["long"].frames * 0.08 <= 22
    assert 18 <= len(INPUTS["long"].text) / 17.5 <= 22


def test_own_texts_are_a_data_set_of_their_own(tmp_path):
    lines = tmp_path / "lines.txt"
    lines.write_text("Good morning.\n\nThe train to the coast leaves at nine.\n")
    made = plan(TtsOptions(texts=str(lines), iterations=3, warmup=2), "quick")
    ours = [case for case in made.cases if case.variant.device == "cpu"]
    assert [case.params for case in ours] == [
        {"input": "01", "frames": "13"},
        {"input": "02", "frames": "38"},
    ]
    assert {case.variant.dataset[:6] for case in ours} == {"lines-"}
    assert {(case.sampling.warmup, case.sampling.repeats) for case in ours} == {(2, 3)}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"frames": 0}, "synthetic weights never stop"),
        ({"frames": -1}, "expected 0 to 1500"),
        ({"repeats": 2, "iterations": 2}, "mean the same"),
        ({"spans": ("beam_time",)}, 'there is no "beam_time"'),
        ({"spans": ("top_k_time",)}, "only a program"),
    ],
)
def test_lengths_and_spans_that_cannot_be_are_refused(options, reason):
    with pytest.raises(ConfigError, match=reason):
        plan(TtsOptions(**options), "quick")


def test_fewer_frames_than_asked_for_are_no_faster_run(tmp_path):
    found = spoken(tmp_path, missing=2)
    assert isinstance(found["total_time"], Invalid)
    assert "12 frames were asked for and 10 came" in found["total_time"].reason


def test_an_engine_that_ends_says_its_last_words(tmp_path):
    (tmp_path / "engine.py").write_text("import sys; sys.exit('no voice here')")
    program = ["{python}", str(tmp_path / "engine.py")]
    found = collected(
        tmp_path, "tts", engine="program", program=program, inputs=["short"], devices=["cpu"]
    )
    assert isinstance(found[0].outcome, Failed)
    assert "no voice here" in found[0].outcome.reason


def test_what_cannot_run_here_is_skipped_with_its_reason():
    made = plan(TtsOptions(), "nightly")
    reasons = {
        absence.case.variant.device + absence.case.variant.features: absence.outcome.reason
        for absence in made.absences
    }
    assert len({case.variant.device + case.variant.features for case in made.cases}) + len(
        reasons
    ) == len(DEVICES)
    assert all(reasons.values())
    assert "cpu" in {case.variant.device for case in made.cases}


def test_quick_is_a_part_of_nightly_under_the_same_names():
    quick, nightly = (plan(TtsOptions(), profile) for profile in ("quick", "nightly"))
    names = {(case.benchmark, tuple(case.params.items()), case.variant) for case in nightly.cases}
    assert {
        (case.benchmark, tuple(case.params.items()), case.variant) for case in quick.cases
    } < names


def _every_case(options):
    made = plan(options, "nightly")
    return [*made.cases, *(absence.case for absence in made.absences)]


@pytest.mark.slow
@pytest.mark.skipif(not QWEN_PYTHON, reason="SOUNDMARK_QWEN_PYTHON names no Python with qwen-tts")
def test_the_real_package_of_qwen_speaks_through_its_own_python(tmp_path):
    folder = tmp_path / "tiny-qwen"
    make = Path(__file__).with_name("samples") / "tiny_qwen.py"
    subprocess.run([QWEN_PYTHON, str(make), str(folder)], check=True, capture_output=True)
    found = collected(
        tmp_path, "tts", engine="qwen-tts", python=QWEN_PYTHON, model_dir=str(folder), frames=12,
        inputs=["short", "medium"], devices=["cpu"], repeats=2,
    )  # fmt: skip
    for name, frames in (("short", 12), ("medium", 12)):
        said = {point.metric: point for point in found if point.params["input"] == name}
        outcomes: dict[str, Any] = {metric: point.outcome for metric, point in said.items()}
        total = outcomes["total_time"]
        assert isinstance(total, Measured)
        assert outcomes["frames"].value == frames
        assert outcomes["audio_duration"].value == pytest.approx(frames * 0.08)
        stages = [outcomes[stage].samples for stage in STAGES]
        for repeat, whole in enumerate(total.samples):
            assert 0.5 * whole < sum(stage[repeat] for stage in stages) < whole
        first = outcomes["first_audio_time"]
        assert outcomes["first_frame_time"].value < first.value < total.value
        assert "First audio is derived: the engine decodes once at the end" in first.warnings[0]
        assert outcomes["peak_rss"].value > 2e8
        assert len(said["total_time"].fingerprint) == 16


def test_qwen_needs_a_python_of_its_own():
    with pytest.raises(ConfigError, match="needs `python` and `model_dir`"):
        plan(TtsOptions(engine="qwen-tts"), "quick")
    made = plan(TtsOptions(engine="qwen-tts", python="/none/python", model_dir="/none"), "quick")
    assert made.cases == ()
    assert "no Python" in made.absences[0].outcome.reason


def test_the_real_time_factor_is_wall_over_audio_per_repeat():
    samples = {
        "total_time": np.array([1.0, 2.0]), "frames": np.array([50.0, 50.0]),
        "audio_duration": np.array([4.0, 4.0]),
    }  # fmt: skip
    case = plan(TtsOptions(), "quick").cases[0]
    derived = Tts().derive(case, samples, WorkOutcome())
    assert np.asarray(derived["rtf"]).tolist() == [0.25, 0.5]
    assert np.asarray(derived["tokens_per_second"]).tolist() == [50.0, 25.0]


@pytest.mark.slow
def test_the_real_architecture_speaks_in_stages(tmp_path):
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


@pytest.mark.slow
def test_both_ways_of_speaking_give_the_same_codes():
    pytest.importorskip("transformers")
    from collector.suites.tts.csm import Csm
    from collector.suites.tts.engine import Heard
    from collector.suites.tts.inputs import Input
    from tests.collector.suites.driver import PlainLaps

    heard = []
    for way in ("own-loop", "hf-generate"):
        heard.append(Heard())
        timer = PlainLaps()
        Csm(way, "cpu", "fp32", 1, None, "").synthesize(Input("Hello.", 6), timer, heard[-1])
        assert set(timer.stages) == {
            "prefill_time", "talker_time", "code_predictor_time", "decoder_time",
        }  # fmt: skip
    assert heard[0].fingerprint == heard[1].fingerprint
    assert [one.frames for one in heard] == [6, 6]
    for one in heard:
        assert one.first_frame_s is not None
        assert one.first_audio_s is not None
        assert one.first_frame_s < one.first_audio_s


def test_planning_imports_nothing_heavy():
    import subprocess

    code = (
        "import sys; from collector.suites.tts import Tts; from collector.suites.lifecycle import"
        " Lifecycle; from collector.suites.command import CommandSuite\n"
        "for suite in (Tts(), Lifecycle(), CommandSuite()):\n"
        "    suite.plan(suite.options(), 'nightly')\n"
        "import json; print(json.dumps(sorted({'torch', 'transformers', 'onnxruntime', 'onnx'}"
        " & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.nightly
@pytest.mark.slow
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
