"""Which metrics are the parts of which whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection


class Composition(NamedTuple):
    """A whole and the parts it is made of, in the order in which they run."""

    whole: str
    parts: tuple[str, ...]


# From the outside in: the first one that a benchmark can fill is shown.
_COMPOSITIONS = (
    Composition("total_time", ("forward_time", "post_time", "dp_time", "group_time", "conf_time")),
    Composition(
        "end_to_end_time",
        (
            "audio_load_time",
            "resample_time",
            "mel_time",
            "encoder_time",
            "prefill_time",
            "decode_loop_time",
            "detokenize_time",
        ),
    ),
    Composition(
        "total_time", ("preprocess_time", "talker_time", "code_predictor_time", "decoder_time")
    ),
    Composition("total_time", ("load_time", "inference_time", "unload_time")),
    Composition(
        "first_token_time", ("mel_time", "encoder_time", "prefill_time", "decode_step_time")
    ),
    Composition("model_only_time", ("encoder_time", "prefill_time", "decode_loop_time")),
    Composition("align_time", ("dp_time", "group_time", "conf_time")),
)


def composition(metrics: Collection[str]) -> Composition | None:
    """The outermost whole of which at least two parts were measured, with just those parts."""
    for whole, parts in _COMPOSITIONS:
        present = tuple(part for part in parts if part in metrics)
        if whole in metrics and len(present) >= 2:
            return Composition(whole, present)
    return None


_HEADLINES = (
    "total_time",
    "end_to_end_time",
    "wall_time",
    "operation_time",
    "inference_time",
    "first_token_time",
    "first_audio_time",
    "align_time",
    "model_only_time",
    "forward_time",
    "encoder_time",
    "rtf",
    "tokens_per_second",
    "load_time",
    "peak_rss",
    "rss_growth_rate",
)


def headline(metrics: Collection[str]) -> str:
    """The metric a benchmark is introduced by: the whole before its parts, time before memory."""
    for name in _HEADLINES:
        if name in metrics:
            return name
    return min(metrics)
