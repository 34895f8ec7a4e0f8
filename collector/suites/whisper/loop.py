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
from collector.suites.whisper.model import TIMESTAMPS
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
            self.vocab or generation.timestamp_begin + TIMESTAMPS,
            timestamps=timestamps,
            min_new=limit.tokens if limit.exactly else 0,
            words_only=limit.exactly and not timestamps,
        )
        self._eos, self._prompt, self._limit = generation.eos, tuple(prompt), limit.tokens
        self.first_token_ns = 0

    def decode(
        self, samples: Floats, timer: StageTimer, outputs: dict[str, NDArray[Any]] | None = None
    ) -> list[int]:
        """Tokens of at most 30 s, the end left out.

        ``outputs`` is filled with the outputs of the stages; copying them takes time.
        """
        graphs, rules = self._graphs, self._rules
        features = mel.log_mel(padded(samples), mels=graphs.mels)
        timer.end_stage("mel_time")
        hidden = graphs.encode(features)
        timer.end_stage("encoder_time")
        logits, cache = graphs.start(self._prompt, hidden)
        if outputs is not None:
            outputs |= {
                "mel": features,
                "encoder": graphs.numbers(hidden),
                "prefill": logits.copy(),
            }
        made = [rules.choose(logits, [])]
        self.first_token_ns = time.perf_counter_ns()
        timer.end_stage("prefill_time")
        position = len(self._prompt)
        while made[-1] != self._eos and len(made) < self._limit:
            logits = graphs.step(made[-1], cache, position)
            if outputs is not None:
                outputs["decode"] = logits.copy()
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
