"""Plan which ways of transcribing are measured on which files, and derive their metrics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from collector.contract import Absence, Case, Process, Requirement, Sampling, SuitePlan, WorkOutcome
from collector.speech import audio_folder, error_rates, extra, runtime, weights
from collector.suites.whisper import files, limits, model
from collector.suites.whisper.options import (
    BASELINE,
    ERROR,
    WhisperFiles,
    WhisperOptions,
    check,
    folder_of,
    settled,
    torch_folder,
)
from collector.suites.whisper.ways import ways
from history.words.records import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collector.contract import Samples, Session
    from history.words.records import Invalid, Measured, RunRecord

STAGES: Final = (
    "audio_load_time",
    "mel_time",
    "encoder_time",
    "prefill_time",
    "decode_loop_time",
    "detokenize_time",
)
MODEL: Final = ("encoder_time", "prefill_time", "decode_loop_time")
DECODER: Final = ("prefill_time", "decode_loop_time")
SETUP: Final = "generate_setup_time"
"""Stage of the baseline only: what ``generate`` does before the encoder runs."""
RESAMPLE: Final = "resample_time"
"""Stage that exists only where audio is converted."""
METRICS: Final = (
    "end_to_end_time",
    *STAGES,
    "model_only_time",
    "first_token_time",
    "rtf",
    "tokens",
    "tokens_per_second",
)


class Whisper:
    """The same files through ONNX Runtime's three graphs and through transformers' ``generate``."""

    name = "whisper"
    version = 1
    summary = (
        "Whisper transcription on ONNX Runtime, stage by stage, beside transformers' generate."
    )
    requirements: tuple[Requirement, ...] = extra.packages(
        "torch", "transformers", "onnxruntime", "onnxscript", "tokenizers", "soundfile", "soxr"
    )
    options: type[msgspec.Struct] = WhisperOptions
    files: type[msgspec.Struct] = WhisperFiles

    def plan(self, options: WhisperOptions, profile: str) -> SuitePlan:
        """One benchmark, one variant for each way of running it; all are interleaved.

        Raises UsageError for a folder that is missing or incomplete and for an unknown value.
        """
        options = settled(options)
        check(options)
        own = folder_of(options)
        items, dataset = files.names(options.audio_dir, options.corpus, options.files)
        label = weights.label(options.seed) if own is None else own.name
        judged = error_rates.METRICS if own is not None and _has_texts(options) else ()
        processes: dict[str, Process] = {}
        cases: list[Case] = []
        absences: list[Absence] = []
        for process, variant in ways(options, profile):
            baseline = variant.implementation == BASELINE
            limit = limits.of_process(process.name)
            # Within a limit the whole process counts, including its libraries.
            memory = ("peak_rss",) if process.light or limit is not None else ()
            stages = _stages(baseline=baseline, convert=options.convert)
            converted = (RESAMPLE,) if options.convert else ()
            case = Case(
                benchmark="transcribe",
                process=process.name,
                metrics=(*METRICS, *converted, *judged, *memory),
                params=_params(options, own),
                variant=msgspec.structs.replace(variant, weights=label, dataset=dataset),
                stages=stages,
                items=items,
                sampling=sampling(options, profile),
                expect={
                    "provider": runtime.provider(variant.runtime, options.device),
                    "dataset": dataset,
                    **({"limit": limit.text} if limit is not None else {}),
                },
            )
            beyond = limits.lacking(limit) if limit is not None else ""
            if beyond:
                absences.append(Absence(case=case, outcome=Skipped(reason=beyond)))
            elif baseline and own is not None and torch_folder(options, own) is None:
                reason = f"{own.name} holds no weights for torch; name them by model_dir."
                absences.append(Absence(case=case, outcome=Skipped(reason=reason)))
            else:
                processes[process.name] = process
                cases.append(case)
        return SuitePlan(
            processes=tuple(processes.values()), cases=tuple(cases), absences=tuple(absences)
        )

    def open(
        self, process: Process, options: WhisperOptions, profile: str, workspace: Path
    ) -> Session:
        """Make or find the files and the model; graphs are exported once."""
        del profile
        from collector.suites.whisper.session import WhisperSession

        return WhisperSession(process, settled(options), workspace)

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """Model time, real-time factor, rate and errors, over all files together."""
        good = [facts for facts in outcome.items.values() if ERROR not in facts]
        duration_s = sum(float(facts["duration_s"]) for facts in good)
        tokens = sum(int(facts["tokens"]) for facts in good)
        rates = error_rates.derived(outcome.items) if "wer" in case.metrics else {}
        return {**_derived(samples, duration_s, tokens), **rates}

    def derive_item(
        self,
        case: Case,
        item: str,
        samples: Mapping[str, Samples],
        facts: Mapping[str, float | int | str],
    ) -> dict[str, Samples]:
        """The same for one file; one that was not transcribed has no times."""
        del case, item
        if "tokens" not in facts:
            return {name: np.full(len(values), np.nan) for name, values in samples.items()}
        return _derived(samples, float(facts["duration_s"]), int(facts["tokens"]))

    def write_files(self, asked: WhisperFiles, record: RunRecord) -> Iterator[str]:
        """The table of all ways, as ``soundmark export whisper-table`` writes it."""
        from history.formats import whisper_table

        if not asked.table_out:
            return
        table = whisper_table.of_record(record)
        folder = Path(asked.table_out)
        whisper_table.write(folder, table)
        yield f"Table of whisper, {len(table)} rows: {folder / 'summary_table.md'} and .csv"


def _stages(*, baseline: bool, convert: bool) -> tuple[str, ...]:
    loaded, mel, *model_ = STAGES
    resampled = (RESAMPLE,) if convert else ()
    return (loaded, *resampled, mel, *((SETUP,) if baseline else ()), *model_)


def sampling(options: WhisperOptions, profile: str) -> Sampling:
    """A fixed number of repeats of all files."""
    repeats = options.repeats
    if repeats is None:
        repeats = 4 if profile == "quick" else 12
    return Sampling(
        warmup=1 if options.warmup is None else options.warmup,
        repeats=repeats,
        rounds=min(4, max(1, repeats // 2)),
        repeat_limit_s=600.0 if options.own else 0.0,
    )


def _derived(samples: Mapping[str, Samples], duration_s: float, tokens: int) -> dict[str, Samples]:
    total = samples["total_time"]
    zeros = np.zeros(len(total))
    found = {
        "end_to_end_time": total,
        "model_only_time": sum((samples[stage] for stage in MODEL), start=zeros),
    }
    if duration_s > 0:
        found["rtf"] = total / duration_s
    decoding = sum((samples[stage] for stage in DECODER), start=zeros)
    if tokens and (decoding > 0).all():
        found["tokens_per_second"] = tokens / decoding
    return found


def _params(options: WhisperOptions, own: model.ModelFolder | None) -> dict[str, str]:
    tokens = {"max_new_tokens": str(options.tokens())}
    stamps = {"timestamps": "true"} if options.timestamps else {}
    if own is None:
        return {"size": options.size, **tokens, **stamps}
    how = {"language": options.language, "task": options.task}
    return {
        "model": own.name,
        **how,
        **tokens,
        **stamps,
        **error_rates.params(options.normalisation),
    }


def _has_texts(options: WhisperOptions) -> bool:
    if not options.audio_dir:
        return True  # generated speech says what its text says
    return any(one.text for one in audio_folder.find(Path(options.audio_dir), options.files or 0))
