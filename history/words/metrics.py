"""Which metrics exist, and what unit, direction and kind each has.

The direction of a change comes from here and nowhere else: a metric that is not registered has no
direction, and what has no direction gets no verdict. Other packages add metrics by an entry point
in the group ``soundmark.metrics`` that names a tuple of ``Metric``.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from history.words.errors import BrokenEnvironmentError
from history.words.registry import Registry
from history.words.units import canonical


class Direction(StrEnum):
    """Which way is better."""

    LOWER = "lower"
    HIGHER = "higher"
    NONE = "none"


class Kind(StrEnum):
    """What sort of quantity a metric is; decides how it is stored, charted and judged."""

    TIME = "time"
    MEMORY = "memory"
    THROUGHPUT = "throughput"
    RATIO = "ratio"
    COUNT = "count"
    QUALITY = "quality"
    ENERGY = "energy"
    OTHER = "other"


class Metric(NamedTuple):
    """One thing that can be measured."""

    name: str
    unit: str
    """Base unit, one of ``history.words.units``."""
    direction: Direction
    kind: Kind
    summary: str
    """One sentence: what the number is."""


def _times(rows: tuple[tuple[str, str], ...]) -> tuple[Metric, ...]:
    return tuple(Metric(name, "s", Direction.LOWER, Kind.TIME, text) for name, text in rows)


def _memory(rows: tuple[tuple[str, str], ...]) -> tuple[Metric, ...]:
    return tuple(Metric(name, "B", Direction.LOWER, Kind.MEMORY, text) for name, text in rows)


_TIMES: Final = _times(
    (
        ("operation_time", "Time of one call of an operator."),
        ("wall_time", "Elapsed time of the whole piece of work."),
        ("cpu_time", "Processor time of all threads of the piece of work."),
        ("user_time", "Processor time spent in user mode."),
        ("system_time", "Processor time spent in the kernel."),
        ("build_time", "Time to build the program before it is measured."),
        ("load_time", "Time until the model is ready to be used."),
        ("unload_time", "Time to release the model."),
        ("reset_time", "Time to bring a model back to its start without loading it again."),
        ("inference_time", "Time of one inference with the model loaded."),
        ("forward_time", "Forward pass of the acoustic model."),
        ("post_time", "Log-softmax and extraction of the emissions after the forward pass."),
        ("dp_time", "CTC Viterbi: dynamic programme and backtrace."),
        ("group_time", "Path walk, blank expansion and grouping into words."),
        ("conf_time", "Confidence of each word."),
        ("align_time", "Alignment without the model: dp + group + conf."),
        ("align_time_per_ts", "Alignment time divided by frames times CTC states."),
        ("align_time_per_t", "Alignment time divided by frames."),
        ("total_time", "The whole pipeline, end to end."),
        ("audio_load_time", "Reading and decoding of the audio file."),
        ("mel_time", "Log-mel spectrogram."),
        ("resample_time", "Resampling of the audio."),
        ("preprocess_time", "Everything between decoded audio and the first model call."),
        ("generate_setup_time", "What a library's generate does before its encoder runs."),
        ("encoder_time", "Encoder forward pass."),
        ("prefill_time", "First decoder pass over the prompt."),
        ("decode_step_time", "One cached decoder step."),
        ("decode_loop_time", "All cached decoder steps."),
        ("detokenize_time", "Turning token ids into text."),
        ("model_only_time", "Encoder, prefill and decoder loop without input and output."),
        ("end_to_end_time", "From the audio file to the text."),
        ("first_token_time", "From the start of the work to the first token."),
        ("first_audio_time", "From the start of synthesis to the first audio chunk."),
        ("first_frame_time", "From the start of synthesis to the first codec frame."),
        ("talker_time", "Talker decode loop, all frames."),
        ("talker_step_time", "Talker decode, one frame."),
        ("code_predictor_time", "Code predictor, all frames."),
        ("code_predictor_step_time", "Code predictor, one frame."),
        ("generation_time", "Talker and code predictor together, all frames."),
        ("decoder_time", "Codec decoder from codes to audio."),
        ("decoder_frame_time", "Codec decoder, one frame; it works in chunks."),
        ("frame_time", "One audio frame through talker and code predictor."),
        ("latency_p50", "Median of the latency over requests."),
        ("latency_p95", "95th percentile of the latency over requests; needs 20 of them."),
        ("latency_p99", "99th percentile of the latency over requests; needs 100 of them."),
        ("calibration_compute_time", "Fixed arithmetic workload that gauges the machine."),
        ("calibration_memory_time", "Fixed memory workload that gauges the machine."),
    )
)

_MEMORY: Final = _memory(
    (
        ("rss", "Resident memory at the end of the work."),
        ("peak_rss", "Highest resident memory during the work."),
        ("pss", "Resident memory with shared pages divided by their users."),
        ("uss", "Memory that belongs to this process alone."),
        ("load_overhead", "Resident memory that loading the model added."),
        ("unload_release", "Resident memory that unloading the model gave back."),
        ("rss_before", "Resident memory at the start of an iteration."),
        ("rss_after_load", "Resident memory once the model is loaded."),
        (
            "rss_after_inference",
            "Resident memory after an inference, before the model is let go of.",
        ),
        ("rss_growth", "Resident memory after the last iteration less that after the first."),
        ("gpu_used", "Device memory in use by all processes (cudaMemGetInfo)."),
        ("gpu_process_used", "Device memory of this process as the driver counts it (NVML)."),
        ("gpu_allocated_peak", "Highest memory allocated by torch on the device."),
        ("gpu_reserved_peak", "Highest memory reserved by torch's allocator on the device."),
        ("model_size", "Size of the model's files."),
    )
)

_OTHERS: Final = (
    Metric(
        "rtf",
        "x",
        Direction.LOWER,
        Kind.RATIO,
        "Real-time factor: processing time divided by audio time; below 1 is faster than speech.",
    ),
    Metric(
        "model_rtf",
        "x",
        Direction.LOWER,
        Kind.RATIO,
        "Real-time factor of the model stages alone.",
    ),
    Metric(
        "rss_growth_rate",
        "B/iteration",
        Direction.LOWER,
        Kind.MEMORY,
        "Slope of resident memory over iterations after warm-up (Theil-Sen).",
    ),
    Metric(
        "rss_growth_naive",
        "B/iteration",
        Direction.LOWER,
        Kind.MEMORY,
        "Last less first resident memory divided by the iterations; printed for comparison only.",
    ),
    Metric(
        "tokens_per_second",
        "tokens/s",
        Direction.HIGHER,
        Kind.THROUGHPUT,
        "Tokens produced per second of processing.",
    ),
    Metric(
        "characters_per_second",
        "characters/s",
        Direction.HIGHER,
        Kind.THROUGHPUT,
        "Characters of text processed per second.",
    ),
    Metric(
        "tool_time", "s", Direction.NONE, Kind.OTHER, "Run of a tool that measures; not judged."
    ),
    Metric("throughput", "ops/s", Direction.HIGHER, Kind.THROUGHPUT, "Operations per second."),
    Metric("bandwidth", "B/s", Direction.HIGHER, Kind.THROUGHPUT, "Bytes moved per second."),
    Metric("tokens", "count", Direction.NONE, Kind.COUNT, "Tokens produced."),
    Metric("frames", "count", Direction.NONE, Kind.COUNT, "Frames produced or aligned."),
    Metric(
        "audio_duration", "s", Direction.NONE, Kind.OTHER, "Length of the audio, from its samples."
    ),
    Metric(
        "dp_frame_mismatches",
        "count",
        Direction.LOWER,
        Kind.QUALITY,
        "Frames whose label differs between two Viterbi backends.",
    ),
    Metric(
        "wer",
        "x",
        Direction.LOWER,
        Kind.QUALITY,
        "Word error rate against reference texts; never on synthetic weights.",
    ),
    Metric(
        "cer",
        "x",
        Direction.LOWER,
        Kind.QUALITY,
        "Character error rate against reference texts; never on synthetic weights.",
    ),
    Metric(
        "token_agreement",
        "x",
        Direction.HIGHER,
        Kind.QUALITY,
        "Share of tokens on which two implementations agree.",
    ),
    Metric("energy", "J", Direction.LOWER, Kind.ENERGY, "Energy used by the work."),
)

_BUILT_IN: Final = {metric.name: metric for metric in (*_TIMES, *_MEMORY, *_OTHERS)}


METRIC_SETS: Final = Registry[tuple[object, ...]](
    kind="set of metrics", protocol=tuple, built_in={}, group="soundmark.metrics"
)
"""What other packages add, a tuple of ``Metric`` under each name; ours stand above."""


def registry() -> dict[str, Metric]:
    """Every known metric by name: the built-in ones, then those of installed packages.

    A built-in one cannot be redefined. Raises BrokenEnvironmentError when two sets define one
    metric differently, or when a set cannot be used.
    """
    return _gathered()[0]


def redefined() -> tuple[str, ...]:
    """A sentence for each metric of a package that is one of ours, and therefore not used."""
    return _gathered()[1]


@cache
def _gathered() -> tuple[dict[str, Metric], tuple[str, ...]]:
    known = dict(_BUILT_IN)
    origins: dict[str, str] = {}
    hidden: list[str] = []
    for name in METRIC_SETS.names():
        for metric in METRIC_SETS.find(name):
            if not isinstance(metric, Metric):
                raise BrokenEnvironmentError(
                    f'the set of metrics "{name}" holds a {type(metric).__name__}; expected'
                    " history.words.metrics.Metric."
                )
            if metric.name in _BUILT_IN:
                hidden.append(
                    f'The set of metrics "{name}" defines {metric.name}, which soundmark has'
                    " itself: its own is used."
                )
                continue
            if known.setdefault(metric.name, metric) != metric:
                raise BrokenEnvironmentError(
                    f'the sets of metrics "{origins[metric.name]}" and "{name}" define'
                    f" {metric.name} differently.",
                    hint="Uninstall one of the packages that offer them.",
                )
            origins.setdefault(metric.name, name)
    return known, tuple(hidden)


def direction_of_unit(unit: str) -> Direction:
    """What a unit alone says: rates are better high; times, bytes and costs per operation low.

    Only for imported metrics that state nothing themselves; anything else has no direction.
    """
    base = canonical(unit).base
    if unit.endswith(("/op", "/iter", "/iteration")) or base in {"s", "B", "B/iteration"}:
        return Direction.LOWER
    if base.endswith("/s") or base.startswith("ops/") or unit.endswith("/sec"):
        return Direction.HIGHER
    return Direction.NONE


def find(name: str, unit: str = "", direction: Direction | None = None) -> Metric:
    """The registered metric of that name, else one made of what the caller knows.

    A stated direction never overrides the registry; an unknown metric without one has none.
    """
    known = registry().get(name)
    if known is not None:
        return known
    return Metric(name, unit, direction or Direction.NONE, Kind.OTHER, "")
