"""Transcribe 30 s with ONNX Runtime: own log-mel, encoder, first pass, cached decoder loop."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from collector.speech import audio, mel
from collector.speech.runtime import Settings
from collector.suites.whisper import chunks
from collector.suites.whisper.decoding import Rules
from collector.suites.whisper.graphs import Graphs
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collector.contract import Process, StageTimer
    from collector.speech.audio import Floats
    from collector.suites.whisper.length import Length
    from collector.suites.whisper.model import Generation
    from collector.suites.whisper.options import WhisperOptions

SAMPLES = chunks.CHUNK_S * audio.RATE


class Watched:
    """Outputs of the stages for one piece of audio, kept on request and never timed."""

    def __init__(self) -> None:
        self.stages: dict[str, NDArray[Any]] = {}

    def keep(self, stage: str, values: NDArray[Any]) -> None:
        """Copy an output, since the next step may overwrite it."""
        self.stages[stage] = np.array(values)


class LoopDecoder:
    """The three graphs with a greedy loop of our own."""

    def __init__(
        self,
        paths: Sequence[Path],
        settings: Settings,
        generation: Generation,
        prompt: Sequence[int],
        limit: Length,
        *,
        timestamps: bool = False,
    ) -> None:
        """Raises BrokenEnvironmentError or BrokenDataError for graphs that cannot be used."""
        self._graphs = Graphs(paths, settings)
        self.vocab = self._graphs.vocab
        if self.vocab and max(prompt) >= self.vocab:
            raise BrokenDataError(
                f"generation_config.json does not fit {paths[1].name}: it names token"
                f" {max(prompt)}, the logits end at {self.vocab - 1}."
            )
        self._rules = Rules(
            generation,
            self.vocab or generation.timestamp_begin + 1_501,
            timestamps=timestamps,
            min_new=limit.tokens if limit.exactly else 0,
            words_only=limit.exactly and not timestamps,
        )
        self._eos, self._prompt, self._limit = generation.eos, tuple(prompt), limit.tokens
        self.first_token_ns = 0

    def decode(
        self, samples: Floats, timer: StageTimer, watched: Watched | None = None
    ) -> list[int]:
        """Tokens of at most 30 s, the end left out."""
        graphs, rules = self._graphs, self._rules
        features = mel.log_mel(padded(samples), mels=graphs.mels)
        timer.end_stage("mel_time")
        hidden = graphs.encode(features)
        timer.end_stage("encoder_time")
        logits, cache = graphs.start(self._prompt, hidden)
        if watched is not None:
            watched.keep("mel", features)
            watched.keep("encoder", graphs.numbers(hidden))
            watched.keep("prefill", logits)
        made = [rules.choose(logits, [])]
        self.first_token_ns = time.perf_counter_ns()
        timer.end_stage("prefill_time")
        position = len(self._prompt)
        while made[-1] != self._eos and len(made) < self._limit:
            logits = graphs.step(made[-1], cache, position)
            if watched is not None:
                watched.keep("decode", logits)
            made.append(rules.choose(logits, made))
            position += 1
        timer.end_stage("decode_loop_time")
        return made[:-1] if made[-1] == self._eos else made

    def facts(self) -> dict[str, Any]:
        """What is in force."""
        return self._graphs.facts()


def padded(samples: Floats) -> Floats:
    """30 s with silence at the end: the encoder takes nothing else."""
    whole = np.zeros(SAMPLES, np.float32)
    whole[: len(samples)] = samples[:SAMPLES]
    return whole


def settings_of(process: Process, options: WhisperOptions) -> Settings:
    """The session options of one way of running."""
    return Settings(
        threads=process.threads,
        inter_op=options.inter_op,
        spin="spin" in process.name.split("-"),
        execution_mode=options.execution_mode,
        graph_opt=options.graph_opt,
        cpu_mem_arena=options.cpu_mem_arena,
        mem_pattern=options.mem_pattern,
        device=options.device,
    )
