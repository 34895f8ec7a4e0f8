"""Write speech synthesis in the shape of the performance plan: commit, device, features, results.

``realtime_factor`` is audio over wall time there, the inverse of our ``rtf``; all repeats of every
time come beside it under ``repeats``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from history.formats import suite_points
from history.formats.suite_points import Table

if TYPE_CHECKING:
    import duckdb

_TIMES: Final = {"wall_clock_ms": "total_time", "time_to_first_chunk_ms": "first_audio_time"}
_STAGES: Final = {
    "prefill_ms": "prefill_time",
    "talker_ms": "talker_time",
    "code_predictor_ms": "code_predictor_time",
    "decoder_12hz_ms": "decoder_time",
}


class TtsJsonExporter:
    """The newest tts run."""

    name = "tts-json"
    summary = "speech synthesis of the newest run, in the shape of the performance plan"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """One object; a list of them when several ways or devices were measured."""
        found = suite_points.newest(connection, "tts")
        made = documents(found.tables, found.commit)
        suite_points.write_json(target, made[0] if len(made) == 1 else made)


def documents(tables: Iterable[Table], commit: str) -> list[dict[str, Any]]:
    """One document per variant: the plan's has a single device and set of features."""
    groups: dict[Any, list[Table]] = {}
    for table in tables:
        if "total_time" in table.metrics and "input" in table.params:
            groups.setdefault(table.variant, []).append(table)
    return [
        {
            "commit": commit[:7],
            "device": variant.device,
            "features": ",".join(part for part in (variant.device, variant.features) if part),
            "implementation": variant.implementation,
            "results": [_result(table) for table in found],
        }
        for variant, found in groups.items()
    ]


def _result(table: Table) -> dict[str, Any]:
    metrics = table.metrics
    times = {key: metric for key, metric in _TIMES.items() if metric in metrics}
    stages = {key: metric for key, metric in _STAGES.items() if metric in metrics}
    # The plan's peak is that of the device where there is one.
    kind = "gpu_allocated_peak" if table.variant.device == "cuda" else "peak_rss"
    peaks = [series.value for name, series in metrics.items() if name.endswith(kind)]
    found: dict[str, Any] = {"input": table.params["input"]}
    found |= {key: metrics[metric].value * 1e3 for key, metric in times.items()}
    if peaks:
        found["peak_memory_mb"] = max(peaks) / 2**20  # as its programs count
    if "tokens_per_second" in metrics:
        found["tokens_per_second"] = metrics["tokens_per_second"].value
    if "rtf" in metrics:
        found["realtime_factor"] = 1.0 / metrics["rtf"].value
    found["stages"] = {key: metrics[metric].value * 1e3 for key, metric in stages.items()}
    found["repeats"] = {
        key: [sample * 1e3 for sample in metrics[metric].samples]
        for key, metric in (times | stages).items()
    }
    return found
