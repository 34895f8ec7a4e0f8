"""The tts suite: derive the speed of speech from stage times and audio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from collector.contract import Case, Process, Requirement, SuitePlan, WorkOutcome
from collector.speech import extra
from collector.suites.tts.engine import DECODER, FIRST_AUDIO_DERIVED, PREDICTOR, TALKER
from collector.suites.tts.plan import TtsOptions, plan
from history.formats.outcomes import measured
from history.words.records import Invalid, Measured

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from collector.contract import Samples, Session


class Tts:
    """One child per engine, way and device; a repeat is one text from request to last sample."""

    name = "tts"
    version = 2
    summary = "Text to speech: first audio, stages, real-time factor, with the device matrix."
    requirements: tuple[Requirement, ...] = extra.packages("torch", "transformers")
    options: type[msgspec.Struct] = TtsOptions

    def plan(self, options: TtsOptions, profile: str) -> SuitePlan:
        """Inputs, ways and devices."""
        return plan(options, profile)

    def open(self, process: Process, options: TtsOptions, profile: str, workspace: Path) -> Session:
        """Load the model."""
        del profile, workspace
        from collector.suites.tts.session import TtsSession

        return TtsSession(process, options)

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """Per repeat: real-time factor, tokens per second, times per frame.

        Audio seconds come from samples, never from frames: codecs trim their edges. The talker
        takes its first step in the prefill, so its loop has one step less than there are frames.
        """
        del case
        total, frames = samples["total_time"], samples["frames"]
        found: dict[str, Any] = {
            "tokens_per_second": frames / total,
            "rtf": total / samples["audio_duration"],
        }
        if TALKER in samples and PREDICTOR in samples:
            steps = np.maximum(frames - 1, 1)
            found["talker_step_time"] = samples[TALKER] / steps
            found["code_predictor_step_time"] = samples[PREDICTOR] / frames
            found["frame_time"] = (samples[TALKER] + samples[PREDICTOR]) / frames
        if DECODER in samples:
            found["decoder_frame_time"] = samples[DECODER] / frames
        derived = [text for text in outcome.warnings if text.startswith(FIRST_AUDIO_DERIVED)]
        if derived and "first_audio_time" in samples:
            first = measured(samples["first_audio_time"].tolist())
            found["first_audio_time"] = msgspec.structs.replace(first, warnings=tuple(derived))
        for name in ("frames", "audio_duration"):
            values = samples[name]
            if (values == values[-1]).all():
                found[name] = Measured(value=float(values[-1]), n=1)
            else:  # of an engine that draws and stops by itself
                found[name] = measured(values.tolist())
        return found
