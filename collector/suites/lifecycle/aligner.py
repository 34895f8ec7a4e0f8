"""The forced aligner of Qwen3-ASR as a subject: real classes of transformers, synthetic weights."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

import torch
from transformers import Qwen3ASRConfig, Qwen3ASRForTokenClassification

from collector.speech import pretrained, weights
from collector.suites.lifecycle.subject import Report

TEXT: Final = "and so my fellow listeners ask not what the clock can do for you"
"""Text aligned in every iteration; the speed is its characters per second."""
SEED: Final = 0
FRAMES: Final = 300
"""Three seconds of log-mel at 10 ms."""
AUDIO_TOKENS: Final = 39
"""Tokens that the encoder makes of the frames: 13 a second."""
MS_PER_CLASS: Final = 80
_AUDIO_TOKEN, _TIMESTAMP_TOKEN, _VOCABULARY = 500, 501, 600


def config() -> Qwen3ASRConfig:
    """Every part of the architecture, two layers deep and 64 wide."""
    return Qwen3ASRConfig(
        audio_config={
            "model_type": "qwen3_asr_encoder",
            "encoder_layers": 2,
            "encoder_attention_heads": 4,
            "encoder_ffn_dim": 128,
            "d_model": 64,
            "output_dim": 64,
            "downsample_hidden_size": 16,
        },
        text_config={
            "model_type": "qwen3",
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "vocab_size": _VOCABULARY,
            "max_position_embeddings": 4096,
        },
        audio_token_id=_AUDIO_TOKEN,
        timestamp_token_id=_TIMESTAMP_TOKEN,
        pad_token_id=0,
        eos_token_id=1,
        num_labels=500,
    )


def saved(workspace: Path) -> Path:
    """Folder of the small model, written when it is not there yet."""
    folder = workspace / "lifecycle" / f"qwen3-aligner-{SEED}"
    if not (folder / "config.json").is_file():
        model = Qwen3ASRForTokenClassification(config()).eval()
        weights.fill(model, seed=SEED, std=0.05)
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        model.save_pretrained(part)
        part.rename(folder)
    return folder


class ForcedAligner:
    """Load is ``from_pretrained``, inference one forward pass over audio and text."""

    transcript = TEXT

    def __init__(self, folder: Path, label: str, threads: int) -> None:
        """Make the input. The folder is one of transformers' (``save_pretrained``)."""
        from transformers.utils import logging

        logging.disable_progress_bar()
        torch.set_num_threads(threads)
        self.size_bytes = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
        self._folder, self._label = folder, label
        self._model: Any = None
        self._sha256 = ""
        self._inputs: dict[str, Any] = {}

    def load(self) -> None:
        """Read the weights from the folder; nothing is downloaded."""
        self._model = pretrained.load(Qwen3ASRForTokenClassification, self._folder, "aligner_dir")
        if not self._inputs:
            self._inputs = _inputs(self._model.config)
            self._sha256 = weights.sha256(self._model)

    def infer(self, first_token: Report) -> str:
        """Times of the words in milliseconds; there is one pass and so no first token."""
        del first_token
        with torch.inference_mode():
            logits = self._model(**self._inputs).logits
        marks = self._inputs["input_ids"][0] == self._model.config.timestamp_token_id
        classes = logits[0, marks].argmax(-1)
        return " ".join(str(int(one) * MS_PER_CLASS) for one in classes)

    def reset(self) -> None:
        """A forward pass keeps nothing."""

    def unload(self) -> None:
        """Let go of the model."""
        self._model = None

    def facts(self) -> dict[str, Any]:
        """Weights and libraries."""
        import transformers

        return {
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "weights": self._label,
            "weights sha256": self._sha256[:12],
        }


def _inputs(made: Any) -> dict[str, Any]:  # noqa: ANN401 - a Qwen3ASRConfig
    """Three seconds of a rising tone as log-mel, then the text with a mark before every word."""
    mels = made.audio_config.num_mel_bins
    steps = torch.linspace(0, 1, FRAMES)[None, :] + torch.linspace(0, 1, mels)[:, None]
    ids = [made.audio_token_id] * AUDIO_TOKENS
    for word in TEXT.split():
        ids += [made.timestamp_token_id, *(2 + ord(letter) for letter in word)]
    ids.append(made.timestamp_token_id)
    return {
        "input_ids": torch.tensor([ids]),
        "input_features": torch.sin(6 * steps)[None],
        "input_features_mask": torch.ones(1, FRAMES, dtype=torch.long),
    }
