"""Plan the cases: subjects, methods (recreate or reuse), modes and iterations."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from collector.contract import (
    Absence,
    Case,
    NonNegativeInt,
    Place,
    PositiveInt,
    Process,
    Sampling,
    SuitePlan,
)
from collector.speech import model_folder, weights
from collector.suites.lifecycle import chatllm
from collector.suites.lifecycle.chatllm import ChatllmOptions
from history.words.errors import ConfigError
from history.words.records import Skipped, Variant

RECREATE: Final = "recreate"
REUSE: Final = "reuse"
TRIMMED: Final = "trimmed"
UNTRIMMED: Final = "untrimmed"
CONTROL: Final = "control"
CONTROL_ITERATIONS: Final = 30
ITERATIONS: Final = 100
"""As many as the public memory study takes."""

MEMORY: Final = ("rss", "rss_before", "rss_after_inference")
GROWTH: Final = ("rss_growth_rate", "rss_growth_naive", "rss_growth")


class _SubjectKind(NamedTuple):
    """Facts about a subject before it is created."""

    runtime: str
    weights: str
    has_first_token: bool
    """Whether it reports its first token."""
    has_text: bool
    """Whether its output is text whose characters can be counted."""
    light: bool
    """Whether its process holds neither torch nor transformers."""


SUBJECTS: Final = {
    "onnx_session": _SubjectKind(
        "onnxruntime", weights.label(0), has_first_token=False, has_text=False, light=True
    ),
    "forced_aligner": _SubjectKind(
        "torch", weights.label(0), has_first_token=False, has_text=True, light=False
    ),
    "whisper_cache": _SubjectKind(
        "torch", weights.label(0), has_first_token=True, has_text=False, light=False
    ),
    "chatllm": _SubjectKind("chatllm.cpp", "", has_first_token=True, has_text=True, light=True),
    CONTROL: _SubjectKind("numpy", "", has_first_token=True, has_text=False, light=True),
}


class LifecycleOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[suite]]`` with ``use = "lifecycle"``."""

    subjects: tuple[str, ...] | None = None
    """Default: ``onnx_session`` and ``chatllm`` in the quick profile; ``forced_aligner`` and
    ``whisper_cache``, which start torch in every process, too in the nightly one."""
    iterations: NonNegativeInt = 0
    """Counted iterations of every method; 0 takes 100."""
    warmup: NonNegativeInt = 10
    """Iterations before them, while caches and pools fill."""
    untrimmed: bool | None = None
    """Also read memory without giving free pages back first; None: nightly does."""
    planted_mib: float = 1.0
    """Leak of the control, per iteration."""
    threads: PositiveInt = 1
    onnx_model: Place = ""
    """Your own model; empty makes a small one with synthetic weights."""
    aligner_dir: Place = ""
    """Folder of a Qwen3 forced aligner as transformers saves it."""
    chatllm: ChatllmOptions = ChatllmOptions()


def plan(options: LifecycleOptions, profile: str) -> SuitePlan:
    """Every method in its own process, the control first. Raises ConfigError for unknown names."""
    quick = profile == "quick"
    subjects = _subjects(options, quick=quick)
    for name in subjects:
        if name not in SUBJECTS or name == CONTROL:
            known = ", ".join(subject for subject in SUBJECTS if subject != CONTROL)
            raise ConfigError(
                f'suite lifecycle: subjects: there is no "{name}".', hint=f"Known: {known}."
            )
    if options.aligner_dir and "forced_aligner" in subjects:
        model_folder.check(
            Path(options.aligner_dir),
            "suite lifecycle: aligner_dir",
            "qwen3_asr",
            "the head that gives times",
            has=lambda key: key.startswith("score."),
        )
    processes: list[Process] = []
    cases: list[Case] = []
    absences: list[Absence] = []
    for name in (CONTROL, *dict.fromkeys(subjects)):
        both = options.untrimmed if options.untrimmed is not None else not quick
        modes = (TRIMMED, UNTRIMMED) if both and name != CONTROL else (TRIMMED,)
        for mode in modes:
            for way in (RECREATE,) if name == CONTROL else (RECREATE, REUSE):
                case = _case(name, way, mode, options)
                reason = _missing(name, options)
                if reason:
                    absences.append(Absence(case=case, outcome=Skipped(reason=reason)))
                    continue
                light = SUBJECTS[name].light
                threads = int(case.variant.threads)
                process = Process(name=case.process, threads=threads, light=light)
                processes.append(process)
                cases.append(case)
    return SuitePlan(processes=tuple(processes), cases=tuple(cases), absences=tuple(absences))


def _subjects(options: LifecycleOptions, *, quick: bool) -> tuple[str, ...]:
    if options.subjects is not None:
        return options.subjects
    return ("onnx_session", "chatllm") if quick else tuple(n for n in SUBJECTS if n != CONTROL)


def metrics_of(name: str, way: str) -> tuple[str, ...]:
    """The metrics of a case, growth first."""
    kind = SUBJECTS[name]
    found = [*GROWTH, *MEMORY, "inference_time"]
    found += [] if name == CONTROL else ["model_size"]
    if way == RECREATE:
        found += ["rss_after_load", "load_overhead", "unload_release", "load_time", "unload_time"]
    else:
        found += ["reset_time"]
    found += ["first_token_time"] if kind.has_first_token else []
    found += ["characters_per_second"] if kind.has_text else []
    return tuple(found)


def _case(name: str, way: str, mode: str, options: LifecycleOptions) -> Case:
    kind = SUBJECTS[name]
    own = {"onnx_session": options.onnx_model, "forced_aligner": options.aligner_dir}.get(name, "")
    threads, audio = options.threads, ""
    if name == "chatllm":
        own, threads = options.chatllm.model, chatllm.threads(options.chatllm)
        audio = _last_part(options.chatllm.audio)
    stages = ("load_time", "inference_time", "unload_time")
    return Case(
        benchmark=name,
        process=f"{name} {way} {mode}",
        metrics=metrics_of(name, way),
        variant=Variant(
            implementation=way,
            runtime=kind.runtime,
            device="cpu",
            threads=str(threads),
            features=mode,
            weights=_last_part(own) if own else kind.weights,
            dataset=audio,
        ),
        stages=stages if way == RECREATE else ("inference_time", "reset_time"),
        sampling=Sampling(
            warmup=options.warmup,
            repeats=options.iterations or ITERATIONS,
            rounds=1,  # ways are not interleaved
            sequence=True,
        ),
    )


def _last_part(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def _missing(name: str, options: LifecycleOptions) -> str:
    """Why a subject cannot be created here; empty when it can."""
    if name != "chatllm":
        return ""
    try:
        chatllm.binding_path(options.chatllm.binding, chatllm.library_path(options.chatllm.library))
    except FileNotFoundError as error:
        return f"{error}."
    return ""
