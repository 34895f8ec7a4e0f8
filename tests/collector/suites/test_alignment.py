import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from collector import points
from collector.measure.gpu import Gpu
from collector.plan import assemble
from collector.runner import Limits, Runner
from collector.speech import audio, corpus, librispeech
from collector.suites.alignment import Alignment, model
from collector.suites.alignment.options import ERROR, AlignmentOptions
from collector.suites.alignment.suite import ALIGN, METRICS, STAGES
from history.errors import BrokenDataError, UsageError
from history.exporters import alignment_jsonl
from history.metrics import registry
from history.records import Measured
from tests.collector.harness import Quiet
from tests.collector.test_gpu import Recorded

from .driver import opened, run_suite

TINY = AlignmentOptions(size="tiny", utterances=2, corpus="tones", runtimes=("torch",))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Path:
    """One cache for the module, as the collector has one for the project."""
    found: Path = tmp_path_factory.mktemp("workspace")
    return found


@pytest.fixture(scope="module")
def ran(workspace):
    pytest.importorskip("transformers")
    (found,) = run_suite(Alignment(), TINY, workspace, repeats=3)
    return found


def plan(**options):
    return Alignment().plan(msgspec.structs.replace(TINY, **options), "nightly")


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


def test_both_profiles_measure_the_same_series():
    quick = Alignment().plan(AlignmentOptions(), "quick").cases
    nightly = Alignment().plan(AlignmentOptions(), "nightly").cases
    assert [(case.params, case.variant) for case in quick] == [
        (case.params, case.variant) for case in nightly
    ]


def test_the_origin_programs_repeats_can_be_asked_for():
    (case,) = plan(warmup=10, repeats=30, aggregate="mean").cases
    assert (case.sampling.warmup, case.sampling.repeats) == (10, 30)
    assert case.sampling.aggregate == "mean"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"size": "huge"}, "size: expected one of tiny, mini, base"),
        ({"runtimes": ("jax",)}, "runtimes: expected torch, onnxruntime"),
        ({"device": "tpu"}, "device: expected cpu, cuda"),
        ({"threads": (0,)}, "threads: expected whole numbers"),
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


def bad_data(root: Path) -> Path:
    import soundfile

    folder = root / "test-clean" / "5" / "1"
    folder.mkdir(parents=True)
    good = corpus.tones("GOOD ONE", 0)
    audio.save(folder / "5-1-0000.flac", good)
    audio.save(folder / "5-1-0001.flac", good)
    audio.save(folder / "5-1-0002.flac", good[:2_000])
    soundfile.write(str(folder / "5-1-0003.wav"), good, 8_000)
    soundfile.write(str(folder / "5-1-0004.wav"), np.stack([good, good], 1), 16_000)
    texts = ["GOOD ONE", "CAFÉ", "FAR TOO LONG FOR THIS", "SLOW", "WIDE", "GONE"]
    librispeech.write(
        root / "test-clean", "5-1", {f"5-1-{n:04d}": text for n, text in enumerate(texts)}
    )
    return root


def test_bad_files_are_named_and_the_others_go_on(tmp_path, workspace):
    pytest.importorskip("transformers")
    options = msgspec.structs.replace(
        TINY, dataset_root=str(bad_data(tmp_path)), subsets=("test-clean",), utterances=0
    )
    (found,) = run_suite(Alignment(), options, workspace, repeats=1)
    errors = {
        name: str(facts[ERROR]) for name, facts in found.outcome.items.items() if ERROR in facts
    }
    assert "no 'É'" in errors["5-1-0001"]
    assert "5-1-0002: expected at least" in errors["5-1-0002"]
    assert "found 8000 Hz" in errors["5-1-0003"]
    assert "found 2" in errors["5-1-0004"]
    assert "no such audio file" in errors["5-1-0005"]
    assert set(found.items[0]) == {0}
    assert len(found.outcome.warnings) == 5
    empty = Alignment().derive_item(
        found.case, "5-1-0001", found.samples, found.outcome.items["5-1-0001"]
    )
    assert all(np.isnan(values).all() for values in empty.values())


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


def test_on_a_device_the_driver_and_the_allocator_of_torch_are_owed():
    torch_case, ort_case = plan(runtimes=("torch", "onnxruntime"), device="cuda").cases
    assert {"gpu_used", "gpu_allocated_peak"} <= set(torch_case.metrics)
    assert "gpu_used" in ort_case.metrics
    assert "gpu_allocated_peak" not in ort_case.metrics


