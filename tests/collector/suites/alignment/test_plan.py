"""What the alignment suite sets out to measure."""

import re
import subprocess
import sys

import pytest

from collector.suites.alignment import Alignment, model
from collector.suites.alignment.options import AlignmentOptions
from collector.suites.alignment.suite import METRICS, sampling
from history.words.errors import UsageError
from history.words.metrics import registry
from tests.collector.suites.alignment.tiny import plan


def test_planning_imports_nothing_heavier_than_numpy():
    code = (
        "import sys; from collector.suites.alignment import Alignment as A;"
        "A().plan(A.options(), 'quick');"
        "print(sorted({'torch', 'transformers', 'onnxruntime', 'soundfile'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_both_runtimes_are_variants_of_one_benchmark_so_that_they_are_interleaved():
    found = Alignment().plan(AlignmentOptions(), "nightly")
    assert [process.name for process in found.processes] == ["torch-1t", "onnxruntime-1t"]
    assert len({(case.benchmark, str(case.params)) for case in found.cases}) == 1
    assert [case.variant.runtime for case in found.cases] == ["torch", "onnxruntime"]


def test_only_the_child_without_torch_reports_its_peak():
    torch_case, ort_case = Alignment().plan(AlignmentOptions(), "nightly").cases
    assert "peak_rss" not in torch_case.metrics
    assert "peak_rss" in ort_case.metrics


def test_threads_and_spinning_are_variants():
    found = plan(runtimes=("onnxruntime",), threads=(1, 2), spinning=(False, True))
    assert [process.name for process in found.processes] == [
        "onnxruntime-1t",
        "onnxruntime-1t-spin",
        "onnxruntime-2t",
        "onnxruntime-2t-spin",
    ]
    assert {case.variant.features for case in found.cases} == {"", "spin"}


def test_quick_measures_the_nightly_series_that_need_no_torch():
    def series(profile, **options):
        made = Alignment().plan(AlignmentOptions(**options), profile).cases
        return {(str(case.params), case.variant.text()) for case in made}

    assert series("quick") < series("nightly")
    assert all("runtime=onnxruntime" in variant for _, variant in series("quick"))
    assert series("quick", runtimes=("torch", "onnxruntime")) == series("nightly")


def test_the_origin_programs_repeats_can_be_asked_for():
    (case,) = plan(warmup=10, repeats=30, aggregate="mean").cases
    assert (case.sampling.warmup, case.sampling.repeats) == (10, 30)
    assert case.sampling.aggregate == "mean"
    assert case.sampling.processes == 1, "as there"


def test_a_night_is_spread_over_processes_and_a_large_data_set_is_not():
    assert sampling(AlignmentOptions(), "nightly").processes == 4
    assert sampling(AlignmentOptions(), "quick").processes == 1
    assert sampling(AlignmentOptions(dataset_root="LibriSpeech"), "nightly").processes == 1


def test_on_a_device_the_driver_and_the_allocator_of_torch_are_owed():
    torch_case, ort_case = plan(runtimes=("torch", "onnxruntime"), device="cuda").cases
    assert {"gpu_used", "gpu_allocated_peak"} <= set(torch_case.metrics)
    assert "gpu_used" in ort_case.metrics
    assert "gpu_allocated_peak" not in ort_case.metrics


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"size": "huge"}, "size: expected one of tiny, mini, base"),
        ({"model_dir": "/nowhere/wav2vec2"}, 'found nothing called "wav2vec2"'),
        ({"dataset_root": "/nowhere/LibriSpeech"}, "found nothing at LibriSpeech/"),
    ],
)
def test_a_wrong_option_says_what_is_wrong(options, reason):
    with pytest.raises(UsageError, match=re.escape(reason)):
        plan(**options)


def test_every_metric_is_in_the_registry():
    assert set(METRICS) <= set(registry())


def test_frames_follow_from_samples_as_the_model_counts_them():
    count = model.Convolutions().frames
    assert [count(n) for n in (399, 400, 719, 720, 16_000, 199_680)] == [
        0, 1, 1, 2, 49, 623,
    ]  # fmt: skip
