"""Plan the components of the golden pipeline, and derive metrics from their stages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from collector.contract import Case, Process, Requirement, Sampling, SuitePlan, WorkOutcome
from collector.speech import corpus, extra, runtime, weights
from collector.suites.golden import trace
from collector.suites.golden.options import GoldenFiles, GoldenOptions, check
from collector.suites.whisper.options import folder_of
from history.words.records import Measured, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collector.contract import Samples, Session
    from history.words.records import Invalid, RunRecord

STAGES: Final = ("mel_time", "encoder_time", "prefill_time", "decode_loop_time", "detokenize_time")
FIRST_TOKEN: Final = STAGES[:3]
METRICS: Final = (
    "total_time",
    *STAGES,
    "first_token_time",
    "decode_step_time",
    "rtf",
    "tokens",
    "tokens_per_second",
    "latency_p50",
)
P95_REPEATS: Final = 20
"""Fewer values have no 95th percentile."""


def _variant(options: GoldenOptions, model: str) -> Variant:
    return Variant(
        implementation="own-loop",
        runtime="onnxruntime",
        device=options.device,
        precision=options.precision,
        threads=str(options.threads),
        weights=model,
    )


class Golden:
    """Clips of fixed length through mel, encoder, prefill and decoder; no torch in the child."""

    name = "golden"
    version = 1
    summary = "Golden Whisper pipeline: components, first token, RTF, load, peak, output checks."
    requirements: tuple[Requirement, ...] = extra.packages(
        "torch", "transformers", "onnxruntime", "onnxscript", "tokenizers", "soundfile", "soxr"
    )
    options: type[msgspec.Struct] = GoldenOptions
    files: type[msgspec.Struct] = GoldenFiles

    def plan(self, options: GoldenOptions, profile: str) -> SuitePlan:
        """Loading in one process, the clips in another, so that neither affects the other."""
        check(options)
        quick = profile == "quick"
        whisper = options.whisper()
        own = folder_of(whisper)
        named = {"size": options.size} if own is None else {"model": own.name}
        variant = _variant(options, weights.label(options.seed) if own is None else own.name)
        expect = {"provider": runtime.provider("onnxruntime", options.device)}
        repeats = options.repeats or (6 if quick else 20)
        loading = Case(
            benchmark="load",
            process=f"load-{options.threads}t",
            metrics=("load_time", "peak_rss", "model_size"),
            params=named,
            variant=variant,
            sampling=Sampling(warmup=1, repeats=3 if quick else 6, rounds=1),
            expect=expect,
        )
        percentiles = ("latency_p95",) if repeats >= P95_REPEATS else ()
        resampled = ("resample_time",) if options.convert else ()
        lengths = options.seconds or ((1.5, 3.0) if quick else (1.5, 3.0, 30.0))
        clips = tuple(
            Case(
                benchmark="pipeline",
                process=f"pipeline-{options.threads}t",
                metrics=(*METRICS, *resampled, *percentiles, "peak_rss"),
                params={
                    **named,
                    "seconds": f"{seconds:g}",
                    "max_new_tokens": str(whisper.tokens()),
                },
                variant=msgspec.structs.replace(variant, dataset=dataset(options)),
                stages=(*resampled, *STAGES),
                items=(clip_name(seconds),),
                sampling=Sampling(warmup=options.warmup, repeats=repeats, rounds=1),
                expect=expect,
            )
            for seconds in lengths
        )
        processes = tuple(
            Process(name=f"{name}-{options.threads}t", threads=options.threads, light=True)
            for name in ("load", "pipeline")
        )
        return SuitePlan(processes=processes, cases=(loading, *clips))

    def open(
        self, process: Process, options: GoldenOptions, profile: str, workspace: Path
    ) -> Session:
        """Find or export the graphs; load them where clips are measured."""
        del profile
        from collector.suites.golden.session import GoldenSession

        return GoldenSession(process, options, workspace)

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """First token, step, real-time factor and percentiles from the stages of each repeat."""
        if case.benchmark == "load":
            return {"load_time": samples["total_time"]}
        facts = outcome.items.get(case.items[0], {})
        found: dict[str, Samples | Measured | Invalid] = {**_derived(samples, facts)}
        total = samples["total_time"]
        found["latency_p50"] = total
        if "latency_p95" in case.metrics:
            value = float(np.quantile(total, 0.95))
            found["latency_p95"] = Measured(value=value, n=len(total), aggregate="value")
        return found

    def derive_item(
        self,
        case: Case,
        item: str,
        samples: Mapping[str, Samples],
        facts: Mapping[str, float | int | str],
    ) -> dict[str, Samples]:
        """The same for the clip."""
        del item
        return {} if case.benchmark == "load" else _derived(samples, facts)

    def write_files(self, asked: GoldenFiles, record: RunRecord) -> Iterator[str]:
        """The golden trace of this run."""
        if asked.save_trace:
            made = trace.trace_of(record.items, record.run.commit.sha)
            trace.save(Path(asked.save_trace), made)
            yield f"Golden trace of {len(made.clips)} clips: {asked.save_trace}"


def clip_name(seconds: float) -> str:
    """``clip-1.5s``."""
    return f"clip-{seconds:g}s"


def dataset(options: GoldenOptions) -> str:
    """What the clips are cut from."""
    if options.audio:
        return Path(options.audio).stem
    return f"{options.corpus or corpus.kind_here()}-clip"


def _derived(
    samples: Mapping[str, Samples], facts: Mapping[str, float | int | str]
) -> dict[str, Samples]:
    zeros = np.zeros(len(samples["total_time"]))
    found = {"first_token_time": sum((samples[stage] for stage in FIRST_TOKEN), start=zeros)}
    tokens, seconds = int(facts.get("tokens", 0)), float(facts.get("duration_s", 0.0))
    if tokens > 1:
        found["decode_step_time"] = samples["decode_loop_time"] / (tokens - 1)
    decoding = samples["prefill_time"] + samples["decode_loop_time"]
    if tokens and (decoding > 0).all():
        found["tokens_per_second"] = tokens / decoding
    if seconds > 0:
        found["rtf"] = samples["total_time"] / seconds
    return found
