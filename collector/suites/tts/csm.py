"""The Conversational Speech Model of transformers as an engine, with own or synthetic weights.

Its backbone is the talker, its depth decoder the code predictor, and Mimi, at 12.5 frames a second,
the decoder. Two ways: ``own-loop`` steps the parts itself and so has exact stages; ``hf-generate``
is the usual call, with its overhead on every frame.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from transformers import CsmConfig, CsmForConditionalGeneration
from transformers.cache_utils import DynamicCache
from transformers.generation.streamers import BaseStreamer

from collector.speech import pretrained, weights
from collector.suites.tts.engine import DECODER, PREDICTOR, PREFILL, SEED, TALKER, AudioOutput
from collector.suites.tts.inputs import MOST_FRAMES, Input
from history.words.errors import BrokenEnvironmentError

if TYPE_CHECKING:
    from collector.contract import StageTimer

INIT_STD: Final = 0.1
CODEBOOKS: Final = 16
TEXT_VOCABULARY: Final = 512
CODE_VOCABULARY: Final = 128
FIRST_CHUNK: Final = 4
"""Frames of the first chunk: 320 ms, the usual buffer of streaming players."""
CHUNK: Final = 25
"""Frames of each further chunk."""
CONTEXT: Final = 4
"""Frames decoded again before a chunk, so that its beginning fits the previous audio."""


def config() -> CsmConfig:
    """Every part of the architecture at 1.2 million parameters."""
    size = {
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
    }
    return CsmConfig(
        **size,
        num_codebooks=CODEBOOKS,
        vocab_size=CODE_VOCABULARY,
        text_vocab_size=TEXT_VOCABULARY,
        eos_token_id=None,  # else an unlucky token would end the audio early
        pad_token_id=0,
        bos_token_id=1,
        codebook_pad_token_id=CODE_VOCABULARY - 2,
        codebook_eos_token_id=CODE_VOCABULARY - 1,
        audio_token_id=TEXT_VOCABULARY - 2,
        audio_eos_token_id=TEXT_VOCABULARY - 1,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        depth_decoder_config={
            **size,
            "num_codebooks": CODEBOOKS,
            "vocab_size": CODE_VOCABULARY,
            "backbone_hidden_size": 64,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0},
        },
        codec_config={
            "model_type": "mimi",
            "hidden_size": 64,
            "num_filters": 8,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 4,
            "head_dim": 16,
            "intermediate_size": 128,
            "codebook_size": CODE_VOCABULARY,
            "codebook_dim": 32,
            "vector_quantization_hidden_dimension": 32,
            "num_quantizers": CODEBOOKS,
            "num_semantic_quantizers": 1,
            "upsample_groups": 64,
        },
    )


class Csm:
    """One model on one device."""

    def __init__(
        self,
        way: str,
        device: str,
        precision: str,
        threads: int,
        folder: Path | None,
        attention: str,
    ) -> None:
        """Build or load it. Raises BrokenEnvironmentError when the device is missing."""
        torch.set_num_threads(threads)
        if device == "cuda" and not torch.cuda.is_available():
            raise BrokenEnvironmentError("torch cannot use a CUDA device here.")
        kind = {"fp32": torch.float32, "bf16": torch.bfloat16}[precision]
        extra: dict[str, Any] = {"attn_implementation": attention} if attention else {}
        if folder is None:
            self._model = CsmForConditionalGeneration._from_config(config(), **extra).eval()  # noqa: SLF001 - the only way to choose the attention
            weights.fill(self._model, seed=SEED, std=INIT_STD)
            self._label = weights.label(SEED)
        else:
            self._model = pretrained.load(CsmForConditionalGeneration, folder, "model_dir", **extra)
            self._label = folder.name
        self._sha256 = weights.sha256(self._model) if folder is None else ""
        self._model = self._model.to(device=device, dtype=kind)
        self._device, self._folder, self._way = torch.device(device), folder, way
        self._tokens: dict[str, Any] = {}
        self.rate = int(self._model.config.codec_config.sampling_rate)

    def synthesize(self, text: Input, timer: StageTimer, output: AudioOutput) -> None:
        """Speak in chunks: audio is made while later frames do not exist yet."""
        ids = self._ids(text.text)
        end = None if text.frames else int(self._model.config.codebook_eos_token_id)
        voice = _Voice(self._model.codec_model, self.rate, timer, output, end)
        with torch.inference_mode():
            speak = self._own_loop if self._way == "own-loop" else self._generate
            speak(ids, text.frames, timer, voice)
            voice.finish()
        output.fingerprint = voice.fingerprint()

    def facts(self) -> dict[str, Any]:
        """Weights, device and torch's settings in force."""
        import transformers

        return {
            "device": self._device.type,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "mkl": torch.backends.mkl.is_available(),
            "weights": self._label,
            "weights sha256": self._sha256[:12],
            "parameters": weights.count(self._model),
            "init std": INIT_STD if self._folder is None else 0.0,
        }

    def close(self) -> None:
        """The process ends."""

    def _own_loop(self, ids: Any, frames: int, timer: StageTimer, voice: _Voice) -> None:  # noqa: ANN401
        """Greedy, part by part; the same codes as ``generate`` without its cost per frame."""
        model, cache = self._model, DynamicCache()
        hidden = model.backbone_model(
            inputs_embeds=model.embed_text_tokens(ids), past_key_values=cache, use_cache=True
        ).last_hidden_state
        for step in range(frames or MOST_FRAMES):
            first = model.lm_head(hidden[:, -1:]).argmax(-1)
            timer.end_stage(PREFILL if step == 0 else TALKER)
            codes = self._depth(first, hidden[:, -1])
            timer.end_stage(PREDICTOR)
            if not voice.frame(codes):
                return
            if step + 1 < (frames or MOST_FRAMES):
                hidden = model.backbone_model(
                    input_ids=codes[:, None], past_key_values=cache, use_cache=True
                ).last_hidden_state

    def _depth(self, first: Any, hidden: Any) -> Any:  # noqa: ANN401 - tensors
        """All codes of one frame: (1, codebooks)."""
        decoder, cache = self._model.depth_decoder, DynamicCache()
        # The hidden state comes first, then the code that the talker chose.
        tokens = torch.nn.functional.pad(first, (1, 0), value=0)
        found = [first]
        for step in range(self._model.config.num_codebooks - 1):
            logits = decoder(
                input_ids=tokens,
                backbone_last_hidden_state=hidden if step == 0 else None,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            ).logits
            tokens = logits[:, -1:].argmax(-1)
            found.append(tokens)
        return torch.cat(found, dim=1)

    def _generate(self, ids: Any, frames: int, timer: StageTimer, voice: _Voice) -> None:  # noqa: ANN401
        """``generate`` with a streamer, its code predictor timed from outside."""
        decoder = self._model.depth_decoder
        original = type(decoder).generate
        seen = 0

        def timed(this: Any, *args: Any, **settings: Any) -> Any:  # noqa: ANN401 - passed on
            nonlocal seen
            timer.end_stage(PREFILL if seen == 0 else TALKER)
            seen += 1
            made = original(this, *args, **settings)
            timer.end_stage(PREDICTOR)
            return made

        decoder.generate = types.MethodType(timed, decoder)
        try:
            self._model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                min_new_tokens=frames or None,
                max_new_tokens=frames or MOST_FRAMES,
                do_sample=False,
                depth_decoder_do_sample=False,
                streamer=_Streamer(voice.frame),
            )
        finally:
            del decoder.generate
        timer.end_stage(TALKER)

    def _ids(self, text: str) -> Any:  # noqa: ANN401 - a tensor
        """Bytes as tokens for our weights, the model's own tokenizer for a user's."""
        if text not in self._tokens:
            if self._folder is None:
                tokens = [1, *(2 + byte for byte in text.encode())]
            else:
                from transformers import AutoTokenizer

                read = AutoTokenizer.from_pretrained(self._folder, local_files_only=True)
                tokens = read(f"[0]{text}").input_ids
            self._tokens[text] = torch.tensor([tokens], device=self._device)
        return self._tokens[text]


