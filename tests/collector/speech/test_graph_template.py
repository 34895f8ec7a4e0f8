"""Graphs kept without their weights."""

import numpy as np
import pytest

from collector.speech import graph_template, weights
from collector.suites.alignment import export as alignment
from collector.suites.whisper import export as whisper
from history.words.errors import BrokenDataError

onnx = pytest.importorskip("onnx")
torch = pytest.importorskip("torch")


def graph(path, **tensors):
    """A file with these tensors; nothing is computed from them."""
    made = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["x"], ["y"], doc_string="/home/somebody/model.py")],
        "g",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1])],
        [onnx.numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    onnx.save(onnx.helper.make_model(made), path)


def tensors(path):
    found = onnx.load(path).graph.initializer
    return {one.name: onnx.numpy_helper.to_array(one) for one in found}


@pytest.fixture
def model():
    made = torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.Linear(128, 64))
    made[1].weight.requires_grad_(requires_grad=False)
    weights.fill(made, seed=0, std=0.5)
    return made


@pytest.fixture
def known():
    return weights.Weights(
        label="", sha256="", parameters=0, config_sha256="c", init_std=0.5, made_with="torch=1"
    )


def test_a_graph_gets_back_every_weight_it_had_and_those_of_another_seed(model, known, tmp_path):
    values = weights.arrays(model)
    given = {
        "turned": np.ascontiguousarray(values["0.weight"].T),
        "flat": values["1.weight"].reshape(-1),
        "bias": values["0.bias"],
        "axes": np.array([0, 1]),
    }
    graph(tmp_path / "model.onnx", **given)
    kept = tmp_path / "template"
    graph_template.take(model, [tmp_path / "model.onnx"], known, kept)
    assert (kept / "model.onnx").stat().st_size < 1_000
    assert b"somebody" not in (kept / "model.onnx").read_bytes()

    (tmp_path / "same").mkdir()
    found = graph_template.fill(kept, tmp_path / "same", 0)
    again = tensors(tmp_path / "same" / "model.onnx")
    assert list(again) == list(given)
    assert all(np.array_equal(again[name], value) for name, value in given.items())
    assert (found.sha256, found.parameters) == (weights.sha256(model), weights.count(model))
    assert found.facts()["graphs exported with"] == "torch=1"

    (tmp_path / "other").mkdir()
    graph_template.fill(kept, tmp_path / "other", 1)
    weights.fill(model, seed=1, std=0.5)
    other = tensors(tmp_path / "other" / "model.onnx")
    assert np.array_equal(other["turned"].T, weights.arrays(model)["0.weight"])
    assert np.array_equal(other["flat"], given["flat"]), "no seed makes what is frozen"


def test_weights_that_an_export_changed_are_not_kept_by_mistake(model, known, tmp_path):
    changed = weights.arrays(model)["0.weight"].repeat(4, axis=0) * 2
    graph(tmp_path / "model.onnx", weight=changed)
    with pytest.raises(BrokenDataError, match="changed by the export"):
        graph_template.take(model, [tmp_path / "model.onnx"], known, tmp_path / "template")


@pytest.mark.parametrize("size", ["tiny", "mini"])
def test_the_kept_graphs_hold_the_weights_of_the_torch_model(size, tmp_path):
    pytest.importorskip("transformers")
    _, known = alignment.load_torch(size, 3, None)
    found = alignment.cached(tmp_path, size, 3, None).weights
    assert (found.sha256, found.config_sha256) == (known.sha256, known.config_sha256)


def test_the_kept_whisper_graphs_hold_the_weights_of_the_torch_model(tmp_path):
    pytest.importorskip("transformers")
    _, known = whisper.load_torch("micro", 3, None)
    found = whisper.cached(tmp_path, "micro", 3).weights
    assert (found.sha256, found.config_sha256) == (known.sha256, known.config_sha256)
    assert found.init_std == known.init_std
