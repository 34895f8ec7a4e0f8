"""Synthesise sentences with hibari, stage by stage, and stream all of them as one text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from collector.contract import WorkOutcome
from collector.measure.stage_timer import NoTimer
from collector.speech import fingerprint, playback
from collector.suites.pipeline import graphs
from collector.suites.pipeline.models import HIBARI
from collector.suites.pipeline.plan import SPEAKING
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from collector.contract import StageTimer
    from collector.suites.pipeline.sentences import Sentence

    Samples = NDArray[np.float32]

SEED: Final = 0
"""Seed of the noise in the voice, so that a text always gives the same samples."""


class Voice:
    """The synthesiser with its rules of pronunciation, loaded."""

    def __init__(self, precision: str, threads: int, workspace: Path) -> None:
        """Load what the package ships, or its graph in fp32."""
        from hibari import Hibari, dsp

        graph = HIBARI.path()
        if precision == "fp32":
            graph = graphs.dequantised(workspace, graph)
        self.graph = graph
        self.hibari: Any = Hibari(model=str(graph), threads=threads)
        self._dsp: Any = dsp
        assert self.hibari.g2p is not None  # noqa: S101 - it is loaded when it is first asked for
        self.rate = int(self.hibari.sample_rate)

    def speak(self, text: str, timer: StageTimer, stages: Sequence[str] = SPEAKING) -> Samples:
        """``Hibari.__call__`` with a seed, timed stage by stage: (n,) float32.

        ``stages``: pronunciation, acoustic model, vocoder.
        """
        g2p, acoustic, vocoder = stages
        noise = np.random.default_rng(SEED)
        chunks = self.hibari.phonemize(text)
        timer.end_stage(g2p)
        pieces: list[Samples] = []
        for phonemes in chunks:
            ids = self.hibari.ids(phonemes)
            inputs = {"ids": np.array([ids], np.int64), "speed": np.ones(1, np.float32)}
            spectrum = [one[0] for one in self.hibari.sess.run(None, inputs)]
            timer.end_stage(acoustic)
            pieces.append(self._dsp.synth(*spectrum, noise))
            timer.end_stage(vocoder)
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    def facts(self) -> dict[str, Any]:
        """Facts in force in its session and its signal processing."""
        options = self.hibari.sess.get_session_options()
        return {
            "provider": self.hibari.sess.get_providers()[0],
            "threads in force": options.intra_op_num_threads,
            "FFT": self._dsp.FFT_BACKEND,
        }


class SynthesisWork:
    """Every sentence once."""

    def __init__(self, voice: Voice, sentences: Sequence[Sentence]) -> None:
        """Find the texts without any word, and speak the first other one to warm up the model."""
        self._voice, self._sentences = voice, sentences
        self.problems = {
            one.id: f"{one.id}: there is nothing to say in it."
            for one in sentences
            if not can_say(voice.hibari, one.text)
        }
        first = next((one for one in sentences if one.id not in self.problems), None)
        if first is None:
            raise BrokenDataError("none of the texts has anything to say in it.")
        voice.speak(first.text, NoTimer())
        self._said: list[Samples] = []

    def run(self, timer: StageTimer) -> object:
        """One repeat."""
        said = []
        for position, one in enumerate(self._sentences):
            if one.id in self.problems:
                continue
            timer.begin_item(position)
            said.append(self._voice.speak(one.text, timer))
            timer.end_item()
        self._said = said
        return said

    def finish(self) -> WorkOutcome:
        """Length and fingerprint of the audio of each sentence."""
        items: dict[str, dict[str, float | int | str]] = {}
        prints = {}
        good = [one for one in self._sentences if one.id not in self.problems]
        for one, samples in zip(good, self._said, strict=True):
            items[one.id] = {
                "duration_s": samples.size / self._voice.rate,
                "characters": len(one.text),
                "text": one.text,
            }
            prints[one.id] = fingerprint.of_numbers(samples)
        return WorkOutcome(
            fingerprint=fingerprint.of_text(prints.values()),
            items=items,
            fingerprints=prints,
            values={"audio_duration": sum(float(one["duration_s"]) for one in items.values())},
        )


class StreamingWork:
    """All sentences as one text, sentence by sentence as soon as each is ready."""

    def __init__(self, voice: Voice, sentences: Sequence[Sentence]) -> None:
        """Nothing is spoken yet."""
        self._voice = voice
        self._text = " ".join(one.text for one in sentences)
        self._said: list[Samples] = []

    def run(self, timer: StageTimer) -> object:
        """One repeat."""
        began = time.perf_counter()
        said: list[Samples] = []
        arrived: list[float] = []
        for chunk in self._voice.hibari.stream(self._text, seed=SEED):
            arrived.append(time.perf_counter() - began)
            said.append(chunk)
        if arrived:
            lengths = (chunk.size / self._voice.rate for chunk in said)
            found = playback.simulate(zip(arrived, lengths, strict=True))
            timer.record("first_audio_time", arrived[0])
            timer.record("audio_underrun_time", found.underrun_s)
            timer.record("playback_continuity", found.continuity)
        self._said = said
        return said

    def finish(self) -> WorkOutcome:
        """Length and fingerprint of the audio."""
        samples = np.concatenate(self._said) if self._said else np.zeros(0, np.float32)
        return WorkOutcome(
            fingerprint=fingerprint.of_numbers(samples),
            values={"audio_duration": samples.size / self._voice.rate},
            invalid="" if samples.size else "there is nothing to say in the texts.",
        )


def can_say(hibari: Any, text: str) -> bool:  # noqa: ANN401 - hibari ships no types
    """Whether the text has any pronounceable letter; punctuation alone is silence."""
    chunks = hibari.phonemize(text)
    return any(one.isalpha() and one in hibari.vocab for chunk in chunks for one in chunk)