class _Voice:
    """Turns frames into audio, a chunk at a time."""

    def __init__(
        self,
        codec: Any,  # noqa: ANN401 - a part of the model
        rate: int,
        timer: StageTimer,
        output: AudioOutput,
        end: int | None,
    ) -> None:
        """``end``: the code that fills the frame after the last one; None without an end."""
        self._codec, self._rate, self._timer, self._output = codec, rate, timer, output
        self._end = end
        self._codes: list[Any] = []
        self._decoded = 0

    def frame(self, codes: Any) -> bool:  # noqa: ANN401 - (1, codebooks) int64
        """Add a frame; decodes when a chunk is full. False when the frame marks the end."""
        if self._end is not None and bool((codes == self._end).all()):
            return False
        self._codes.append(codes.to(self._codec.device))
        if codes.is_cuda and self._output.first_frame_s is None:
            torch.cuda.synchronize()  # the frame exists when the device has computed it
        self._output.frame()
        wanted = FIRST_CHUNK if self._decoded == 0 else CHUNK
        if len(self._codes) - self._decoded >= wanted:
            self._decode()
        return True

    def finish(self) -> None:
        """Decode what is left."""
        if len(self._codes) > self._decoded:
            self._decode()

    def fingerprint(self) -> str:
        """Sixteen hex digits over all codes."""
        codes = torch.cat(self._codes).cpu().numpy()
        return hashlib.sha256(codes.astype("<i8").tobytes()).hexdigest()[:16]

    def _decode(self) -> None:
        start = max(0, self._decoded - CONTEXT)
        # (1, codebooks, frames), as Mimi wants them.
        part = torch.stack(self._codes[start:], dim=-1)
        audio = self._codec.decode(part).audio_values
        samples = audio.shape[-1] * (len(self._codes) - self._decoded) // part.shape[-1]
        played = audio[0, 0, -samples:].float().cpu()
        self._decoded = len(self._codes)
        self._timer.end_stage(DECODER)
        self._output.audio(int(played.numel()), self._rate)


class _Streamer(BaseStreamer):  # type: ignore[misc] # transformers is not read by the checker
    """Receives the prompt once, then frame after frame."""

    def __init__(self, take: Callable[[Any], object]) -> None:
        self._take, self._started = take, False

    def put(self, value: Any) -> None:  # noqa: ANN401 - a tensor
        """Pass frames on; the first call brings the prompt."""
        if self._started:
            self._take(value)
        self._started = True

    def end(self) -> None:
        """Nothing is kept."""
