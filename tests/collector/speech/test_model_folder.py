"""A folder that holds another model than it is taken for is refused before anything is measured."""

import json
import re

import pytest

from collector.speech import graph_names, model_folder, pretrained
from collector.suites.alignment import Alignment
from collector.suites.alignment.options import AlignmentOptions
from collector.suites.lifecycle.plan import LifecycleOptions
from collector.suites.lifecycle.plan import plan as lifecycle_plan
from collector.suites.tts.plan import TtsOptions
from collector.suites.tts.plan import plan as tts_plan
from collector.suites.whisper import Whisper
from collector.suites.whisper.options import WhisperOptions
from history.words.errors import BrokenDataError, UsageError

LETTERS = {"<pad>": 0, "|": 4, "A": 5}


def folder(path, model_type, *names, **config):
    """Weights of these names, as safetensors has them, with the values left out."""
    path.mkdir()
    entry = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps({"__metadata__": {"format": "pt"}, **dict.fromkeys(names, entry)}).encode()
    (path / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    (path / "config.json").write_text(json.dumps({"model_type": model_type, **config}))
    (path / "vocab.json").write_text(json.dumps(LETTERS))
    return str(path)


@pytest.fixture
def whisper(tmp_path):
    return folder(tmp_path / "my-whisper", "whisper", "model.decoder.layers.0.fc1.weight")


def test_a_whisper_is_refused_by_tts(whisper):
    with pytest.raises(UsageError, match=re.escape('"csm" in my-whisper/config.json, found "whis')):
        tts_plan(TtsOptions(model_dir=whisper), "quick")


def test_a_whisper_is_refused_by_alignment(whisper):
    with pytest.raises(UsageError, match=r'type "wav2vec2" in my-whisper/config\.json, found "w'):
        Alignment().plan(AlignmentOptions(model_dir=whisper), "quick")


def test_a_whisper_is_refused_by_the_forced_aligner(whisper):
    options = LifecycleOptions(subjects=("forced_aligner",), aligner_dir=whisper)
    with pytest.raises(UsageError, match='"qwen3_asr"'):
        lifecycle_plan(options, "quick")


def test_a_wav2vec2_is_refused_by_whisper(tmp_path):
    other = folder(tmp_path / "w2v", "wav2vec2", "lm_head.weight")
    with pytest.raises(UsageError, match='expected the model type "whisper"'):
        Whisper().plan(WhisperOptions(model_dir=other), "quick")


def test_a_wav2vec2_without_a_head_is_refused_and_its_weights_are_named(tmp_path):
    bare = folder(tmp_path / "bare", "wav2vec2", "encoder.a", "encoder.b", "encoder.c", "d")
    said = "bare/ lacks the layer that gives logits; its weights are d, encoder.a, encoder.b and 1"
    with pytest.raises(UsageError, match=re.escape(said)):
        Alignment().plan(AlignmentOptions(model_dir=bare), "quick")


def test_weights_in_several_files_are_known_by_their_index(tmp_path):
    (tmp_path / "model.safetensors.index.json").write_text('{"weight_map": {"a": "1", "b": "2"}}')
    assert model_folder.keys(tmp_path) == ("a", "b")


def test_a_pointer_instead_of_weights_is_named(tmp_path):
    (tmp_path / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(UsageError, match="expected a safetensors file"):
        model_folder.keys(tmp_path)
    (tmp_path / "model.onnx").write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(BrokenDataError, match="expected an ONNX graph"):
        graph_names.read(tmp_path / "model.onnx")


class TestEveryKey:
    """What only transformers knows is asked when the weights are read."""

    @pytest.fixture
    def saved(self, tmp_path):
        transformers = pytest.importorskip("transformers")
        config = transformers.Wav2Vec2Config(
            vocab_size=8,
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            conv_dim=[8] * 7,
            num_conv_pos_embeddings=4,
            num_conv_pos_embedding_groups=2,
        )
        self.kind = transformers.Wav2Vec2ForCTC
        self.kind(config).save_pretrained(tmp_path / "model")
        return tmp_path / "model"

    def change(self, saved, change):
        torch = pytest.importorskip("safetensors.torch")
        tensors = torch.load_file(saved / "model.safetensors")
        change(tensors)
        torch.save_file(tensors, saved / "model.safetensors", metadata={"format": "pt"})

    def test_the_right_weights_are_read_in_float32(self, saved):
        def change(tensors):
            tensors |= {name: value.half() for name, value in tensors.items()}

        self.change(saved, change)
        loaded = pretrained.load(self.kind, saved, "model_dir")
        assert {str(one.dtype) for one in loaded.parameters()} == {"torch.float32"}
        assert not loaded.training

    def test_a_missing_and_an_unknown_key_are_named(self, saved):
        def change(tensors):
            tensors["wav2vec2.adapter.weight"] = tensors.pop("lm_head.weight")

        self.change(saved, change)
        said = (
            "model_dir: the weights in model/ are not those of a Wav2Vec2ForCTC: 1 are missing"
            " (first: lm_head.weight); 1 are not known to it (first: wav2vec2.adapter.weight)"
        )
        with pytest.raises(BrokenDataError, match=re.escape(said)):
            pretrained.load(self.kind, saved, "model_dir")

    def test_a_key_of_another_shape_is_named(self, saved):
        def change(tensors):
            tensors["lm_head.bias"] = tensors["lm_head.bias"][:5]

        self.change(saved, change)
        with pytest.raises(BrokenDataError, match=r"1 have another shape \(first: lm_head\.bias"):
            pretrained.load(self.kind, saved, "model_dir")

    def test_what_only_training_reads_may_be_missing(self, saved):
        self.change(saved, lambda tensors: tensors.pop("wav2vec2.masked_spec_embed"))
        unused = frozenset({"wav2vec2.masked_spec_embed"})
        assert pretrained.load(self.kind, saved, "model_dir", unused=unused) is not None
        with pytest.raises(BrokenDataError, match=r"masked_spec_embed"):
            pretrained.load(self.kind, saved, "model_dir")
