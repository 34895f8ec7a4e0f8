"""Write results of speech synthesis in the shape of the performance plan, with its words.

A time is in milliseconds, a real-time factor is audio over wall time, and all repeats of every time
come beside it under ``repeats``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from history.formats.suite_points import Table

SHA: Final = "commit_sha"
TIME: Final = "commit_time"
"""Ours, beside the short name of the plan."""
MIB: Final = 2**20
"""Bytes. What that project calls MB: its programs divide by 1024 twice."""

PLAN_TIMES: Final = {"wall_clock_ms": "total_time", "time_to_first_chunk_ms": "first_audio_time"}
PLAN_STAGES: Final = {
    "prefill_ms": "prefill_time",
    "talker_ms": "talker_time",
    "code_predictor_ms": "code_predictor_time",
    "decoder_12hz_ms": "decoder_time",
}


def documents(tables: Iterable[Table], commit: str, time: datetime) -> list[dict[str, Any]]:
    """One document per variant: the plan's has a single device and set of features."""
    groups: dict[Any, list[Table]] = {}
    for table in tables:
        if "total_time" in table.metrics and "input" in table.params:
            groups.setdefault(table.variant, []).append(table)
    return [
        {
            "commit": commit[:7],
            SHA: commit,
            TIME: time.isoformat(),
            "device": variant.device,
            "features": ",".join(part for part in (variant.device, variant.features) if part),
            "implementation": variant.implementation,
            "results": [_result(table) for table in found],
        }
        for variant, found in groups.items()
    ]


def _result(table: Table) -> dict[str, Any]:
    metrics = table.metrics
    times = {key: metric for key, metric in PLAN_TIMES.items() if metric in metrics}
    stages = {key: metric for key, metric in PLAN_STAGES.items() if metric in metrics}
    # The plan's peak is that of the device where there is one.
    kind = "gpu_allocated_peak" if table.variant.device == "cuda" else "peak_rss"
    peaks = [series.value for name, series in metrics.items() if name.endswith(kind)]
    found: dict[str, Any] = {"input": table.params["input"]}
    found |= {key: metrics[metric].value * 1e3 for key, metric in times.items()}
    if peaks:
        found["peak_memory_mb"] = max(peaks) / MIB
    if "tokens_per_second" in metrics:
        found["tokens_per_second"] = metrics["tokens_per_second"].value
    if "rtf" in metrics and metrics["rtf"].value > 0:
        found["realtime_factor"] = 1.0 / metrics["rtf"].value
    found["stages"] = {key: metrics[metric].value * 1e3 for key, metric in stages.items()}
    found["repeats"] = {
        key: [sample * 1e3 for sample in metrics[metric].samples]
        for key, metric in (times | stages).items()
    }
    return found
