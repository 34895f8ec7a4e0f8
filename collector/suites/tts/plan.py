"""Plan inputs, ways and the device matrix. Pure apart from checks of this machine."""

from __future__ import annotations

import importlib.util
import platform
import sys
from pathlib import Path
from typing import Final, Literal, NamedTuple

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
from collector.speech import model_folder, texts, weights
from collector.suites.tts.engine import SEED, STAGES
from collector.suites.tts.inputs import INPUTS, MOST_FRAMES, Input, per_text
from history.words.errors import ConfigError
from history.words.records import Skipped, Variant

TIMES: Final = ("first_audio_time", "first_frame_time", *STAGES)
PLAYED: Final = ("audio_underrun_time", "playback_continuity")
"""Metrics of an engine that hands out chunks of audio as they are made."""
DERIVED: Final = (
    "rtf",
    "tokens_per_second",
    "talker_step_time",
    "code_predictor_step_time",
    "frame_time",
    "decoder_frame_time",
    "frames",
    "audio_duration",
)
SPANS: Final = ("sampling_time", "top_k_time", "top_p_time")
OWN_LOOP, GENERATE = "own-loop", "hf-generate"


class MatrixRow(NamedTuple):
    """One row of the device matrix."""

    device: str
    features: str
    precision: str
    attention: str
    """Attention implementation for transformers; empty takes its default."""


DEVICES: Final = {
    "cpu": MatrixRow("cpu", "", "fp32", ""),
    "cpu,mkl": MatrixRow("cpu", "mkl", "fp32", ""),
    "cuda": MatrixRow("cuda", "", "bf16", ""),
    "cuda,flash-attn": MatrixRow("cuda", "flash-attn", "bf16", "flash_attention_2"),
    "metal": MatrixRow("mps", "", "fp32", ""),
}


class TtsOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[suite]]`` with ``use = "tts"``."""

    engine: Literal["csm", "qwen-tts", "program"] = "csm"
    model_dir: Place = ""
    """Folder of your own weights; empty makes small synthetic ones (csm only)."""
    python: str = ""
    """Python of the environment that qwen-tts is installed in."""
    program: tuple[str, ...] = ()
    """Command of an engine that speaks the protocol of docs/suites/tts.md; ``{python}`` stands for
    the Python that runs soundmark."""
    inputs: tuple[str, ...] = tuple(INPUTS)
    """``short``, ``medium`` and ``long``: about 1, 5 and 20 seconds of speech."""
    texts: Place = ""
    """Own texts instead: a text file in UTF-8, one a line."""
    frames: int | None = None
    """Codec frames of every text, 80 ms each; 0 lets the engine stop by itself. Default: 12, 60 and
    250 with synthetic weights, 0 with any others."""
    spans: tuple[str, ...] = ()
    """Times inside the stages that a program reports too: ``sampling_time``, ``top_k_time``,
    ``top_p_time``.
    """
    devices: tuple[str, ...] = tuple(DEVICES)
    threads: PositiveInt = 1
    repeats: NonNegativeInt = 0
    """Most samples of an input; the usual number is 4, 1 and none (quick) or 10, 5 and 3 (nightly).
    Of an own text it is the number; the usual one is 2 (quick) or 5 (nightly). 0 takes the usual.
    """
    iterations: NonNegativeInt = 0
    """Exactly so many samples of every input, as the origin program has it; 0 leaves it to
    ``repeats``."""
    warmup: NonNegativeInt = 1
    """Repeats before the first sample."""
    timeout_s: float = 300.0
    """Longest silence of another engine."""

    @property
    def synthetic(self) -> bool:
        """Whether the weights are ours, which never stop speaking by themselves."""
        return self.engine == "csm" and not self.model_dir


def plan(options: TtsOptions, profile: str) -> SuitePlan:
    """Cases per device, way and input; those that cannot run here are skipped with the reason."""
    _check(options)
    quick = profile == "quick"
    processes: list[Process] = []
    cases: list[Case] = []
    absences: list[Absence] = []
    spoken, dataset = chosen(options)
    ways = (OWN_LOOP, GENERATE) if options.engine == "csm" else (options.engine,)
    for row in options.devices:
        device = DEVICES[row]
        reason = missing(row) or _engine_missing(options)
        for way in ways[:1] if quick else ways:
            process = Process(name=f"{way} {row}", threads=options.threads)
            for name, text in spoken.items():
                repeats = _repeats(name, way, options, quick=quick)
                if not repeats:
                    continue
                case = _case(name, text, dataset, way, device, process.name, options, repeats)
                if reason:
                    absences.append(Absence(case=case, outcome=Skipped(reason=reason)))
                    continue
                cases.append(case)
                if process not in processes:
                    processes.append(process)
    return SuitePlan(processes=tuple(processes), cases=tuple(cases), absences=tuple(absences))


def missing(row: str) -> str:
    """Why a row of the matrix cannot run here, without importing torch; empty when it may."""
    if row == "cpu,mkl":
        if platform.machine().lower() in {"x86_64", "amd64"}:
            return "PyTorch's builds for this processor always use MKL: the cpu row is that row."
        return f"MKL exists for x86 processors only; this is {platform.machine()}."
    if row.startswith("cuda"):
        if not any(Path(file).exists() for file in ("/dev/nvidiactl", "/dev/dxg")):
            return "There is no NVIDIA device here."
        if "flash-attn" in row and importlib.util.find_spec("flash_attn") is None:
            return "The package flash-attn is not installed (pip install flash-attn)."
    if row == "metal" and (sys.platform != "darwin" or platform.machine() != "arm64"):
        return "Metal exists on Macs with Apple processors only."
    return ""


def _engine_missing(options: TtsOptions) -> str:
    if options.engine == "qwen-tts" and not Path(options.python).is_file():
        return f"There is no Python {Path(options.python).name} to run qwen-tts with."
    return ""


def _check(options: TtsOptions) -> None:
    for given, known, key in (
        (options.inputs, INPUTS, "inputs"),
        (options.devices, DEVICES, "devices"),
    ):
        for name in given:
            if name not in known:
                raise ConfigError(
                    f'suite tts: {key}: there is no "{name}".', hint=f"Known: {', '.join(known)}."
                )
    if options.engine == "qwen-tts" and not (options.python and options.model_dir):
        raise ConfigError(
            "suite tts: qwen-tts needs `python` and `model_dir`.",
            hint="It pins libraries that cannot share this environment: give it its own.",
        )
    _check_numbers(options)
    if options.engine == "csm" and options.model_dir:
        model_folder.check(
            Path(options.model_dir),
            "suite tts: model_dir",
            "csm",
            "the code predictor",
            has=lambda key: key.startswith("depth_decoder."),
        )
    if (options.engine == "program") != bool(options.program):
        raise ConfigError('suite tts: `program` and engine = "program" belong together.')


def _check_numbers(options: TtsOptions) -> None:
    if options.repeats and options.iterations:
        raise ConfigError(
            "suite tts: expected repeats or iterations, found both; state one of them."
        )
    if options.frames is not None and not 0 <= options.frames <= MOST_FRAMES:
        raise ConfigError(
            f"suite tts: frames: expected 0 to {MOST_FRAMES}, found {options.frames}."
        )
    if options.synthetic and options.frames == 0:
        raise ConfigError(
            "suite tts: frames = 0: synthetic weights never stop by themselves.",
            hint="State a length, or name trained weights by model_dir.",
        )
    unknown = [name for name in options.spans if name not in SPANS]
    if unknown:
        raise ConfigError(
            f'suite tts: spans: there is no "{unknown[0]}".', hint=f"Known: {', '.join(SPANS)}."
        )
    if options.spans and options.engine == "csm":
        raise ConfigError("suite tts: spans: only a program of its own can tell them.")


def _repeats(name: str, way: str, options: TtsOptions, *, quick: bool) -> int:
    """Fewer repeats for longer inputs; the long input is not measured through ``generate``.

    With synthetic weights the quick profile takes only the short text, which shows the same in a
    tenth of the time.
    """
    if way == GENERATE and name == "long":
        return 0
    medium = 0 if options.synthetic and "short" in options.inputs else 1
    few, many = {"short": 4, "medium": medium, "long": 0}, {"short": 10, "medium": 5, "long": 3}
    table = few if quick else many
    usual = (2 if quick else 5) if options.texts else table[name]
    asked = options.iterations or options.repeats
    if options.texts or options.iterations:
        return asked or usual
    return min(usual, asked) if asked else usual


def _case(
    name: str,
    text: Input,
    dataset: str,
    way: str,
    device: MatrixRow,
    process: str,
    options: TtsOptions,
    repeats: int,
) -> Case:
    named = weights.label(SEED) if options.synthetic else Path(options.model_dir).name
    own = options.engine == "csm"
    return Case(
        benchmark="synthesize",
        process=process,
        metrics=(
            "total_time",
            *TIMES,
            *(PLAYED if own else ()),
            *options.spans,
            *DERIVED,
            *_peaks(device.device, stages=own),
        ),
        params={"input": name, "frames": str(text.frames) if text.frames else "natural"},
        variant=Variant(
            implementation=way,
            runtime="torch" if options.engine != "program" else "",
            device=device.device,
            precision=device.precision,
            threads=str(options.threads),
            features=device.features,
            weights=named,
            dataset=dataset,
        ),
        stages=STAGES if own else (),
        sampling=Sampling(
            warmup=options.warmup,
            repeats=repeats,
            rounds=2,
            repeat_limit_s=options.timeout_s + 30.0,
        ),
        expect={} if options.engine == "program" else {"device": device.device},
    )


def _peaks(device: str, *, stages: bool) -> tuple[str, ...]:
    """Memory peaks: of every stage in our own loop, and of the device."""
    kinds = ("peak_rss", "gpu_allocated_peak") if device == "cuda" else ("peak_rss",)
    if not stages:
        return kinds
    return tuple(f"{stage.removesuffix('_time')}_{kind}" for stage in STAGES for kind in kinds)


def chosen(options: TtsOptions) -> tuple[dict[str, Input], str]:
    """The texts by name, and the name of the data set.

    Raises UsageError for a bad file. With synthetic weights the length is fixed, so that every
    engine does the same work; a trained model stops by itself.
    """
    found, dataset = dict.fromkeys(options.inputs, ""), ""
    if options.texts:
        found, dataset = texts.read(Path(options.texts), "suite tts: texts")
    made = {}
    for name, text in found.items():
        known = INPUTS.get(name) if not options.texts else None
        usual = known.frames if known else per_text(text)
        if not options.synthetic:
            usual = 0
        frames = usual if options.frames is None else options.frames
        made[name] = Input(known.text if known else text, frames)
    return made, dataset
