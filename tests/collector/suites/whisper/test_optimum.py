"""Graphs as ``optimum-cli export onnx`` writes them.

Optimum cannot be installed beside transformers 5, so its layout is kept here as it was seen: with
optimum-onnx 0.1.0 (optimum 2.1.0, transformers 4.57.6, torch 2.13.0) on a Whisper of two layers.
"""

import itertools
import shutil

import pytest

from collector.measure.stage_timer import NoTimer
from collector.speech import audio, corpus, weights
from collector.speech.runtime import Settings
from collector.suites.whisper import model
from collector.suites.whisper.length import Length
from collector.suites.whisper.loop import LoopDecoder

onnx = pytest.importorskip("onnx")


def caches(kind, *sides):
    """Layer by layer, as optimum orders them."""
    return [
        f"{kind}.{layer}.{side}.{part}"
        for layer, side, part in itertools.product((0, 1), sides, ("key", "value"))
    ]


SEEN = {
    "encoder_model.onnx": (["input_features"], ["last_hidden_state"]),
    "decoder_model.onnx": (
        ["input_ids", "encoder_hidden_states"],
        ["logits", *caches("present", "decoder", "encoder")],
    ),
    "decoder_with_past_model.onnx": (
        ["input_ids", *caches("past_key_values", "decoder", "encoder")],
        ["logits", *caches("present", "decoder")],
    ),
}
"""File -> names of its inputs and outputs, in order."""


def reordered(entries, names):
    found = {
        entry.name: onnx.ValueInfoProto.FromString(entry.SerializeToString()) for entry in entries
    }
    del entries[:]
    entries.extend(found[name] for name in names)


@pytest.fixture(scope="module")
def folder(exported, tmp_path_factory):
    """The synthetic model in optimum's order, with a free batch, weights beside the graphs and the
    merged decoder that optimum adds.
    """
    made = tmp_path_factory.mktemp("whisper-optimum")
    for path, (inputs, outputs) in zip(exported.graphs, SEEN.values(), strict=True):
        graph = onnx.load(path)
        reordered(graph.graph.input, inputs)
        reordered(graph.graph.output, outputs)
        for entry in (*graph.graph.input, *graph.graph.output):
            entry.type.tensor_type.shape.dim[0].dim_param = "batch_size"
        onnx.save(
            graph,
            made / path.name,
            save_as_external_data=True,
            location=f"{path.name}_data",
            size_threshold=1_024,
        )
    shutil.copy(made / "decoder_model.onnx", made / "decoder_model_merged.onnx")
    shutil.copy(exported.tokenizer, made)
    shutil.copy(exported.graphs[0].parent / model.GENERATION, made)
    return model.read_folder(made)


def tokens_of(found, workspace):
    prompt = model.prompt(found.generation, language="en", task="transcribe", timestamps=False)
    decoder = LoopDecoder(
        found.graphs, Settings(), found.generation, prompt, Length(12, exactly=True)
    )
    (utterance,) = corpus.synthetic(workspace, 1, "tones").utterances
    return decoder.decode(audio.load(utterance.path), NoTimer())


def test_our_export_has_the_files_and_names_of_optimum(exported):
    for path in exported.graphs:
        graph = onnx.load(path, load_external_data=False).graph
        inputs, outputs = SEEN[path.name]
        assert {entry.name for entry in graph.input} == set(inputs)
        assert {entry.name for entry in graph.output} == set(outputs)


def test_an_export_of_optimum_drops_in(exported, folder, whisper_workspace):
    assert tokens_of(folder, whisper_workspace) == tokens_of(exported, whisper_workspace)


def test_weights_beside_a_graph_are_part_of_its_identity(folder, tmp_path):
    (graph, data) = weights.files_of(folder.graphs[0])
    assert data.name == "encoder_model.onnx_data"
    copy = tmp_path / graph.name
    shutil.copy(graph, copy)
    shutil.copy(data, tmp_path)
    before = weights.of_graphs("", copy)
    assert before == weights.of_graphs("", graph)
    content = bytearray(data.read_bytes())
    content[0] ^= 1
    (tmp_path / data.name).write_bytes(content)
    assert weights.of_graphs("", copy).sha256 != before.sha256
