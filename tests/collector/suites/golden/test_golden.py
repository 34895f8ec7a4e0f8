import re
import subprocess
import sys

import msgspec
import numpy as np
import pytest

from collector.speech import audio, corpus
from collector.suites.golden import Golden, trace
from collector.suites.golden.options import GoldenOptions
from collector.suites.golden.suite import FIRST_TOKEN, METRICS, STAGES
from history.words.errors import BrokenDataError, UsageError
from history.words.metrics import composition, registry
from history.words.records import Item, Measured
from tests.collector.suites.driver import run_suite

SMALL = GoldenOptions(corpus="tones", seconds=(1.5,))


def plan(profile="nightly", **options):
    return Golden().plan(msgspec.structs.replace(SMALL, **options), profile)


def run(workspace, repeats=2, **options):
    chosen = msgspec.structs.replace(SMALL, **options)
    return run_suite(
        Golden(), chosen, workspace, repeats=repeats,
        chosen=lambda case: case.benchmark == "pipeline",
    )  # fmt: skip


@pytest.fixture(scope="module")
def ran(whisper_workspace):
    (found,) = run(whisper_workspace, repeats=3)
    return found


def saved(ran, path):
    (name,) = ran.case.items
    item = Item(
        suite="golden",
        benchmark="pipeline",
        item=name,
        params=ran.case.params,
        variant=ran.case.variant,
        facts=ran.outcome.items[name],
        text=ran.outcome.texts[name],
    )
    trace.save(path, trace.trace_of([item], "c1"))
    return path


def test_planning_imports_nothing_heavier_than_numpy():
    code = (
        "import sys; from collector.suites.golden import Golden as G;"
        "G().plan(G.options(), 'nightly');"
        "heavy = {'torch', 'transformers', 'onnxruntime', 'soundfile', 'tokenizers'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_child_is_light():
    assert all(process.light for process in plan().processes)


def test_loading_and_clips_do_not_share_a_process():
    load, *clips = plan(seconds=None).cases
    assert [case.params["seconds"] for case in clips] == ["1.5", "3", "30"]
    assert load.process not in {case.process for case in clips}


def test_quick_leaves_the_long_clip_out():
    seconds = [case.params.get("seconds") for case in plan("quick", seconds=None).cases]
    assert seconds == [None, "1.5", "3"]


def test_a_95th_percentile_needs_twenty_repeats():
    assert "latency_p95" in plan(repeats=20).cases[1].metrics
    assert "latency_p95" not in plan(repeats=19).cases[1].metrics
    assert "latency_p50" in plan(repeats=19).cases[1].metrics


def test_every_metric_is_in_the_registry():
    owed = {metric for case in plan(repeats=20).cases for metric in case.metrics}
    assert owed <= set(registry())


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"size": "huge"}, "size: expected one of micro, base"),
        ({"audio": "/nowhere/a.wav"}, "there is no file a.wav"),
        ({"trace": "/nowhere/golden.json"}, "there is no file golden.json"),
        ({"onnx_dir": "/nowhere/whisper"}, 'found nothing called "whisper"'),
    ],
)
def test_a_wrong_option_says_what_is_wrong(options, reason):
    with pytest.raises(UsageError, match=re.escape(reason)):
        plan(**options)


def test_every_stage_is_timed_and_the_first_token_is_the_sum_of_three(ran):
    (item,) = ran.items[0].values()
    assert set(item) == {*STAGES, "total_time"}
    expected = sum(ran.samples[stage] for stage in FIRST_TOKEN)
    assert ran.derived["first_token_time"] == pytest.approx(expected)


def test_the_stages_of_the_first_token_are_those_that_pages_add_up():
    found = composition({*METRICS} - {"total_time"})
    assert (found.whole, found.parts) == ("first_token_time", FIRST_TOKEN)
    # A published trace has no pass over the prompt: its first step gives the first token.
    traced = composition({"first_token_time", "mel_time", "encoder_time", "decode_step_time"})
    assert traced.parts == ("mel_time", "encoder_time", "decode_step_time")


