"""A Whisper as transformers saves it, measured without an export of anybody else's."""

import msgspec
import pytest

from collector.suites.whisper import Whisper, model, vocabulary
from collector.suites.whisper.options import WhisperOptions
from tests.collector.suites.driver import run_suite


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model of one layer that makes different tokens for different audio."""
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("onnxscript")
    torch = pytest.importorskip("torch")
    made = tmp_path_factory.mktemp("own") / "my-whisper"
    sizes = model.configuration("micro") | {"encoder_layers": 1, "decoder_layers": 1}
    torch.manual_seed(0)
    transformers.WhisperForConditionalGeneration(
        transformers.WhisperConfig(**sizes)
    ).save_pretrained(made)
    vocabulary.write("micro", made / model.TOKENIZER)
    (made / model.GENERATION).write_bytes(msgspec.json.encode(model.generation_config("micro")))
    return made


@pytest.mark.nightly
def test_its_graphs_are_made_from_it_and_speak_its_tokens(folder, tmp_path):
    options = WhisperOptions(
        model_dir=str(folder), corpus="tones", files=1, max_new_tokens=12, precisions=("fp32",)
    )
    ours, theirs = run_suite(Whisper(), options, tmp_path, repeats=1)
    assert [one.case.variant.runtime for one in (ours, theirs)] == ["onnxruntime", "torch"]
    assert {one.case.variant.weights for one in (ours, theirs)} == {"my-whisper"}
    assert ours.case.params["model"] == "my-whisper"
    assert ours.outcome.fingerprint == theirs.outcome.fingerprint
    assert ours.outcome.values["tokens"] > 1
