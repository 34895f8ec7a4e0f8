"""Run one engine repeatedly, in the child."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collector.contract import WorkOutcome
from collector.speech import playback
from collector.suites.tts.engine import FIRST_AUDIO_DERIVED, AudioOutput
from collector.suites.tts.foreign import Foreign
from collector.suites.tts.inputs import MOST_FRAMES, Input
from collector.suites.tts.plan import DEVICES, MatrixRow, TtsOptions, chosen

if TYPE_CHECKING:
    from collector.contract import Case, Process, StageTimer, Work
    from collector.suites.tts.engine import Engine


class TtsSession:
    """One engine on one device."""

    def __init__(self, process: Process, options: TtsOptions) -> None:
        """Load the model: every case of this process speaks with it."""
        way, _, row = process.name.partition(" ")
        self._inputs, _ = chosen(options)
        self._engine = _engine(way, DEVICES[row], process, options)

    def facts(self) -> dict[str, Any]:
        """The engine's facts in force."""
        return self._engine.facts()

    def prepare(self, case: Case) -> Work:
        """Nothing is spoken yet."""
        return SpeechWork(self._engine, self._inputs[case.params["input"]])

    def close(self) -> None:
        """End the engine."""
        self._engine.close()


class SpeechWork:
    """One text, from the request to the last sample."""

    def __init__(self, engine: Engine, text: Input) -> None:
        self._engine, self._text = engine, text
        self._output = AudioOutput()

    def run(self, timer: StageTimer) -> object:
        """Speak once."""
        timer.begin_item()
        output = AudioOutput()
        self._engine.synthesize(self._text, timer, output)
        timer.end_item()
        for metric, value in (
            ("first_frame_time", output.first_frame_s),
            ("first_audio_time", output.first_audio_s),
        ):
            if value is not None:
                timer.record(metric, value)
        played = playback.simulate(output.chunks)
        timer.record("audio_underrun_time", played.underrun_s)
        timer.record("playback_continuity", played.continuity)
        timer.record("frames", float(output.frames))
        timer.record("audio_duration", output.audio_s)
        self._output = output
        return None

    def finish(self) -> WorkOutcome:
        """The result of speaking; the memory of an engine in another program is as it reports."""
        output = self._output
        problem = ""
        if self._text.frames and output.frames != self._text.frames:
            problem = f"{self._text.frames} frames were asked for and {output.frames} came."
        elif output.frames >= MOST_FRAMES:
            problem = f"the engine did not stop by itself within {MOST_FRAMES} frames."
        elif not output.samples:
            problem = "no audio came."
        return WorkOutcome(
            fingerprint=output.fingerprint,
            values=self._engine.peaks if isinstance(self._engine, Foreign) else {},
            invalid=problem,
            warnings=(f"{FIRST_AUDIO_DERIVED}: {output.derived}.",) if output.derived else (),
        )


def _engine(way: str, device: MatrixRow, process: Process, options: TtsOptions) -> Engine:
    if options.engine == "csm":
        from collector.suites.tts.csm import Csm

        folder = Path(options.model_dir) if options.model_dir else None
        return Csm(way, device.device, device.precision, process.threads, folder, device.attention)
    if options.engine == "qwen-tts":
        adapter = Path(__file__).with_name("qwen_adapter.py")
        command = [
            options.python, "-P", str(adapter), options.model_dir, device.device,
            str(process.threads), device.precision, device.attention,
        ]  # fmt: skip
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        return Foreign(command, environment, options.timeout_s, "qwen-tts")
    command = [part.replace("{python}", sys.executable) for part in options.program]
    return Foreign(command, os.environ, options.timeout_s, Path(command[0]).name)
