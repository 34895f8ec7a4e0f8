"""The benchmarks of the simulated project, and the trend of each over the year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from history.words.records import Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = Variant()
_WEIGHTS = "synthetic(seed=0)"


@dataclass(frozen=True)
class Shift:
    """From this share of the year on the value is multiplied, at once or over some nights."""

    at: float
    factor: float
    over: int = 0


@dataclass(frozen=True)
class Trend:
    """One invented series before machine and noise."""

    metric: str
    level: float
    noise: float = 0.012
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True)
class Work:
    """One invented benchmark in one variant."""

    suite: str
    benchmark: str
    trends: tuple[Trend, ...]
    params: tuple[tuple[str, str], ...] = ()
    variant: Variant = _PLAIN
    only_gpu: bool = False


def works() -> Iterator[Work]:
    """Every benchmark, with what happens to it in the year."""
    yield from _alignment()
    yield from _whisper()
    yield from _speech()
    yield from _lifecycle()
    yield from _micro()


def golden() -> Iterator[Work]:
    """The golden pipeline, which the laptop alone runs."""
    parts = (
        Trend("encoder_time", 0.081, shifts=(Shift(0.35, 0.74),)),
        Trend("first_token_time", 0.135, shifts=(Shift(0.6, 1.17),)),
        Trend("end_to_end_time", 0.412, shifts=(Shift(0.35, 0.93), Shift(0.6, 1.06))),
        Trend("rtf", 0.082),
        Trend("peak_rss", 287e6, noise=0.003),
    )
    variant = Variant(runtime="onnxruntime", device="cpu", weights=_WEIGHTS)
    yield Work("golden", "pipeline", parts, (("audio", "5 s"),), variant)


def _alignment() -> Iterator[Work]:
    for runtime, factor in (("torch", 1.0), ("onnxruntime", 0.72)):
        step: tuple[Shift, ...] = ()
        if runtime == "torch":
            step = (Shift(0.3, 0.86), Shift(0.945, 1.19))
        parts = (
            Trend("forward_time", 0.118 * factor, shifts=(*step, Shift(0.62, 0.9))),
            Trend("post_time", 0.0062 * factor),
            Trend("dp_time", 0.0147, shifts=(Shift(0.45, 0.41),)),
            Trend("group_time", 0.0021, noise=0.03),
            Trend("conf_time", 0.0013, noise=0.03),
            Trend("align_time", 0.0181, shifts=(Shift(0.45, 0.52),)),
            Trend("total_time", 0.146 * factor, shifts=(*step, Shift(0.45, 0.93))),
            Trend("rtf", 0.029 * factor, shifts=step),
            Trend("peak_rss", 412e6 * factor, noise=0.002, shifts=(Shift(0.5, 1.06),)),
        )
        variant = Variant(
            implementation="numpy", runtime=runtime, device="cpu", threads="2", weights=_WEIGHTS
        )
        yield Work("alignment", "pipeline", parts, (("seconds", "5"),), variant)


def _whisper() -> Iterator[Work]:
    for model, scale in (("tiny", 1.0), ("base", 2.1)):
        whisper = (
            Trend("mel_time", 0.031, shifts=(Shift(0.2, 0.52),)),
            Trend("encoder_time", 0.094 * scale, shifts=(Shift(0.4, 1.09, over=50),)),
            Trend("prefill_time", 0.012 * scale),
            Trend("decode_loop_time", 0.21 * scale, noise=0.02, shifts=(Shift(0.55, 0.8),)),
            Trend("end_to_end_time", 0.362 * scale, shifts=(Shift(0.55, 0.87),)),
            Trend("first_token_time", 0.143 * scale, shifts=(Shift(0.2, 0.9),)),
            Trend("rtf", 0.0724 * scale),
            Trend("tokens_per_second", 118 / scale, noise=0.02, shifts=(Shift(0.55, 1.24),)),
            Trend("peak_rss", 301e6 * scale, noise=0.003),
        )
        variant = Variant(
            implementation="greedy", runtime="onnxruntime", device="cpu", weights=_WEIGHTS
        )
        yield Work("whisper", "transcribe", whisper, (("model", model),), variant)


def _speech() -> Iterator[Work]:
    tts = (
        Trend("first_audio_time", 0.087, noise=0.025),
        Trend("talker_time", 0.61),
        Trend("code_predictor_time", 0.88, shifts=(Shift(0.7, 0.74),)),
        Trend("decoder_time", 0.17),
        Trend("total_time", 1.71, shifts=(Shift(0.7, 0.87),)),
        Trend("rtf", 0.34, shifts=(Shift(0.7, 0.87),)),
    )
    variant = Variant(
        implementation="hf-generate", runtime="torch", device="cuda", weights=_WEIGHTS
    )
    yield Work("tts", "pipeline", tts, (("text", "short"),), variant)


def _lifecycle() -> Iterator[Work]:
    for name, seconds in (("whisper-tiny", 0.61), ("wav2vec2", 0.48)):
        yield Work(
            "lifecycle",
            "load_unload",
            (
                Trend("load_time", seconds, noise=0.03, shifts=(Shift(0.8, 1.31),)),
                Trend("unload_time", seconds / 9, noise=0.05),
                Trend("load_overhead", 188e6, noise=0.004),
                Trend("rss_growth_rate", 21e3, noise=0.2),
            ),
            (("model", name),),
            Variant(runtime="torch", device="cpu", weights=_WEIGHTS),
        )


def _micro() -> Iterator[Work]:
    operations = {
        "top_k": ((("vocab", "3072"), ("k", "50")), (("vocab", "32000"), ("k", "50"))),
        "log_softmax": ((("vocab", "3072"),), (("vocab", "32000"),), (("vocab", "152000"),)),
        "viterbi": ((("seconds", "2"),), (("seconds", "10"),)),
        "resample": ((("seconds", "2"),), (("seconds", "10"),)),
        "mel": ((("seconds", "2"),), (("seconds", "10"),)),
        "argmax": ((("vocab", "32000"),),),
    }
    for place, (name, all_params) in enumerate(operations.items()):
        for number, params in enumerate(all_params):
            shifts: tuple[Shift, ...] = ()
            if (name, number) == ("resample", 1):
                shifts = (Shift(0.975, 1.24),)
            if (name, number) == ("viterbi", 0):
                shifts = (Shift(0.4, 1.3), Shift(0.7, 1 / 1.3))  # undone by itself
            if name == "mel":
                shifts = (Shift(0.35, 0.6), Shift(0.86, 1.11))
            for way, factor in (("numpy", 1.0), ("rust", 0.31)):
                level = 38e-6 * (place + 1) * (1 + 4 * number) * factor
                yield Work(
                    "micro",
                    name,
                    (Trend("operation_time", level, noise=0.018, shifts=shifts),),
                    params,
                    Variant(implementation=way, device="cpu"),
                )
