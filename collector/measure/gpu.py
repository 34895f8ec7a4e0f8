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


class Survey(NamedTuple):
    """What `doctor` says about GPUs."""

    name: str
    note: str
    others: int


def survey() -> Survey:
    """The first GPU, why there is none if a driver seems to be there, and who else uses it."""
    try:
        import pynvml
    except ImportError:
        return Survey("", "", 0)
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError_LibraryNotFound:
        return Survey("", "", 0)
    except pynvml.NVMLError as error:
        return Survey("", f"The GPU's driver does not answer: {error}.", 0)
    try:
        handle = pynvml.nvmlDeviceGetHandleByIndex(0)
        others = len(pynvml.nvmlDeviceGetComputeRunningProcesses(handle))
        return Survey(str(pynvml.nvmlDeviceGetName(handle)), "", others)
    except pynvml.NVMLError as error:
        return Survey("", f"The GPU cannot be read: {error}.", 0)
    finally:
        pynvml.nvmlShutdown()
