"""Run qwen-tts with the Python of another environment, whose pins conflict with ours.

``PYTHON qwen_adapter.py MODEL_DIR DEVICE THREADS PRECISION ATTENTION`` reads requests and writes
events as ``foreign.py`` describes. Only the standard library, torch and qwen_tts are imported here.
Written against qwen-tts 0.1.1, which decodes audio once at the end: the time to first audio is
derived.
"""

from __future__ import annotations

import functools
import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable
from importlib import metadata
from typing import Any

KIB = 1024
MOST_FRAMES = 1_500
FIRST_CHUNK = 4
"""Frames before the first audio, as the csm engine decodes them: 320 ms."""

Speak = Callable[[str, dict[str, Any]], Any]
"""Text and what ``generate`` is told -> (waves, sampling rate)."""


class Clock:
    """Times of function calls, by stage."""

    def __init__(self, device: Any) -> None:  # noqa: ANN401 - a torch.device
        """On CUDA a call has ended when the device has done its work."""
        self.on_cuda = device.type == "cuda"
        self.calls: dict[str, list[tuple[float, float]]] = {}

    def wrap(self, owner: Any, name: str, stage: str) -> None:  # noqa: ANN401 - any object
        """Wrap a method with a clock; its signature stays the same."""
        original = getattr(owner, name)

        @functools.wraps(original)
        def timed(*args: Any, **settings: Any) -> Any:  # noqa: ANN401 - passed on
            began = time.perf_counter()
            try:
                return original(*args, **settings)
            finally:
                self.wait()
                self.calls.setdefault(stage, []).append((began, time.perf_counter()))

        setattr(owner, name, timed)

    def wait(self) -> None:
        """Wait for the device."""
        if self.on_cuda:
            import torch

            torch.cuda.synchronize()

    def spent(self, stage: str) -> list[float]:
        """Seconds of every call."""
        return [ended - began for began, ended in self.calls.get(stage, [])]


def tell(**event: Any) -> None:  # noqa: ANN401 - JSON
    """Print one event."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Load once, then answer requests."""
    folder, device, threads, precision, attention = sys.argv[1:6]
    import torch

    torch.set_num_threads(int(threads))
    try:
        from qwen_tts import Qwen3TTSModel  # type: ignore[import-not-found]
    except (ImportError, OSError) as error:  # OSError: torchaudio of CUDA beside torch without it
        tell(event="error", message="qwen_tts cannot be imported: " + str(error))
        return
    model = Qwen3TTSModel.from_pretrained(
        folder,
        device_map=device,
        dtype={"fp32": torch.float32, "bf16": torch.bfloat16}[precision],
        **({"attn_implementation": attention} if attention else {}),
    )
    inner = model.model
    speak = voice(model)
    if speak is None:
        tell(event="error", message=f"a {inner.tts_model_type} model needs a recording of a voice")
        return
    clock = Clock(inner.device)
    clock.wrap(inner.talker, "forward", "talker_time")
    clock.wrap(inner.talker.code_predictor, "generate", "code_predictor_time")
    clock.wrap(inner.speech_tokenizer, "decode", "decoder_time")
    asked = {"frames": 0}
    never_early(inner.talker, asked)
    facts = {
        "qwen-tts": metadata.version("qwen-tts"),
        "transformers": metadata.version("transformers"),
        "torch": torch.__version__,
        "device": inner.device.type,
        "dtype": str(inner.dtype).removeprefix("torch."),
        "voice": inner.tts_model_type,
    }
    tell(event="ready", facts=facts)
    for line in sys.stdin:
        request = json.loads(line)
        asked["frames"] = request["frames"]
        answer(speak, clock, request)


def voice(model: Any) -> Speak | None:  # noqa: ANN401 - qwen_tts's
    """How this kind of model speaks without a recording: with its first speaker, or by description.

    None for models that clone voices, which need one.
    """
    kind = model.model.tts_model_type
    known = model.get_supported_languages() or []
    language = "English" if "english" in known else "Auto"
    if kind == "custom_voice":
        speaker = model.get_supported_speakers()[0]
        return lambda text, more: model.generate_custom_voice(text, speaker, language, **more)
    if kind == "voice_design":
        asked = "A calm voice."
        return lambda text, more: model.generate_voice_design(text, asked, language, **more)
    return None


def never_early(talker: Any, asked: dict[str, int]) -> None:  # noqa: ANN401 - qwen_tts's
    """Speak as many frames as are asked for, so that every engine does the same work.

    Where none are, it stops by itself.
    """
    original = talker.generate

    @functools.wraps(original)
    def generate(*args: Any, **settings: Any) -> Any:  # noqa: ANN401 - passed on
        if asked["frames"]:
            settings["min_new_tokens"] = settings["max_new_tokens"]
        return original(*args, **settings)

    talker.generate = generate


def answer(speak: Speak, clock: Clock, request: dict[str, Any]) -> None:
    """One request. The talker takes one step more than there are frames: the first is the text."""
    import torch

    torch.manual_seed(request["seed"])
    clock.calls.clear()
    began = time.perf_counter()
    length = {"max_new_tokens": (request["frames"] or MOST_FRAMES) + 1}
    waves, rate = speak(request["text"], length)
    talker = clock.spent("talker_time")
    predictor = clock.spent("code_predictor_time")
    decoder = sum(clock.spent("decoder_time"))
    # The talker's steps after the first call the code predictor.
    tell(event="stage", name="prefill_time", seconds=talker[0])
    tell(event="stage", name="talker_time", seconds=sum(talker[1:]) - sum(predictor))
    tell(event="stage", name="code_predictor_time", seconds=sum(predictor))
    tell(event="stage", name="decoder_time", seconds=decoder)
    tell(event="audio", samples=len(waves[0]), rate=int(rate))
    ends = [ended - began for _, ended in clock.calls["code_predictor_time"]]
    chunk = min(FIRST_CHUNK, len(ends))
    tell(
        event="done",
        frames=len(ends),
        first_frame_s=ends[0],
        first_audio_s=ends[chunk - 1] + decoder * chunk / len(ends),
        derived=f"the engine decodes once at the end: {chunk} frames and their share of that",
        fingerprint=hashlib.sha256(waves[0].tobytes()).hexdigest()[:16],
        peak_rss=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB,
        **({"gpu_allocated_peak": torch.cuda.max_memory_allocated()} if clock.on_cuda else {}),
    )


if __name__ == "__main__":
    main()