def test_an_utterance_longer_than_allowed_is_left_out_with_its_length(workspace):
    pytest.importorskip("transformers")
    options = msgspec.structs.replace(TINY, max_seconds=4.0)
    with pytest.raises(BrokenDataError, match=r"at most 4 s of audio, found \d+ s"):
        run_suite(Alignment(), options, workspace, repeats=1)


def test_without_espeak_tones_stand_in_and_the_point_says_so(workspace, monkeypatch):
    pytest.importorskip("transformers")
    monkeypatch.setattr(corpus, "kind_here", lambda: "tones")
    options = msgspec.structs.replace(TINY, corpus="")
    (found,) = run_suite(Alignment(), options, workspace, repeats=1)
    assert found.case.variant.dataset == "tones-2"
    assert "espeak-ng is not installed" in found.outcome.warnings[0]


def test_a_data_set_without_one_good_file_is_an_error_that_shows_the_first(tmp_path, workspace):
    pytest.importorskip("transformers")
    (tmp_path / "5-1.trans.txt").write_text("5-1-0000 HELLO\n")
    options = msgspec.structs.replace(TINY, dataset_root=str(tmp_path))
    with pytest.raises(BrokenDataError, match=r"the first: 5-1-0000\.flac: no such audio file"):
        run_suite(Alignment(), options, workspace, repeats=1)


class TestOwnModel:
    def test_a_folder_without_a_vocabulary_is_refused(self, tmp_path):
        (tmp_path / "model.onnx").touch()
        with pytest.raises(UsageError, match=r"has no vocab\.json"):
            model.read_folder(tmp_path)

    def test_a_folder_without_weights_or_graph_is_refused(self, tmp_path):
        (tmp_path / "vocab.json").write_text('{"<pad>": 0, "|": 4}')
        with pytest.raises(UsageError, match=r"neither model\.safetensors nor model\.onnx"):
            model.read_folder(tmp_path)

    def test_a_graph_alone_runs_on_onnx_runtime_and_skips_torch(self, tmp_path):
        (tmp_path / "vocab.json").write_text('{"<pad>": 0, "|": 4, "A": 5}')
        (tmp_path / "model.onnx").touch()
        found = plan(model_dir=str(tmp_path), runtimes=("torch", "onnxruntime"))
        assert [case.variant.runtime for case in found.cases] == ["onnxruntime"]
        (absence,) = found.absences
        assert "no weights for torch" in absence.outcome.reason


def graph(folder, *, given=("batch", "samples"), found=("batch", "frames", 6), more=()):
    """A folder with a graph of these axes that was never trained to do anything."""
    onnx = pytest.importorskip("onnx")
    kind = onnx.TensorProto.FLOAT
    inputs = [onnx.helper.make_tensor_value_info("input_values", kind, given)]
    inputs += [onnx.helper.make_tensor_value_info(name, kind, ["batch"]) for name in more]
    output = onnx.helper.make_tensor_value_info("logits", kind, found)
    shape = onnx.helper.make_tensor("shape", onnx.TensorProto.INT64, [3], [0, -1, 1])
    nodes = [onnx.helper.make_node("Identity", ["input_values"], ["logits"])]
    if len(found) == 3:
        shape.int64_data[2] = found[2]
        nodes = [onnx.helper.make_node("Reshape", ["input_values", "shape"], ["logits"])]
    made = onnx.helper.make_graph(nodes, "g", inputs, [output], [shape])
    opset = onnx.helper.make_opsetid("", 18)
    whole = onnx.helper.make_model(made, opset_imports=[opset], ir_version=10)
    onnx.save(whole, folder / "model.onnx")
    letters = {"<pad>": 0, "|": 4, "A": 5}
    (folder / "vocab.json").write_text(json.dumps(letters))
    return msgspec.structs.replace(TINY, model_dir=str(folder), runtimes=("onnxruntime",))


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (
            {"given": ("b", "mels", "n")},
            "expected an input of batch, samples, found input_values",
        ),
        (
            {"found": ("b", "d")},
            "expected an output of batch, frames, labels, found logits",
        ),
        ({"more": ("mask",)}, "model.onnx: nothing to give to the input mask"),
        ({"found": ("b", "t", 5)}, "it names label 5, the logits end at 4"),
    ],
)
def test_a_graph_of_another_kind_is_refused_before_anything_runs(
    tmp_path, workspace, shape, reason
):
    with pytest.raises(BrokenDataError, match=re.escape(reason)):
        run_suite(Alignment(), graph(tmp_path, **shape), workspace, repeats=1)


