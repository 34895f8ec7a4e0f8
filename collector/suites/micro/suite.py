"""Plan which operators are measured at which sizes, and derive metrics from their times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from collector.contract import (
    NIGHTLY_PROCESSES,
    Case,
    Process,
    Requirement,
    Sampling,
    SuitePlan,
    WorkOutcome,
)
from collector.speech import extra
from history.words.records import Variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from collector.contract import Samples, Session
    from history.words.records import Invalid, Measured

CODEC_VOCABULARY: Final = 3_072
VOCABULARIES: Final = (1_000, CODEC_VOCABULARY, 32_000, 152_000)
"""Vocabulary sizes: a toy, a codec, a recogniser and a large language model."""

SECONDS: Final = ("0.5", "2", "10")
FRAMES: Final = (12, 60, 240)
CODEBOOKS: Final = 16
PREVIOUS: Final = (0, 100, 500)

PROCESS: Final = "torch-1t"


class MicroOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[suite]]`` with ``use = "micro"`` in the configuration file."""

    block_ms: float = 2.0
    """Shortest sample, in milliseconds: shorter calls are repeated inside one sample."""
    quick_s: float = 0.05
    """Longest time spent sampling one case in the quick profile, in seconds."""
    nightly_s: float = 0.22
    """The same in the nightly profile."""
    device: Literal["cpu", "cuda"] = "cpu"
    """Device of the operators; on ``cuda`` only those of torch are measured."""


class Micro:
    """One process, one thread: every operator at every size, with many samples of few calls."""

    name = "micro"
    version = 1
    summary = "Sampling, log-mel, resampling and tensor operators on synthetic input, no weights."
    requirements: tuple[Requirement, ...] = extra.packages("torch", "scipy", "soxr")
    options: type[msgspec.Struct] = MicroOptions

    def plan(self, options: MicroOptions, profile: str) -> SuitePlan:
        """Both profiles hold the same cases, so that a quick run continues the nightly trends."""
        quick = profile == "quick"
        sampling = Sampling(
            min_repeats=5 if quick else 15,
            max_repeats=60,
            max_s=options.quick_s if quick else options.nightly_s,
            block_s=options.block_ms / 1e3,
            rounds=1,
            processes=1 if quick else NIGHTLY_PROCESSES,
        )
        return SuitePlan(
            processes=(Process(name=PROCESS, threads=1),),
            cases=tuple(
                msgspec.structs.replace(case, sampling=sampling) for case in _on(options.device)
            ),
        )

    def open(
        self, process: Process, options: MicroOptions, profile: str, workspace: Path
    ) -> Session:
        """Import torch, scipy and soxr; nothing is loaded from disk."""
        del profile, workspace
        from collector.suites.micro.session import MicroSession

        return MicroSession(threads=process.threads, device=options.device)

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """``operation_time`` of every call; with a length in seconds also the real-time factor."""
        del outcome
        found: dict[str, Any] = {"operation_time": samples["total_time"]}
        if "rtf" in case.metrics:
            found["rtf"] = samples["total_time"] / float(case.params["seconds"])
        return found


def _on(device: str) -> Iterator[Case]:
    """All cases on the processor; on another device those of torch, moved there."""
    for case in _cases():
        if device == "cpu" or case.variant.runtime == "torch":
            moved = msgspec.structs.replace(case.variant, device=device)
            yield msgspec.structs.replace(case, variant=moved, expect={"provider": device})


def _cases() -> Iterator[Case]:
    for vocab in VOCABULARIES:
        yield from _token_cases(vocab)
    for seconds in SECONDS:
        yield from _audio_cases(seconds)
    for frames in FRAMES:
        for form in ("list", "numpy"):
            yield _case("codes_to_tensor", form, "torch", frames=frames, codebooks=CODEBOOKS)


def _token_cases(vocab: int) -> Iterator[Case]:
    for k in (50, 200):
        for form in ("gather", "mask"):
            yield _case("top_k", form, "torch", vocab=vocab, k=k)
    for p in ("0.5", "0.9", "0.95") if vocab == CODEC_VOCABULARY else ("0.9",):
        yield _case("top_p", "sort", "torch", vocab=vocab, p=p)
    yield _case("temperature", "softmax", "torch", vocab=vocab)
    for previous in PREVIOUS:
        yield _case("repetition_penalty", "scatter", "torch", vocab=vocab, previous=previous)
    yield _case("suppression", "masked-fill", "torch", vocab=vocab)


def _audio_cases(seconds: str) -> Iterator[Case]:
    yield _case("mel", "stft", "torch", rate=24_000, mels=128, seconds=seconds)
    yield _case("mel", "stft", "torch", rate=16_000, mels=80, seconds=seconds)
    yield _case("mel", "rfft", "numpy", rate=16_000, mels=80, seconds=seconds)
    for source in (12_000, 48_000):
        rates = {"from": source, "to": 24_000}
        yield _case("resample", "polyphase", "scipy", **rates, seconds=seconds)
        yield _case("resample", "soxr", "soxr", **rates, seconds=seconds)


def _case(benchmark: str, implementation: str, runtime: str, **params: int | str) -> Case:
    timed = ("operation_time", "rtf") if "seconds" in params else ("operation_time",)
    return Case(
        benchmark=benchmark,
        process=PROCESS,
        metrics=timed,
        params={key: str(value) for key, value in params.items()},
        variant=Variant(
            implementation=implementation,
            runtime=runtime,
            device="cpu",
            precision="fp32",
            threads="1",
        ),
    )
