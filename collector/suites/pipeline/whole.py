"""Run sentences through all stages in turn: synthesis, voice activity, recognition, alignment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collector.contract import WorkOutcome
from collector.speech import fingerprint
from collector.suites.pipeline.plan import WHOLE
from collector.suites.pipeline.recognition import Aligner, AlignmentWork, Recogniser
from collector.suites.pipeline.recordings import Recording
from collector.suites.pipeline.speaking import Voice
from collector.suites.pipeline.voice_activity import SPEECH, OnnxDetector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.contract import StageTimer

SYNTHESIS, ACTIVITY, RECOGNITION, ALIGNMENT = WHOLE


class Engines(NamedTuple):
    """One implementation of every stage, loaded."""

    voice: Voice
    detector: OnnxDetector
    recogniser: Recogniser
    aligner: Aligner


class WholeWork:
    """Every sentence is synthesised again; the other stages use its fixed recording."""

    def __init__(self, engines: Engines, recordings: Sequence[Recording]) -> None:
        """Find the texts that can be aligned; the others are left out."""
        self._engines = engines
        self._alignment = AlignmentWork(engines.aligner, recordings)
        self.problems = self._alignment.problems
        self._prints: dict[str, str] = {}
        self._texts: dict[str, str] = {}

    def run(self, timer: StageTimer) -> object:
        """One repeat."""
        voice, detector, recogniser, aligner = self._engines
        results = []
        for one, text in self._alignment.ready:
            timer.begin_item(one.position)
            said = voice.speak(one.sentence.text, timer, (SYNTHESIS,) * 3)
            active = detector.probabilities(one.pcm) >= SPEECH
            timer.end_stage(ACTIVITY)
            heard = recogniser.recognise(one.pcm)
            timer.end_stage(RECOGNITION)
            words = aligner.align(text, one.pcm)
            timer.end_stage(ALIGNMENT)
            timer.end_item()
            results.append((one, said, active, heard, words))
        self._prints = {
            one.id: fingerprint.of_text(
                [
                    fingerprint.of_numbers(said),
                    fingerprint.of_integers(active),
                    heard,
                    *(f"{word.word} {word.start_s:.2f} {word.end_s:.2f}" for word in words),
                ]
            )
            for one, said, active, heard, words in results
        }
        self._texts = {one.id: heard for one, _, _, heard, _ in results}
        return results

    def finish(self) -> WorkOutcome:
        """Texts and fingerprints."""
        return WorkOutcome(
            fingerprint=fingerprint.of_text(self._prints.values()),
            items={one.id: {"duration_s": one.seconds} for one, _ in self._alignment.ready},
            texts=self._texts,
            fingerprints=self._prints,
        )
