"""Transcribe 30 s with transformers' feature extractor and ``generate``: the Python baseline."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collector.speech import audio, runtime
from collector.suites.whisper import export
from collector.suites.whisper.decoding import suppressed

if TYPE_CHECKING:
    from collector.contract import StageTimer
    from collector.speech.audio import Floats
    from collector.suites.whisper.length import Length
    from collector.suites.whisper.model import Generation
    from collector.suites.whisper.options import WhisperOptions


class GenerateDecoder:
    """``WhisperForConditionalGeneration.generate`` on the same pieces and with the same limits.

    Hooks at the encoder and after every token give the stages; on a device they wait for it first.
    """

    def __init__(
        self,
        options: WhisperOptions,
        generation: Generation,
        limit: Length,
        prompt_length: int,
        *,
        threads: int,
        weights_folder: Path | None,
    ) -> None:
        """Raises BrokenEnvironmentError when CUDA is asked for and torch has none."""
        import torch
        from transformers import StoppingCriteriaList, WhisperFeatureExtractor

        self._torch, self._device = torch, runtime.torch_device(torch, options.device)
        torch.set_num_threads(threads)
        loaded, self._weights = export.load_torch(options.size, options.seed, weights_folder)
        self._model = loaded.to(self._device)
        self.vocab = int(loaded.config.vocab_size)
        self._extract = WhisperFeatureExtractor(feature_size=loaded.config.num_mel_bins)
        words_only = limit.exactly and not options.timestamps
        never = list(suppressed(generation, self.vocab, words_only=words_only))
        self._how: dict[str, Any] = {
            "max_new_tokens": limit.tokens,
            "return_timestamps": options.timestamps,
            "force_unique_generate_call": True,
            "suppress_tokens": never or None,
            "do_sample": False,
            "num_beams": 1,
        }
        if limit.exactly:
            self._how["min_new_tokens"] = limit.tokens
        if generation.languages:
            self._how |= {"language": options.language, "task": options.task}
        self._stops = StoppingCriteriaList([self._after_token])
        self._eos, self._prompt_length = generation.eos, prompt_length
        self._timer: StageTimer | None = None
        self._made = 0
        self.first_token_ns = 0
        loaded.model.encoder.register_forward_pre_hook(lambda *_: self._lap("generate_setup_time"))
        loaded.model.encoder.register_forward_hook(lambda *_: self._lap("encoder_time"))

    def decode(self, samples: Floats, timer: StageTimer) -> list[int]:
        """Tokens of at most 30 s, prompt and end left out."""
        self._timer, self._made = timer, 0
        features = self._extract(samples, sampling_rate=audio.RATE, return_tensors="pt")
        given = features.input_features.to(self._device)
        self._lap("mel_time")
        with self._torch.inference_mode():
            found = self._model.generate(given, stopping_criteria=self._stops, **self._how)
        tokens: list[int] = found[0].tolist()
        self._lap("decode_loop_time")
        self._timer = None
        made = tokens[self._prompt_length :]
        return made[: made.index(self._eos)] if self._eos in made else made

    def facts(self) -> dict[str, Any]:
        """Device and threads in force, and whether the weights are those of the graphs."""
        import transformers

        return {
            "provider": next(self._model.parameters()).device.type,
            "threads in force": self._torch.get_num_threads(),
            "torch": self._torch.__version__,
            "transformers": transformers.__version__,
            "torch weights sha256": self._weights.sha256[:12],
        }

    def _after_token(self, input_ids: Any, scores: Any, **_: Any) -> Any:  # noqa: ANN401 - tensors
        """A stopping criterion that never stops: it only reads the clock."""
        del scores
        self._made += 1
        if self._made == 1:
            self._lap("prefill_time")
            self.first_token_ns = time.perf_counter_ns()
        return self._torch.zeros(input_ids.shape[0], dtype=self._torch.bool, device=self._device)

    def _lap(self, stage: str) -> None:
        if self._timer is None:
            return
        if self._device.type == "cuda":
            self._torch.cuda.synchronize()
        self._timer.end_stage(stage)
