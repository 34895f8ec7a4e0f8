"""Engines in other programs: some of known behaviour, and a real one."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from collector.contract import WorkOutcome
from collector.suites.tts import Tts
from collector.suites.tts.engine import STAGES
from collector.suites.tts.plan import TtsOptions, plan
from history.words.errors import BrokenEnvironmentError
from history.words.records import Measured
from tests.collector.suites.driver import Ran, run_suite
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


def options(folder: Path, script: str, **table) -> TtsOptions:
    (folder / "engine.py").write_text(script)
    return TtsOptions(
        engine="program",
        program=("{python}", "-S", str(folder / "engine.py")),
        inputs=("short",),
        devices=("cpu",),
        **{"frames": 12, **table},
    )


def spoken(folder: Path, script: str, **table) -> Ran:
    """The suite in this process, with the engine in another."""
    (ran,) = run_suite(Tts(), options(folder, script, **table), folder, repeats=2)
    return ran


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Ran:
    return spoken(tmp_path_factory.mktemp("engine"), engine())


def test_the_time_to_first_audio_of_a_known_engine_is_recovered(tmp_path):
    """Through the whole harness, as `soundmark collect` does it."""
    table = msgspec.to_builtins(options(tmp_path, engine(tail_s=0.3), iterations=3))
    found: dict[str, Any] = {
        point.metric: point.outcome for point in collected(tmp_path, "tts", **table)
    }
    frame, audio, total = (
        np.array(found[metric].samples)
        for metric in ("first_frame_time", "first_audio_time", "total_time")
    )
    # On a busy computer some are heard of late, and none early.
    assert frame.min() >= 0.010
    assert audio.min() >= 0.030
    assert (audio - frame).max() >= 0.015
    assert (total - audio).max() >= 0.25
    assert found["peak_rss"].value == 5e7


def test_audio_seconds_come_from_samples_and_the_real_time_factor_from_them(ran):
    audio = (11 * 1920 + 1900) / 24000
    assert ran.derived["audio_duration"].value == pytest.approx(audio)
    assert ran.derived["rtf"] == pytest.approx(ran.samples["total_time"] / audio)
    assert ran.derived["tokens_per_second"] == pytest.approx(12 / ran.samples["total_time"])


def test_stages_of_another_program_are_what_it_says(ran):
    assert ran.samples["talker_time"] == pytest.approx(0.024)
    assert ran.derived["talker_step_time"] == pytest.approx(0.024 / 11)
    assert ran.derived["code_predictor_step_time"] == pytest.approx(0.004)
    assert ran.derived["frame_time"] == pytest.approx(0.006)
    assert ran.derived["decoder_frame_time"] == pytest.approx(0.001)


def test_what_a_program_says_of_its_memory_is_kept(ran):
    assert ran.outcome.values == {"peak_rss": 5e7}
    made = plan(TtsOptions(engine="program", program=("x",), devices=("cuda",)), "nightly")
    (case, *_) = (*made.cases, *(absence.case for absence in made.absences))
    assert {"peak_rss", "gpu_allocated_peak"} <= set(case.metrics)


def test_first_audio_of_an_engine_that_cannot_stream_is_called_derived(tmp_path):
    extra = ', first_audio_s=0.123, derived="decodes once at the end"'
    first = spoken(tmp_path, engine(extra=extra)).derived["first_audio_time"]
    assert first.value == 0.123
    assert first.warnings == ("First audio is derived: decodes once at the end.",)


def test_an_engine_stops_by_itself_where_no_length_is_asked_for(tmp_path):
    script = engine().replace('asked["frames"] - 0', "21")
    found = spoken(tmp_path, script, frames=None)
    assert found.case.params == {"input": "short", "frames": "natural"}
    assert (found.derived["frames"].value, found.derived["frames"].n) == (21, 1)
    assert found.outcome.invalid == ""


def test_spans_inside_the_stages_are_what_the_program_says(tmp_path):
    script = engine().replace('name="decoder_time"', 'name="top_k_time"')
    found = spoken(tmp_path, script, spans=("top_k_time",))
    assert "top_k_time" in found.case.metrics
    assert found.samples["top_k_time"] == pytest.approx(0.012)


def test_fewer_frames_than_asked_for_are_no_faster_run(tmp_path):
    found = spoken(tmp_path, engine(missing=2))
    assert found.outcome.invalid == "12 frames were asked for and 10 came."


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            "import sys; sys.exit('no voice here')",
            "exit code 1; its last line: no voice here",
        ),
        ('print(\'{"event": "error", "message": "no voice"}\')', ": no voice"),
    ],
)
def test_an_engine_that_cannot_speak_says_why(tmp_path, script, reason):
    with pytest.raises(BrokenEnvironmentError, match=reason):
        spoken(tmp_path, script)


def test_an_engine_that_is_silent_is_ended(tmp_path):
    with pytest.raises(BrokenEnvironmentError, match=r"said nothing for 0\.05 s and was ended"):
        spoken(tmp_path, "import sys; sys.stdin.read()", timeout_s=0.05)


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


def test_the_real_time_factor_is_wall_over_audio_per_repeat():
    samples = {
        "total_time": np.array([1.0, 2.0]), "frames": np.array([50.0, 50.0]),
        "audio_duration": np.array([4.0, 4.0]),
    }  # fmt: skip
    case = plan(TtsOptions(), "quick").cases[0]
    derived = Tts().derive(case, samples, WorkOutcome())
    assert np.asarray(derived["rtf"]).tolist() == [0.25, 0.5]
    assert np.asarray(derived["tokens_per_second"]).tolist() == [50.0, 25.0]
