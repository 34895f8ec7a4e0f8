"""Engines of known behaviour through the whole harness, and one real one."""

import json
import sys
from typing import Any

import numpy as np
import pytest

from collector.suites.interface import Outcome
from collector.suites.tts import Tts
from collector.suites.tts.plan import DEVICES, TtsOptions, plan
from history.errors import ConfigError
from history.records import Failed, Invalid, Measured
from tests.collector.suites.lifecycle.collecting import collected

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
    tell(event="done", fingerprint="f" * 16, peak_rss=5e7 EXTRA)
"""


def spoken(tmp_path, *, missing=0, extra="", **table) -> dict[str, Any]:
    script = ENGINE.replace("MISSING", str(missing)).replace("EXTRA", extra)
    (tmp_path / "engine.py").write_text(script)
    options = {
        "engine": "program", "program": ["{python}", str(tmp_path / "engine.py")],
        "inputs": ["short"], "devices": ["cpu"],
    }  # fmt: skip
    found = collected(tmp_path, "tts", **(options | table))
    return {point.metric: point.outcome for point in found}


def test_the_time_to_first_audio_of_a_known_engine_is_recovered(tmp_path):
    found = spoken(tmp_path, repeats=5)
    assert found["first_audio_time"].value == pytest.approx(0.030, abs=0.005)
    assert found["first_frame_time"].value == pytest.approx(0.010, abs=0.005)


def test_audio_seconds_come_from_samples_and_the_real_time_factor_from_them(tmp_path):
    found = spoken(tmp_path)
    audio = (11 * 1920 + 1900) / 24000
    assert found["audio_duration"].value == pytest.approx(audio)
    assert found["rtf"].value == pytest.approx(found["total_time"].value / audio, rel=0.05)
    assert found["rtf"].value < 0.2
    assert found["tokens_per_second"].value > 100


def test_stages_of_another_program_are_what_it_says(tmp_path):
    found = spoken(tmp_path)
    assert found["talker_time"].value == pytest.approx(0.024)
    assert found["talker_step_time"].value == pytest.approx(0.024 / 11)
    assert found["code_predictor_step_time"].value == pytest.approx(0.004)
    assert found["peak_rss"].value == 5e7


def test_first_audio_of_an_engine_that_cannot_stream_is_called_derived(tmp_path):
    found = spoken(tmp_path, extra=', first_audio_s=0.123, derived="decodes once at the end"')
    assert found["first_audio_time"].value == 0.123
    assert "First audio is derived: decodes once at the end." in found["first_audio_time"].warnings


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
    derived = Tts().derive(case, samples, Outcome())
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
        laps = PlainLaps()
        Csm(way, "cpu", "fp32", 1, None, "").synthesize(Input("Hello.", 6), laps, heard[-1])
        assert set(laps.stages) == {
            "prefill_time", "talker_time", "code_predictor_time", "decoder_time",
        }  # fmt: skip
    assert heard[0].fingerprint == heard[1].fingerprint
    assert [one.frames for one in heard] == [6, 6]


def test_planning_imports_nothing_heavy():
    import subprocess

    code = (
        "import sys; from collector.suites.tts import Tts; from collector.suites.lifecycle import"
        " Lifecycle; from collector.suites.command import Command\n"
        "for suite in (Tts(), Lifecycle(), Command()): suite.plan(suite.options(), 'nightly')\n"
        "import json; print(json.dumps(sorted({'torch', 'transformers', 'onnxruntime', 'onnx'}"
        " & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
