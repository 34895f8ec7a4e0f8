"""Whisper's key-value cache as a subject: a new one for every audio, or one that is reset."""

from __future__ import annotations

from typing import Any, Final

import torch
from transformers import WhisperConfig, WhisperForConditionalGeneration
from transformers.cache_utils import DynamicCache, EncoderDecoderCache

from collector.speech import weights
from collector.suites.lifecycle.subject import Report

SEED: Final = 0
INIT_STD: Final = 0.4
"""Smaller ones make the same token again and again, whatever the audio (measured 2026)."""
TOKENS: Final = 16
VOCABULARY: Final = 2000
START: Final = 1999


class WhisperCache:
    """Load creates the cache, inference decodes a fixed audio into it."""

    transcript = ""

    def __init__(self, threads: int) -> None:
        """Build the model and encode the audio once: only the cache is recreated."""
        torch.set_num_threads(threads)
        config = WhisperConfig(
            vocab_size=VOCABULARY,
            d_model=64,
            encoder_layers=2,
            decoder_layers=2,
            encoder_attention_heads=4,
            decoder_attention_heads=4,
            encoder_ffn_dim=128,
            decoder_ffn_dim=128,
            pad_token_id=START - 1,
            bos_token_id=START - 1,
            eos_token_id=START - 1,
            decoder_start_token_id=START,
        )
        self._model = WhisperForConditionalGeneration(config).eval()
        weights.fill(self._model, seed=SEED, std=INIT_STD)
        self.size_bytes = 4 * weights.count(self._model)
        mel = torch.sin(torch.linspace(0, 300, 80 * 3000)).reshape(1, 80, 3000)
        with torch.inference_mode():
            self._encoded = self._model.model.encoder(mel)
        self._cache: Any = None

    def load(self) -> None:
        """Make an empty cache."""
        self._cache = EncoderDecoderCache(DynamicCache(), DynamicCache())

    def infer(self, first_token: Report) -> str:
        """Greedy decoding, one token after the other."""
        token = torch.tensor([[START]])
        found = []
        with torch.inference_mode():
            for step in range(TOKENS):
                logits = self._model(
                    encoder_outputs=self._encoded,
                    decoder_input_ids=token,
                    past_key_values=self._cache,
                    use_cache=True,
                ).logits
                token = logits[:, -1:].argmax(-1)
                if step == 0:
                    first_token()
                found.append(int(token))
        return " ".join(map(str, found))

    def reset(self) -> None:
        """Clear the cache and keep it."""
        self._cache.reset()

    def unload(self) -> None:
        """Release the cache."""
        self._cache = None

    def facts(self) -> dict[str, Any]:
        """Weights and libraries."""
        import transformers

        return {
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "weights": weights.label(SEED),
            "init std": INIT_STD,
            "tokens": TOKENS,
        }
