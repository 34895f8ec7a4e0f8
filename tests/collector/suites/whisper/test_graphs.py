import shutil

import numpy as np
import pytest

from collector.speech.runtime import Settings
from collector.suites.whisper.decoding import Rules
from collector.suites.whisper.graphs import Graphs
from collector.suites.whisper.model import GRAPHS
from history.words.errors import BrokenDataError, BrokenEnvironmentError


def renamed(exported, folder, graph, old, new):
    """The exported graphs with one tensor under another name."""
    onnx = pytest.importorskip("onnx")
    for path in exported.graphs:
        shutil.copy(path, folder)
    model = onnx.load(folder / graph)
    for node in model.graph.node:
        for names in (node.input, node.output):
            names[:] = [new if name == old else name for name in names]
    for entry in (*model.graph.input, *model.graph.output):
        entry.name = new if entry.name == old else entry.name
    onnx.save(model, folder / graph)
    return [folder / name for name in GRAPHS]


def test_a_tensor_of_another_name_is_found_before_anything_runs(exported, tmp_path):
    paths = renamed(exported, tmp_path, GRAPHS[0], "input_features", "mel")
    with pytest.raises(BrokenDataError, match="expected an input called input_features, found mel"):
        Graphs(paths, Settings())


def test_a_file_that_is_no_graph_is_named_without_its_place(exported, tmp_path):
    bad = tmp_path / GRAPHS[0]
    bad.write_bytes(b"not a graph")
    with pytest.raises(BrokenEnvironmentError, match=r"^encoder_model.onnx cannot") as caught:
        Graphs((bad, *exported.graphs[1:]), Settings())
    assert str(tmp_path) not in str(caught.value)


def test_a_cached_step_gives_what_a_longer_first_pass_gives(exported):
    graphs = Graphs(exported.graphs, Settings())
    features = np.random.default_rng(0).normal(0, 1, (80, 3_000)).astype(np.float32)
    hidden = graphs.encode(features)
    prompt = [1, 2, 3, 4]
    whole, _ = graphs.start([*prompt, 300, 301], hidden)
    _, cache = graphs.start(prompt, hidden)
    graphs.step(300, cache, 4)
    stepped = graphs.step(301, cache, 5)
    assert np.abs(stepped - whole).max() < 1e-3 * np.abs(whole).max()


def test_the_graphs_say_how_long_their_logits_are(exported, generation):
    graphs = Graphs(exported.graphs, Settings())
    assert (graphs.vocab, graphs.mels, graphs.frames) == (2_048, 80, 3_000)
    Rules(generation, graphs.vocab, timestamps=False)


def test_asking_for_cuda_without_it_is_seen_in_the_facts(exported):
    onnxruntime = pytest.importorskip("onnxruntime")
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this ONNX Runtime has CUDA")
    facts = Graphs(exported.graphs, Settings(device="cuda")).facts()
    assert facts["requested provider"] == "CUDAExecutionProvider"
    assert facts["provider"] == "CPUExecutionProvider"
