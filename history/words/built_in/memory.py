"""Metrics of memory, and the leak threshold."""

from __future__ import annotations

from typing import Any, Final

from history.words.metrics import Direction, Kind, Metric

LEAK_FLOOR_BYTES: Final = 0.02e6
"""Bytes per iteration below which growth is no leak: an ONNX Runtime session that does not leak
reads up to 0.016 MB per iteration (60 iterations, 2026)."""


def _memory(name: str, summary: str, **facts: Any) -> Metric:  # noqa: ANN401 - fields of Metric
    return Metric(name, "B", Direction.LOWER, Kind.MEMORY, summary, **facts)


MEMORY: Final = (
    _memory("rss", "Resident memory at the end of the work.", title="Resident memory"),
    _memory(
        "peak_rss",
        "Highest resident memory during the work.",
        title="Peak resident memory",
        headline=20,
    ),
    _memory("pss", "Resident memory with shared pages divided by their users."),
    _memory("uss", "Memory that belongs to this process alone."),
    _memory("load_overhead", "Resident memory that loading the model added."),
    _memory("unload_release", "Resident memory that unloading the model gave back."),
    _memory("rss_before", "Resident memory at the start of an iteration."),
    _memory("rss_after_load", "Resident memory once the model is loaded."),
    _memory(
        "rss_after_inference", "Resident memory after an inference, before the model is let go of."
    ),
    _memory(
        "rss_growth",
        "Resident memory after the last iteration less that after the first.",
        floor=100 * LEAK_FLOOR_BYTES,
    ),
    _memory("gpu_used", "Device memory in use by all processes (cudaMemGetInfo)."),
    _memory("gpu_process_used", "Device memory of this process as the driver counts it (NVML)."),
    _memory("gpu_allocated_peak", "Highest memory allocated by torch on the device."),
    _memory("gpu_reserved_peak", "Highest memory reserved by torch's allocator on the device."),
    _memory("model_size", "Size of the model's files."),
)
