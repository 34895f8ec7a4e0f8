"""Let qwen-tts speak: run by the Python of another environment, whose pins cannot share ours.

``PYTHON qwen_adapter.py MODEL_DIR DEVICE THREADS`` reads requests and writes events as
``foreign.py`` describes. Only the standard library, torch and qwen_tts are imported here. Written
against qwen-tts 0.1.1, which decodes audio once at the end: the time to first audio is derived.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

KIB = 1024


class Clock:
    """Sums what functions take, by stage."""

    def __init__(self) -> None:
        """Nothing was timed yet."""
        self.spent: dict[str, list[float]] = {}
        self.first: dict[str, float] = {}

    def wrap(self, owner: Any, name: str, stage: str) -> None:  # noqa: ANN401 - any object
        """Replace a method by itself with a clock."""
        original = getattr(owner, name)

        def timed(*args: Any, **settings: Any) -> Any:  # noqa: ANN401 - passed on
            began = time.perf_counter()
            try:
                return original(*args, **settings)
            finally:
                spent = time.perf_counter() - began
                self.spent.setdefault(stage, []).append(spent)
                self.first.setdefault(stage, began + spent)

        setattr(owner, name, timed)


def tell(**event: Any) -> None:  # noqa: ANN401 - JSON
    """One event."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Load once, then speak what is asked."""
    folder, device, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    import torch

    torch.set_num_threads(threads)
    try:
        import qwen_tts  # type: ignore[import-not-found]
        from qwen_tts import Qwen3TTSModel
    except (ImportError, OSError) as error:  # torchaudio without CUDA raises OSError
        tell(event="error", message="qwen_tts cannot be imported: " + str(error))
        return
    model = Qwen3TTSModel.from_pretrained(folder, device_map=device)
    inner = model.model
    clock = Clock()
    clock.wrap(inner.talker, "forward", "talker_time")
    clock.wrap(inner.talker.code_predictor, "generate", "code_predictor_time")
    clock.wrap(inner.speech_tokenizer, "decode", "decoder_time")
    version = getattr(qwen_tts, "__version__", "unknown")
    tell(event="ready", facts={"qwen_tts": version, "torch": torch.__version__, "device": device})
    for line in sys.stdin:
        speak(model, clock, json.loads(line))


def speak(model: Any, clock: Clock, request: dict[str, Any]) -> None:  # noqa: ANN401 - qwen_tts's
    """One request: frames are not heard one by one, so their number comes from the talker."""
    import torch

    torch.manual_seed(request["seed"])
    clock.spent.clear()
    clock.first.clear()
    began = time.perf_counter()
    waves, rate = model.generate_custom_voice(
        text=request["text"],
        language="English",
        speaker="Ryan",
        non_streaming_mode=True,
        max_new_tokens=request["frames"],
    )
    talker = clock.spent.get("talker_time", [0.0])
    predictor = clock.spent.get("code_predictor_time", [])
    decoder = clock.spent.get("decoder_time", [0.0])
    # The talker's forward calls the code predictor; its first call is the prefill.
    tell(event="stage", name="prefill_time", seconds=talker[0])
    rest = max(0.0, sum(talker[1:]) - sum(predictor))
    tell(event="stage", name="talker_time", seconds=rest)
    tell(event="stage", name="code_predictor_time", seconds=sum(predictor))
    tell(event="stage", name="decoder_time", seconds=sum(decoder))
    tell(event="audio", samples=len(waves[0]), rate=int(rate))
    frames = max(1, len(predictor))
    first_frame = clock.first.get("code_predictor_time", began) - began
    tell(
        event="done",
        frames=frames,
        first_frame_s=first_frame,
        first_audio_s=first_frame + sum(decoder) / frames,
        derived="the engine decodes once at the end: first frame plus one frame's share of that",
        peak_rss=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB,
    )


if __name__ == "__main__":
    main()
