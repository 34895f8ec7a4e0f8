"""Load, use and release one subject repeatedly, in the child."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from collector.contract import WorkOutcome
from collector.speech import fingerprint, weights
from collector.suites.lifecycle.instrument import GrowingBuffer, can_trim, rss
from collector.suites.lifecycle.plan import CONTROL, CONTROL_ITERATIONS, RECREATE, TRIMMED
from history.stats.trend import theil_sen
from history.words.errors import SoundmarkError
from history.words.records import Item

if TYPE_CHECKING:
    from collector.contract import Case, Process, StageTimer, Work
    from collector.suites.lifecycle.plan import LifecycleOptions
    from collector.suites.lifecycle.subject import Subject

MIB: Final = 2**20
LAST: Final = "last iteration"
"""Name of the item that keeps the output."""


class LifecycleSession:
    """One child for one method and one subject."""

    def __init__(self, process: Process, options: LifecycleOptions, workspace: Path) -> None:
        """Nothing is loaded yet."""
        self._process, self._options, self._workspace = process, options, workspace
        self._subject: Subject | None = None

    def facts(self) -> dict[str, Any]:
        """The subject's facts in force."""
        found: dict[str, Any] = {"trim": "malloc_trim" if can_trim() else "not possible here"}
        return found | (self._subject.facts() if self._subject is not None else {})

    def prepare(self, case: Case) -> Work:
        """Create the subject; for reuse it is loaded here, once."""
        self._subject = _subject(case.benchmark, self._options, self._workspace, self._process)
        if case.variant.implementation != RECREATE:
            self._subject.load()
        gc.collect()
        gc.freeze()  # a million objects of transformers would be walked through at every reading
        return LifeWork(self._subject, case, int(self._options.planted_mib * MIB))

    def close(self) -> None:
        """The process ends; nothing else is held."""


class LifeWork:
    """One iteration is one repeat; memory is read between its parts, never inside them."""

    def __init__(self, subject: Subject, case: Case, planted_bytes: int) -> None:
        """``planted_bytes``: size of the leak that proves the readings; 0 plants none."""
        self._subject, self._case, self._planted_bytes = subject, case, planted_bytes
        self._recreate = case.variant.implementation == RECREATE
        self._trimmed = case.variant.features == TRIMMED
        self._has_text = "characters_per_second" in case.metrics
        self._first_ns = 0
        self._text = ""

    def run(self, timer: StageTimer) -> object:
        """Load, use and let go (recreate), or use and reset (reuse)."""
        subject = self._subject
        timer.record("rss_before", rss(trimmed=self._trimmed))
        if self._recreate:
            timer.begin_item()
            subject.load()
            timer.end_stage("load_time")
            timer.end_item()
            timer.record("rss_after_load", rss(trimmed=self._trimmed))
        self._infer(timer)
        timer.record("rss_after_inference", rss(trimmed=self._trimmed))
        timer.begin_item()
        if self._recreate:
            subject.unload()
            timer.end_stage("unload_time")
        else:
            subject.reset()
            timer.end_stage("reset_time")
        timer.end_item()
        gc.collect()  # the garbage collector is off inside a round of samples, unlike in real use
        timer.record("rss", rss(trimmed=self._trimmed))
        return None

    def finish(self) -> WorkOutcome:
        """The last output, and the planted leak as measured in this process."""
        values = {"model_size": float(self._subject.size_bytes)}
        if self._planted_bytes:
            leak = GrowingBuffer(self._planted_bytes)
            values |= {"planted": float(leak.size), "control_rate": self._slope_of(leak)}
            leak.close()
        return WorkOutcome(
            fingerprint=fingerprint.of_text([self._text]),
            values=values,
            found=(self._last(),) if self._has_text else (),
        )

    def _last(self) -> Item:
        """The output of the last iteration, and the text it is of."""
        return Item(
            suite="",
            benchmark=self._case.benchmark,
            item=LAST,
            params=self._case.params,
            variant=self._case.variant,
            facts={"transcript": self._subject.transcript},
            fingerprint=fingerprint.of_text([self._text]),
            text=self._text,
        )

    def _infer(self, timer: StageTimer) -> None:
        self._first_ns = 0
        timer.begin_item()
        began = time.perf_counter_ns()
        self._text = self._subject.infer(self._first_token)
        timer.end_stage("inference_time")
        timer.end_item()
        ended = time.perf_counter_ns()
        if "first_token_time" in self._case.metrics:
            if not self._first_ns:
                raise SoundmarkError("the subject reported no first token.")
            timer.record("first_token_time", (self._first_ns - began) / 1e9)
        if self._has_text:
            timer.record(
                "characters_per_second", len(self._text) / max(1e-9, (ended - began) / 1e9)
            )

    def _first_token(self) -> None:
        """Called inside the inference, so the time is that of the token and not of the end."""
        if not self._first_ns:
            self._first_ns = time.perf_counter_ns()

    def _slope_of(self, leak: GrowingBuffer) -> float:
        """Slope of a planted leak in bytes per iteration, measured like everything else."""
        readings = np.zeros(CONTROL_ITERATIONS)
        rss(trimmed=self._trimmed)
        for step in range(CONTROL_ITERATIONS):
            leak.grow()
            readings[step] = rss(trimmed=self._trimmed)
        return theil_sen(readings).slope


def _subject(name: str, options: LifecycleOptions, workspace: Path, process: Process) -> Subject:
    """The subject of a benchmark; only this child imports what it needs."""
    found: Subject
    if name == CONTROL:
        from collector.suites.lifecycle.control import PlantedLeak

        found = PlantedLeak(int(options.planted_mib * MIB))
    elif name == "onnx_session":
        from collector.suites.lifecycle.onnx_session import OrtSession, synthetic

        own = Path(options.onnx_model)
        model = (own, own.name) if options.onnx_model else synthetic(workspace)
        found = OrtSession(*model, process.threads)
    elif name == "forced_aligner":
        from collector.suites.lifecycle.aligner import SEED, ForcedAligner, saved

        folder = Path(options.aligner_dir) if options.aligner_dir else saved(workspace)
        label = folder.name if options.aligner_dir else weights.label(SEED)
        found = ForcedAligner(folder, label, process.threads)
    elif name == "whisper_cache":
        from collector.suites.lifecycle.whisper_cache import WhisperCache

        found = WhisperCache(process.threads)
    elif name == "chatllm":
        from collector.suites.lifecycle.chatllm import Chatllm

        found = Chatllm(options.chatllm)
    else:
        raise SoundmarkError(f'there is no subject "{name}".')
    return found
