"""What the tts suite sets out to measure."""

import json
import subprocess
import sys

import pytest

from collector.suites.tts.inputs import INPUTS
from collector.suites.tts.plan import DEVICES, TtsOptions, plan
from history.words.errors import ConfigError


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
        ({"repeats": 2, "iterations": 2}, "found both"),
        ({"spans": ("beam_time",)}, 'there is no "beam_time"'),
        ({"spans": ("top_k_time",)}, "only a program"),
    ],
)
def test_lengths_and_spans_that_cannot_be_are_refused(options, reason):
    with pytest.raises(ConfigError, match=reason):
        plan(TtsOptions(**options), "quick")


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


def test_the_long_input_is_about_twenty_seconds_of_speech():
    """In frames of 80 ms, and by its letters, which a trained voice says 17.5 of in a second."""
    assert 18 <= INPUTS["long"].frames * 0.08 <= 22
    assert 18 <= len(INPUTS["long"].text) / 17.5 <= 22


def test_planning_imports_nothing_heavy():
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
