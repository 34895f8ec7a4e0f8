# ruff: noqa: INP001 - a program, run by the Python that qwen-tts is installed in
"""Save a Qwen3-TTS of 0.7 million random weights: ``PYTHON tiny_qwen.py FOLDER``.

Every part has the package's own class and the smallest size its shapes allow, so that what runs
through it is the real code. Written against qwen-tts 0.1.1 and transformers 4.57.3.
"""

import json
import sys
from pathlib import Path

import torch
from qwen_tts.core.models import (  # type: ignore[import-not-found]
    Qwen3TTSConfig,
    Qwen3TTSForConditionalGeneration,
    Qwen3TTSProcessor,
)
from qwen_tts.core.tokenizer_12hz import (  # type: ignore[import-not-found]
    configuration_qwen3_tts_tokenizer_v2 as codec_settings,
)
from qwen_tts.core.tokenizer_12hz import modeling_qwen3_tts_tokenizer_v2 as codec_model
from transformers import EncodecFeatureExtractor, Qwen2TokenizerFast
from transformers.models.gpt2.tokenization_gpt2 import bytes_to_unicode

GROUPS = 16
"""Codebooks of a frame."""
CODES = 64
"""Entries of each."""

LAYERS = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "num_code_groups": GROUPS,
}


def text_tokenizer(folder: Path) -> Qwen2TokenizerFast:
    """Bytes, and the two marks of a chat."""
    letters = {letter: number for number, letter in enumerate(bytes_to_unicode().values())}
    (folder / "vocab.json").write_text(json.dumps(letters), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    marks = ["<|im_start|>", "<|im_end|>"]
    return Qwen2TokenizerFast(
        str(folder / "vocab.json"),
        str(folder / "merges.txt"),
        unk_token=None,
        additional_special_tokens=marks,
    )


def model_config() -> Qwen3TTSConfig:
    """The last 1024 codes of the talker are never spoken, so it has 64 more."""
    talker = LAYERS | {
        "vocab_size": 1024 + CODES,
        "head_dim": 16,
        "rope_scaling": {"rope_type": "default", "mrope_section": [4, 2, 2], "interleaved": True},
        "text_vocab_size": 300,
        "text_hidden_size": 64,
        "codec_eos_token_id": 1080,
        "codec_think_id": 1081,
        "codec_nothink_id": 1082,
        "codec_think_bos_id": 1083,
        "codec_think_eos_id": 1084,
        "codec_pad_id": 1085,
        "codec_bos_id": 1086,
        "spk_id": {"ada": 70},
        "spk_is_dialect": {"ada": False},
        "codec_language_id": {"english": 71},
        "code_predictor_config": LAYERS | {"vocab_size": CODES, "head_dim": 16},
    }
    return Qwen3TTSConfig(
        talker_config=talker,
        tokenizer_type="qwen3_tts_tokenizer_12hz",
        tts_model_size="0b6",
        tts_model_type="custom_voice",
        im_start_token_id=258,
        im_end_token_id=259,
        tts_pad_token_id=260,
        tts_bos_token_id=261,
        tts_eos_token_id=262,
    )


def codec_config() -> codec_settings.Qwen3TTSTokenizerV2Config:
    """12.5 frames a second at 24 kHz, as the real one."""
    encoder = {
        "hidden_size": 32,
        "num_filters": 4,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "intermediate_size": 64,
        "codebook_size": CODES,
        "codebook_dim": 16,
        "vector_quantization_hidden_dimension": 16,
        "num_quantizers": GROUPS,
        "upsample_groups": 32,
    }
    decoder = {
        "codebook_size": CODES,
        "codebook_dim": 32,
        "hidden_size": 32,
        "latent_dim": 32,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "intermediate_size": 64,
        "num_hidden_layers": 1,
        "num_quantizers": GROUPS,
        "decoder_dim": 64,
    }
    return codec_settings.Qwen3TTSTokenizerV2Config(encoder_config=encoder, decoder_config=decoder)


def main() -> None:
    """Everything ``Qwen3TTSModel.from_pretrained`` looks for."""
    folder = Path(sys.argv[1])
    codec = folder / "speech_tokenizer"
    codec.mkdir(parents=True)
    torch.manual_seed(0)
    Qwen3TTSProcessor(text_tokenizer(folder)).save_pretrained(folder)
    Qwen3TTSForConditionalGeneration(model_config()).save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    # What is written of the speaker encoder is not what is read; a model without one leaves it out.
    del config["speaker_encoder_config"]
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "generation_config.json").write_text("{}", encoding="utf-8")
    codec_model.Qwen3TTSTokenizerV2Model(codec_config()).save_pretrained(codec)
    EncodecFeatureExtractor(sampling_rate=24_000).save_pretrained(codec)


if __name__ == "__main__":
    main()
