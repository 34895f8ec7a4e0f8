"""Metrics that are ratios, rates and counts, and a few without judgement."""

from __future__ import annotations

from typing import Final

from history.words.built_in.memory import LEAK_FLOOR_BYTES
from history.words.metrics import Direction, Kind, Metric, OverItems, Ratio

AUDIO: Final = Ratio(below=("audio_duration", "duration_s", "audio_s"))
"""Shares of audio are pooled over its length."""
RATES: Final = (
    Metric(
        "rtf",
        "x",
        Direction.LOWER,
        Kind.RATIO,
        "Real-time factor: processing time divided by audio time; below 1 is faster than speech.",
        title="Real-time factor",
        headline=50,
        over_items=AUDIO,
    ),
    Metric(
        "model_rtf",
        "x",
        Direction.LOWER,
        Kind.RATIO,
        "Real-time factor of the model stages alone.",
        title="Model real-time factor",
        over_items=AUDIO,
    ),
    Metric(
        "rss_growth_rate",
        "B/iteration",
        Direction.LOWER,
        Kind.MEMORY,
        "Slope of resident memory over iterations after warm-up (Theil-Sen).",
        headline=10,
        floor=LEAK_FLOOR_BYTES,
    ),
    Metric(
        "rss_growth_naive",
        "B/iteration",
        Direction.LOWER,
        Kind.MEMORY,
        "Last less first resident memory divided by the iterations; printed for comparison only.",
        floor=LEAK_FLOOR_BYTES,
    ),
    Metric(
        "tokens_per_second",
        "tokens/s",
        Direction.HIGHER,
        Kind.THROUGHPUT,
        "Tokens produced per second of processing.",
        headline=40,
        over_items=Ratio(above=("tokens",)),
    ),
    Metric(
        "characters_per_second",
        "characters/s",
        Direction.HIGHER,
        Kind.THROUGHPUT,
        "Characters of text processed per second.",
        over_items=Ratio(above=("characters",)),
    ),
    Metric(
        "tool_time", "s", Direction.NONE, Kind.OTHER, "Run of a tool that measures; not judged."
    ),
    Metric("throughput", "ops/s", Direction.HIGHER, Kind.THROUGHPUT, "Operations per second."),
    Metric("bandwidth", "B/s", Direction.HIGHER, Kind.THROUGHPUT, "Bytes moved per second."),
    Metric(
        "tokens", "count", Direction.NONE, Kind.COUNT, "Tokens produced.", over_items=OverItems.SUM
    ),
    Metric(
        "frames",
        "count",
        Direction.NONE,
        Kind.COUNT,
        "Frames produced or aligned.",
        over_items=OverItems.SUM,
    ),
    Metric(
        "instructions",
        "count",
        Direction.LOWER,
        Kind.COUNT,
        "Instructions that the program and all it started executed in user mode.",
        over_items=OverItems.SUM,
        is_exact=True,
    ),
    Metric(
        "allocations",
        "count",
        Direction.LOWER,
        Kind.COUNT,
        "Calls that asked the C library for memory: malloc, calloc, realloc and their kin.",
        over_items=OverItems.SUM,
        is_exact=True,
    ),
    Metric(
        "audio_duration",
        "s",
        Direction.NONE,
        Kind.OTHER,
        "Length of the audio, from its samples.",
        over_items=OverItems.SUM,
    ),
)

REST: Final = (
    Metric("energy", "J", Direction.LOWER, Kind.ENERGY, "Energy used by the work."),
    Metric(
        "unattributed_time",
        "s",
        Direction.NONE,
        Kind.OTHER,
        "Time of a repeat that no stage accounts for; not judged.",
        over_items=OverItems.SUM,
    ),
)
