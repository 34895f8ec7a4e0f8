"""The first GPU of this machine as the driver sees it (NVML)."""

from __future__ import annotations

from typing import NamedTuple


class Device(NamedTuple):
    """One GPU."""

    name: str
    driver: str
    memory_bytes: int


def first_device() -> Device | None:
    """The first GPU, or None without one, without the driver or without nvidia-ml-py."""
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    try:
        handle = pynvml.nvmlDeviceGetHandleByIndex(0)
        return Device(
            name=str(pynvml.nvmlDeviceGetName(handle)),
            driver=str(pynvml.nvmlSystemGetDriverVersion()),
            memory_bytes=int(pynvml.nvmlDeviceGetMemoryInfo(handle).total),
        )
    except pynvml.NVMLError:
        return None
    finally:
        pynvml.nvmlShutdown()