class TestOwnTorchModel:
    @pytest.fixture
    def folder(self, tmp_path):
        """A tiny model as its author would publish it: strides and vocabulary of its own."""
        transformers = pytest.importorskip("transformers")
        config = transformers.Wav2Vec2Config(
            **model.configuration("tiny") | {"vocab_size": 8, "conv_stride": [5, 2, 2, 2, 2, 2, 4]}
        )
        transformers.Wav2Vec2ForCTC(config).save_pretrained(tmp_path / "my-model")
        letters = {"<pad>": 0, "|": 4, "s": 1, "n": 2, "o": 3, "w": 5}
        (tmp_path / "my-model" / "vocab.json").write_text(json.dumps(letters))
        return tmp_path / "my-model"

    def test_its_name_weights_and_frames_are_used(self, folder, workspace, tmp_path):
        data = tmp_path / "data"
        audio.save(data / "1-1-0000.wav", corpus.tones("SNOW", 0))
        (data / "1-1.trans.txt").write_text("1-1-0000 SNOW\n")
        options = msgspec.structs.replace(TINY, model_dir=str(folder), dataset_root=str(data))
        (found,) = run_suite(Alignment(), options, workspace, repeats=1)
        assert found.case.params == {"model": "my-model"}
        assert found.case.variant.weights == "my-model"
        facts = found.outcome.items["1-1-0000"]
        assert facts["frames"] == model.read_folder(folder).convolutions.frames(
            len(corpus.tones("SNOW", 0))
        )
        assert facts["states"] == 9
        assert found.outcome.texts["1-1-0000"].startswith("snow ")


@pytest.fixture(scope="module")
def measured(workspace):
    """Both runtimes in real children, interleaved, as `soundmark collect` measures them."""
    for name in ("transformers", "onnxruntime", "onnxscript"):
        pytest.importorskip(name)
    suite = Alignment()
    options = msgspec.structs.replace(TINY, runtimes=("torch", "onnxruntime"), warmup=1, repeats=5)
    sent = msgspec.to_builtins(options)
    target = "collector.suites.alignment:Alignment"
    planned = suite.plan(options, "quick")
    (work,) = assemble([("alignment", target, suite, sent, planned)])
    results = Runner(work, "quick", workspace, workspace, Quiet(), Limits()).results()
    made = [points.make(suite, "alignment", result) for result in results]
    return {one.points[0].variant.runtime: one for one in made}


@pytest.mark.slow
class TestMeasured:
    def test_every_point_is_a_measurement(self, measured):
        for made in measured.values():
            assert {point.outcome.__class__ for point in made.points} == {Measured}
            assert set(METRICS) <= {point.metric for point in made.points}

    def test_both_runtimes_find_the_same_words(self, measured):
        by_torch, by_ort = ({one.item: one for one in m.items} for m in measured.values())
        assert {name: one.text for name, one in by_torch.items()} == {
            name: one.text for name, one in by_ort.items()
        }
        assert {name: one.fingerprint for name, one in by_torch.items()} == {
            name: one.fingerprint for name, one in by_ort.items()
        }

    def test_points_are_aggregates_of_what_the_utterances_hold(self, measured):
        for made in measured.values():
            for metric in (*STAGES, "total_time", "align_time"):
                (point,) = [one for one in made.points if one.metric == metric]
                sums = np.sum([one.samples[metric] for one in made.items], axis=0)
                assert point.outcome.samples == pytest.approx(tuple(sums))
                clean = np.delete(sums, list(point.outcome.preempted))
                allowed = [np.median(kept) for kept in (sums, clean) if len(kept)]
                assert any(point.outcome.value == pytest.approx(one) for one in allowed)

    def test_stages_and_the_unattributed_rest_are_the_total_in_every_repeat(self, measured):
        for made in measured.values():
            held = {one.metric: np.array(one.outcome.samples) for one in made.points}
            parts = sum(held[stage] for stage in STAGES) + held["unattributed_time"]
            assert parts == pytest.approx(held["total_time"])

    def test_only_the_process_without_torch_says_its_peak(self, measured):
        peaks = {
            runtime: [one.outcome.value for one in made.points if one.metric == "peak_rss"]
            for runtime, made in measured.items()
        }
        assert peaks["torch"] == []
        assert 30e6 < peaks["onnxruntime"][0] < 300e6

    def test_what_was_measured_is_written_with_the_public_field_names(self, measured):
        for made in measured.values():
            (first, _) = alignment_jsonl.lines(made.items)
            assert first["repeats"] == 5
            assert first["warmup"] == 1
            assert first["forward_ms"] == pytest.approx(np.median(first["forward_ms_repeats"]))

    def test_a_second_session_reads_the_cached_graph(self, measured, workspace, monkeypatch):
        from collector.suites.alignment import export

        monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("exported again"))
        made = export.cached(workspace, "tiny", 0, None)
        assert made.weights.label == "synthetic(seed=0)"
