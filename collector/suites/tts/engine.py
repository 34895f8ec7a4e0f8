"""The interface of an engine, which turns a text into audio and reports its progress."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

from collector.suites.tts.inputs import Input

if TYPE_CHECKING:
    from collector.contract import StageTimer

PREFILL, TALKER, PREDICTOR, DECODER = (
    "prefill_time",
    "talker_time",
    "code_predictor_time",
    "decoder_time",
)
STAGES = (PREFILL, TALKER, PREDICTOR, DECODER)
FIRST_AUDIO_DERIVED = "First audio is derived"
"""How the warning begins that ``first_audio_time`` carries when it was not observed."""
SEED = 0
"""Of synthetic weights."""


class AudioOutput:
    """The audio that an engine has produced so far, with its times."""

    def __init__(self) -> None:
        """The clock starts now."""
        self.began_ns = time.perf_counter_ns()
        self.first_frame_s: float | None = None
        self.first_audio_s: float | None = None
        self.chunks: list[tuple[float, float]] = []
        """Seconds from the beginning to the arrival of each chunk, and seconds of its audio."""
        self.frames = 0
        self.samples = 0
        self.rate = 0
        self.derived = ""
        """Why the time to first audio is derived; empty when it was observed."""
        self.fingerprint = ""

    def frame(self) -> None:
        """A codec frame has arrived."""
        self.frames += 1
        if self.first_frame_s is None:
            self.first_frame_s = self._now()

    def audio(self, samples: int, rate: int) -> None:
        """So many more samples can be played now."""
        self.samples += samples
        self.rate = rate
        arrived = self._now()
        self.chunks.append((arrived, samples / rate if rate else 0.0))
        if self.first_audio_s is None:
            self.first_audio_s = arrived

    @property
    def audio_s(self) -> float:
        """Length of the audio, from its samples: codecs trim their edges."""
        return self.samples / self.rate if self.rate else 0.0

    def _now(self) -> float:
        return (time.perf_counter_ns() - self.began_ns) / 1e9


class Engine(Protocol):
    """One engine on one device."""

    def synthesize(self, text: Input, timer: StageTimer, output: AudioOutput) -> None:
        """Speak. Stage times go to ``timer``, frames and audio to ``output`` at once."""

    def facts(self) -> dict[str, Any]:
        """What is in force: device, weights, libraries."""

    def close(self) -> None:
        """Release everything."""
