"""Plan which aligners are measured on which utterances, and derive metrics from their stages."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from collector.contract import (
    NIGHTLY_PROCESSES,
    Absence,
    Case,
    Process,
    Requirement,
    Sampling,
    SuitePlan,
    WorkOutcome,
)
from collector.speech import extra, graph_names, runtime, weights
from collector.suites.alignment import data, model
from collector.suites.alignment.forward import check_graph
from collector.suites.alignment.options import ERROR, AlignmentFiles, AlignmentOptions
from history.words.records import Skipped, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collector.contract import Samples, Session
    from history.words.records import Invalid, Measured, RunRecord

RUNTIMES: Final = ("torch", "onnxruntime")
STAGES: Final = ("forward_time", "post_time", "dp_time", "group_time", "conf_time")
ALIGN: Final = ("dp_time", "group_time", "conf_time")
METRICS: Final = (
    "total_time",
    *STAGES,
    "align_time",
    "align_time_per_ts",
    "align_time_per_t",
    "rtf",
)


class Alignment:
    """wav2vec2 forward, log-softmax, CTC Viterbi, words and confidence on the same utterances."""

    name = "alignment"
    version = 1
    summary = "Forced alignment with wav2vec2: model, Viterbi, words and confidence, per utterance."
    requirements: tuple[Requirement, ...] = extra.packages(
        "torch", "transformers", "onnxruntime", "onnxscript", "soundfile", "soxr"
    )
    options: type[msgspec.Struct] = AlignmentOptions
    files: type[msgspec.Struct] = AlignmentFiles

    def plan(self, options: AlignmentOptions, profile: str) -> SuitePlan:
        """One benchmark, one variant for each way of running it; all are interleaved.

        Raises UsageError for a folder that is missing or incomplete and for an unknown value.
        """
        model.configuration(options.size)
        own = model.read_folder(Path(options.model_dir)) if options.model_dir else None
        if own is not None:
            _check_graph(own)
        items, dataset = data.names(options)
        processes: dict[str, Process] = {}
        cases: list[Case] = []
        absences: list[Absence] = []
        for process, variant in _ways(options, profile):
            case = Case(
                benchmark="align",
                process=process.name,
                metrics=_metrics(process, variant),
                params={"size": options.size} if own is None else {"model": own.name},
                variant=msgspec.structs.replace(
                    variant,
                    weights=weights.label(options.seed) if own is None else own.name,
                    dataset=dataset,
                ),
                stages=STAGES,
                items=items,
                sampling=sampling(options, profile),
                expect={
                    "provider": runtime.provider(variant.runtime, options.device),
                    "dataset": dataset,
                },
            )
            lacking = _lacking(variant, own)
            if lacking:
                absences.append(Absence(case=case, outcome=Skipped(reason=lacking)))
            else:
                processes[process.name] = process
                cases.append(case)
        return SuitePlan(
            processes=tuple(processes.values()), cases=tuple(cases), absences=tuple(absences)
        )

    def open(
        self, process: Process, options: AlignmentOptions, profile: str, workspace: Path
    ) -> Session:
        """Make or find the utterances and the model; ONNX graphs are exported once."""
        del profile
        from collector.suites.alignment.session import AlignmentSession

        return AlignmentSession(process, options, workspace)

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """Alignment and real-time factor per repeat, over all utterances together."""
        del case
        good = [facts for facts in outcome.items.values() if ERROR not in facts]
        sizes = {
            "frames": sum(float(facts["frames"]) for facts in good),
            "ts_product": sum(float(facts["ts_product"]) for facts in good),
            "duration_s": sum(float(facts["duration_s"]) for facts in good),
        }
        return {**_derived(samples, sizes)}

    def derive_item(
        self,
        case: Case,
        item: str,
        samples: Mapping[str, Samples],
        facts: Mapping[str, float | int | str],
    ) -> dict[str, Samples]:
        """The same for one utterance; one that was not aligned has no times."""
        del case, item
        if ERROR in facts or "frames" not in facts:
            return {name: np.full(len(values), np.nan) for name, values in samples.items()}
        sizes = {key: float(facts[key]) for key in ("frames", "ts_product", "duration_s")}
        return _derived(samples, sizes)

    def write_files(self, asked: AlignmentFiles, record: RunRecord) -> Iterator[str]:
        """The utterances in the field names of the origin program, one file per way of running."""
        from history.formats.alignment_jsonl import writing

        if not asked.perf_out:
            return
        run, target = record.run, Path(asked.perf_out)
        source = writing.Source(run.commit.sha, run.run_id, run.started_at)
        written = writing.write_ways(target, record.items, source, append=asked.perf_append)
        for path in written:
            yield f"Utterances: {path} and {writing.summary_path(path).name}"
        if not written:
            yield f"Utterances: none was measured, so {target} was not written."


def sampling(options: AlignmentOptions, profile: str) -> Sampling:
    """A fixed number of repeats, as the origin program has it.

    In one process, as there, where warm-up or repeats are asked for, or the data set may be large.
    """
    quick = profile == "quick"
    own = options.warmup is None and options.repeats is None and not options.dataset_root
    warmup = options.warmup if options.warmup is not None else (1 if quick else 3)
    repeats = options.repeats if options.repeats is not None else (4 if quick else 20)
    return Sampling(
        warmup=warmup,
        repeats=repeats,
        rounds=min(4, max(1, repeats // 2)),
        processes=NIGHTLY_PROCESSES if own and not quick else 1,
        aggregate=options.aggregate,
        # A repeat is one pass over all utterances, and an own data set may have thousands.
        repeat_limit_s=86_400.0 if options.dataset_root else 0.0,
    )


def _derived(samples: Mapping[str, Samples], sizes: Mapping[str, float]) -> dict[str, Samples]:
    align = sum((samples[stage] for stage in ALIGN), start=np.zeros(len(samples["dp_time"])))
    found = {"align_time": align}
    if sizes["frames"] > 0:
        found["align_time_per_t"] = align / sizes["frames"]
        found["align_time_per_ts"] = align / sizes["ts_product"]
        found["rtf"] = samples["total_time"] / sizes["duration_s"]
    return found


def _ways(options: AlignmentOptions, profile: str) -> Iterator[tuple[Process, Variant]]:
    for name in options.runtimes or (RUNTIMES[1:] if profile == "quick" else RUNTIMES):
        for count in options.threads:
            for spin in options.spinning if name == "onnxruntime" else (False,):
                for backend in options.backends:
                    called = f"{name}-{count}t" + ("-spin" if spin else "")
                    light = name == "onnxruntime" and backend == "numpy"
                    yield (
                        Process(
                            name=called if backend == "numpy" else f"{called}-{backend}",
                            threads=count,
                            light=light,
                        ),
                        Variant(
                            implementation=backend,
                            runtime=name,
                            device=options.device,
                            precision="fp32",
                            threads=str(count),
                            features="spin" if spin else "",
                        ),
                    )


def _metrics(process: Process, variant: Variant) -> tuple[str, ...]:
    """The metrics of a case: peak memory only without torch, mismatches only beside our Viterbi."""
    extra: tuple[str, ...] = ("peak_rss",) if process.light else ()
    if variant.device == "cuda":
        extra += ("gpu_used",)
        extra += ("gpu_allocated_peak",) if variant.runtime == "torch" else ()
    if variant.implementation != "numpy":
        extra += ("dp_frame_mismatches",)
    return METRICS + extra


def _lacking(variant: Variant, own: model.ModelFolder | None) -> str:
    if variant.implementation == "torchaudio" and importlib.util.find_spec("torchaudio") is None:
        return "torchaudio is not installed; its Viterbi needs a torchaudio that fits torch."
    if own is not None and variant.runtime == "torch" and own.weights is None:
        return f"{own.name} holds an ONNX graph and no weights for torch."
    return ""


def _check_graph(own: model.ModelFolder) -> None:
    """Check the inputs and outputs of a ready graph. Raises BrokenDataError."""
    names = graph_names.read(own.graph) if own.graph is not None else None
    if names is not None and own.graph is not None:
        model.check_vocabulary(own.vocabulary, check_graph(own.graph.name, names))