def test_every_metric_it_owes_is_there(ran):
    known = set(ran.samples) | set(ran.derived) | set(ran.outcome.values)
    assert set(METRICS) <= known


def test_a_step_and_the_real_time_factor_follow_from_tokens_and_length(ran):
    step = ran.samples["decode_loop_time"] / 19
    assert ran.derived["decode_step_time"] == pytest.approx(step)
    assert ran.derived["rtf"] == pytest.approx(ran.samples["total_time"] / 1.5)


def test_padding_and_tokens_stand_beside_the_real_time_factor(ran):
    facts = ran.outcome.items["clip-1.5s"]
    assert (facts["duration_s"], facts["padded_s"], facts["tokens"]) == (1.5, 30.0, 20)


def test_every_stage_has_a_numeric_fingerprint(ran):
    facts = ran.outcome.items["clip-1.5s"]
    assert facts["mel.shape"] == "80x3000"
    assert facts["encoder.shape"] == "1x1500x64"
    assert facts["prefill.shape"] == facts["decode.shape"] == "2048"
    for stage in ("mel", "encoder", "prefill", "decode"):
        assert facts[f"{stage}.std"] > 0
        assert facts[f"{stage}.nonfinite"] == 0
        assert len(facts[f"{stage}.fingerprint"]) == 16


def test_the_output_of_synthetic_weights_passes_its_checks(ran):
    assert ran.outcome.invalid == ""
    assert len(ran.outcome.texts["clip-1.5s"].split()) > 5


def test_a_95th_percentile_says_how_many_values_it_has(ran):
    case = plan(repeats=20).cases[1]
    samples = {name: np.tile(values, 7)[:20] for name, values in ran.samples.items()}
    found = Golden().derive(case, samples, ran.outcome)["latency_p95"]
    assert isinstance(found, Measured)
    assert found.n == 20
    assert found.value >= np.median(samples["total_time"])


def test_loading_reports_time_and_size(whisper_workspace, exported):
    load = run_suite(
        Golden(), SMALL, whisper_workspace, repeats=1, chosen=lambda case: case.benchmark == "load"
    )
    size = sum(path.stat().st_size for path in (*exported.graphs, exported.tokenizer))
    assert load[0].outcome.values["model_size"] == size
    assert (load[0].derived["load_time"] > 0).all()


def test_an_output_that_equals_the_saved_trace_is_valid(ran, whisper_workspace, tmp_path):
    path = saved(ran, tmp_path / "golden.json")
    (again,) = run(whisper_workspace, repeats=1, trace=str(path))
    assert again.outcome.invalid == ""
    assert again.outcome.warnings == ()
    assert again.outcome.fingerprint == ran.outcome.fingerprint


def test_an_output_that_differs_from_the_saved_trace_is_invalid(ran, whisper_workspace, tmp_path):
    path = saved(ran, tmp_path / "golden.json")
    made = trace.load(path)
    clip = made.clips[0]
    clip.stages["encoder"]["std"] = 2 * float(clip.stages["encoder"]["std"])
    trace.save(path, made)
    (again,) = run(whisper_workspace, repeats=1, trace=str(path))
    assert again.outcome.invalid.startswith("the output is not that of the golden trace; encoder:")


def test_a_clip_the_trace_does_not_have_is_a_warning(ran, whisper_workspace, tmp_path):
    path = saved(ran, tmp_path / "golden.json")
    (other,) = run(whisper_workspace, repeats=1, trace=str(path), precision="int8")
    assert other.outcome.invalid == ""
    assert other.outcome.warnings == (
        "The golden trace has no such clip, so the output was not compared.",
    )


def test_an_own_recording_must_be_long_enough(whisper_workspace, tmp_path):
    audio.save(tmp_path / "short.wav", corpus.tones("HI", 0))
    with pytest.raises(BrokenDataError, match=r"short.wav: expected at least 1.5 s, found 0.3"):
        run(whisper_workspace, audio=str(tmp_path / "short.wav"))
