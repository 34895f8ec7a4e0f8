import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from collector.speech import audio, corpus
from collector.suites.whisper import Whisper, export, model
from collector.suites.whisper.options import WhisperOptions
from collector.suites.whisper.suite import METRICS, STAGES
from history.words.errors import BrokenDataError, UsageError
from history.words.metrics import registry

KEPT = Path(export.__file__).with_name("templates") / "micro"
SMALL = WhisperOptions(corpus="tones", files=2)


def plan(profile="nightly", **options):
    return Whisper().plan(msgspec.structs.replace(SMALL, **options), profile)


def own_folder(tmp_path, *, without=(), **config):
    """A folder in optimum's layout whose graphs nobody will load."""
    folder = tmp_path / "whisper-own"
    folder.mkdir()
    for name in model.GRAPHS:
        shutil.copy(KEPT / name, folder)  # without its weights
    (folder / model.TOKENIZER).write_bytes(b"")
    found = model.generation_config("micro") | config
    (folder / model.GENERATION).write_bytes(
        msgspec.json.encode({key: value for key, value in found.items() if value is not None})
    )
    for name in without:
        (folder / name).unlink()
    return folder


def test_planning_imports_nothing_heavier_than_numpy():
    code = (
        "import sys; from collector.suites.whisper import Whisper as W;"
        "W().plan(W.options(), 'nightly');"
        "heavy = {'torch', 'transformers', 'onnxruntime', 'soundfile', 'tokenizers'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_all_ways_are_variants_of_one_benchmark_so_that_they_are_interleaved():
    found = plan()
    assert len({(case.benchmark, str(case.params)) for case in found.cases}) == 1
    assert [process.name for process in found.processes] == [
        "onnxruntime-1t-fp32",
        "onnxruntime-2t-fp32",
        "onnxruntime-2t-fp32-spin",
        "onnxruntime-1t-int8",
        "torch-1t",
    ]


def test_quick_measures_some_of_the_nightly_series_and_no_others():
    def series(profile):
        return {(str(case.params), case.variant.text()) for case in plan(profile).cases}

    assert series("quick") < series("nightly")
    assert len(series("quick")) == 2


def test_only_the_children_without_torch_report_their_peak():
    light = {process.name for process in plan().processes if process.light}
    for case in plan().cases:
        assert ("peak_rss" in case.metrics) == (case.process in light)


def test_the_baseline_has_one_stage_more():
    *own, baseline = plan().cases
    assert {case.stages for case in own} == {STAGES}
    assert set(baseline.stages) - set(STAGES) == {"generate_setup_time"}


def test_session_options_that_differ_are_features_of_the_variant():
    (case,) = plan(
        implementations=("own-loop",), precisions=("fp32",), threads=(1,), mem_pattern=False,
        cpu_mem_arena=False, graph_opt="basic", execution_mode="parallel", inter_op=2,
    ).cases  # fmt: skip
    assert case.variant.features == "graph_basic+parallel+inter_2+no_arena+no_mem_pattern"


def test_every_metric_is_in_the_registry():
    assert {*METRICS, "generate_setup_time", "wer", "cer", "peak_rss"} <= set(registry())


def test_error_rates_are_never_owed_with_synthetic_weights():
    assert all("wer" not in case.metrics for case in plan().cases)


def test_error_rates_are_owed_for_own_weights_and_own_texts(tmp_path):
    spoken = tmp_path / "audio"
    audio.save(spoken / "one.wav", corpus.tones("ONE", 0))
    options = {"onnx_dir": str(own_folder(tmp_path)), "audio_dir": str(spoken), "files": None}
    assert all("wer" not in case.metrics for case in plan(**options).cases)
    (spoken / "one.txt").write_text("One.")
    assert all("wer" in case.metrics for case in plan(**options).cases)


def test_a_folder_without_torch_weights_skips_the_baseline_and_says_why(tmp_path):
    (absence,) = plan(onnx_dir=str(own_folder(tmp_path))).absences
    assert absence.case.variant.implementation == "hf-generate"
    assert absence.outcome.reason.startswith("whisper-own holds no weights for torch")


def test_own_weights_are_named_with_language_and_task(tmp_path):
    case, *_ = plan(onnx_dir=str(own_folder(tmp_path)), language="de", task="translate").cases
    assert case.params == {
        "model": "whisper-own", "language": "de", "task": "translate", "max_new_tokens": "128",
    }  # fmt: skip
    assert case.variant.weights == "whisper-own"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"size": "huge"}, "size: expected one of micro, base"),
        ({"beam": 5}, "beam: expected 1, found 5"),
        ({"language": "tlh"}, 'language: the model does not know "tlh"'),
        ({"task": "sing"}, 'task: the model does not know "sing"'),
        ({"files": 99}, "expected 1 to 24, found 99"),
        ({"onnx_dir": "/nowhere/whisper"}, 'found nothing called "whisper"'),
        ({"audio_dir": "/nowhere/audio"}, 'found nothing called "audio"'),
    ],
)
def test_a_wrong_option_says_what_is_wrong(options, reason):
    with pytest.raises(UsageError, match=re.escape(reason)):
        plan(**options)


@pytest.mark.parametrize(
    "name", ["decoder_with_past_model.onnx", "tokenizer.json", "generation_config.json"]
)
def test_a_missing_file_of_a_model_is_named(tmp_path, name):
    folder = own_folder(tmp_path, without=[name])
    with pytest.raises(UsageError, match=re.escape(name)):
        plan(onnx_dir=str(folder))


def test_a_tokenizer_may_lie_elsewhere(tmp_path):
    folder = own_folder(tmp_path, without=[model.TOKENIZER])
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert plan(onnx_dir=str(folder), tokenizer_json=str(other)).cases


def test_a_generation_config_without_special_tokens_is_refused(tmp_path):
    folder = own_folder(tmp_path, no_timestamps_token_id=None)
    with pytest.raises(UsageError, match="lacks no_timestamps_token_id"):
        plan(onnx_dir=str(folder))


def test_a_model_of_english_alone_needs_no_language(tmp_path):
    folder = own_folder(tmp_path, lang_to_id=None, task_to_id=None)
    found = model.read_folder(folder).generation
    assert model.prompt(found, language="en", task="transcribe", timestamps=False) == (
        found.start, found.no_timestamps,
    )  # fmt: skip
    with pytest.raises(UsageError, match="only transcribes English"):
        plan(onnx_dir=str(folder), language="fr")


def test_wider_synthetic_models_have_narrower_weights():
    assert [model.init_std(size) for size in ("micro", "base")] == [0.4, 0.1414]
    assert model.configuration("base")["init_std"] == 0.1414


def test_graphs_whose_tensors_have_other_names_are_refused_before_anything_runs(tmp_path):
    pytest.importorskip("onnx")
    folder = own_folder(tmp_path)
    shutil.copy(KEPT / model.GRAPHS[0], folder / model.GRAPHS[2])
    said = "decoder_with_past_model.onnx: expected an input called input_ids, found input_features"
    with pytest.raises(BrokenDataError, match=said):
        plan(onnx_dir=str(folder))
