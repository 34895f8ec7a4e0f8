"""The alignment suite with a model of one's own."""

import json
import re

import msgspec
import pytest

from collector.speech import audio, corpus
from collector.suites.alignment import Alignment, model
from history.words.errors import BrokenDataError, UsageError
from tests.collector.suites.alignment.tiny import TINY, plan
from tests.collector.suites.driver import run_suite


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
        graph(tmp_path)
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
def test_a_graph_of_another_kind_is_refused_before_anything_runs(tmp_path, shape, reason):
    with pytest.raises(BrokenDataError, match=re.escape(reason)):
        Alignment().plan(graph(tmp_path, **shape), "quick")


def test_a_file_that_is_no_graph_is_refused_before_anything_runs(tmp_path):
    options = graph(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"")
    with pytest.raises(BrokenDataError, match="an input and an output, found none"):
        Alignment().plan(options, "quick")


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
