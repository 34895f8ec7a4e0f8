"""Read the GPU through NVML: identity, clocks, temperature, power, memory.

Everything goes through ``Gpu``, which turns "not supported" into None; tests pass a library with
recorded answers. Nothing here ever changes a clock, a limit or MIG.
"""

from __future__ import annotations

import importlib.util
import os
from typing import Any, Final, NamedTuple

SLOW_CLOCK: Final = 0.75
"""Share of the default clock below which a sample is thrown away (NVBench, docs/cli_help.md)."""

_REASONS: Final = (
    # Bits of nvmlClocksEventReasons (nvml.h); idle and "set by an application" are no disturbance.
    (0x0000000000000004, "power cap"),
    (0x0000000000000008, "hardware slowdown"),
    (0x0000000000000010, "sync boost"),
    (0x0000000000000020, "thermal (software)"),
    (0x0000000000000040, "thermal (hardware)"),
    (0x0000000000000080, "power brake"),
    (0x0000000000000100, "display clock"),
)


class GpuState(NamedTuple):
    """The device at one moment; None where the driver does not say."""

    sm_mhz: int | None
    memory_mhz: int | None
    celsius: int | None
    watts: float | None
    reasons: int | None
    """Bits that say why the clock is not higher."""


class Device(NamedTuple):
    """One GPU as a part of a machine."""

    name: str
    driver: str
    memory_bytes: int


class Survey(NamedTuple):
    """The GPU as `doctor` reports it."""

    name: str
    note: str
    others: int
    """Number of other programs that use it now."""


class Gpu:
    """One device, read through the given library."""

    def __init__(self, library: Any, handle: Any) -> None:  # noqa: ANN401 - pynvml has no types
        """``library`` is pynvml, initialised, or something with the same functions."""
        self._library, self._handle = library, handle

    def device(self) -> Device:
        """Name, driver and memory."""
        memory = self._ask("nvmlDeviceGetMemoryInfo")
        return Device(
            name=_text(self._ask("nvmlDeviceGetName")),
            driver=_text(self._ask("nvmlSystemGetDriverVersion", of_device=False)),
            memory_bytes=int(memory.total) if memory is not None else 0,
        )

    def settings(self) -> dict[str, Any]:
        """Settings of the device that change its speed; what cannot be read is left out."""
        mig = self._ask("nvmlDeviceGetMigMode")
        limit = self._ask("nvmlDeviceGetPowerManagementLimit")
        device = self.device()
        found = {
            "name": device.name,
            "driver": device.driver,
            "default SM MHz": self.default_sm_mhz(),
            "compute mode": self._ask("nvmlDeviceGetComputeMode"),
            "persistence": self._ask("nvmlDeviceGetPersistenceMode"),
            "MIG": None if mig is None else bool(mig[0]),
            "power limit W": None if limit is None else limit / 1000,
        }
        return {name: value for name, value in found.items() if value not in {None, ""}}

    def default_sm_mhz(self) -> int | None:
        """The default SM clock in MHz; the highest one where the driver reports no default."""
        kind = self._library.NVML_CLOCK_SM
        found: int | None = self._ask("nvmlDeviceGetDefaultApplicationsClock", kind)
        highest: int | None = self._ask("nvmlDeviceGetMaxClockInfo", kind)
        return found or highest

    def sm_mhz(self) -> int | None:
        """The SM clock now."""
        found: int | None = self._ask("nvmlDeviceGetClockInfo", self._library.NVML_CLOCK_SM)
        return found

    def read(self) -> GpuState:
        """Clocks, temperature, power and throttle reasons now."""
        milliwatts = self._ask("nvmlDeviceGetPowerUsage")
        name = "nvmlDeviceGetCurrentClocksEventReasons"
        if not hasattr(self._library, name):  # before version 12.535 of nvidia-ml-py
            name = "nvmlDeviceGetCurrentClocksThrottleReasons"
        return GpuState(
            sm_mhz=self.sm_mhz(),
            memory_mhz=self._ask("nvmlDeviceGetClockInfo", self._library.NVML_CLOCK_MEM),
            celsius=self._ask("nvmlDeviceGetTemperature", self._library.NVML_TEMPERATURE_GPU),
            watts=None if milliwatts is None else milliwatts / 1000,
            reasons=self._ask(name),
        )

    def used_bytes(self) -> int | None:
        """Memory in use on the device by all processes."""
        memory = self._ask("nvmlDeviceGetMemoryInfo")
        return None if memory is None else int(memory.used)

    def process_used_bytes(self, pid: int) -> int | None:
        """Memory of one process as the driver counts it.

        None where it does not say: in a container with process numbers of its own, under WDDM.
        """
        processes = self._ask("nvmlDeviceGetComputeRunningProcesses") or ()
        for process in processes:
            if process.pid == pid and process.usedGpuMemory is not None:
                return int(process.usedGpuMemory)
        return None

    def users(self) -> int:
        """Number of programs that compute on it now."""
        return len(self._ask("nvmlDeviceGetComputeRunningProcesses") or ())

    def _ask(self, name: str, *more: Any, of_device: bool = True) -> Any:  # noqa: ANN401
        arguments = (self._handle, *more) if of_device else more
        try:
            return getattr(self._library, name)(*arguments)
        except (self._library.NVMLError, AttributeError):
            return None


def reasons_text(bits: int) -> str:
    """The throttle reasons as text; empty when there are none."""
    return ", ".join(name for bit, name in _REASONS if bits & bit)


def open_gpu() -> Gpu | None:
    """The first GPU that CUDA would use here, or None: no device, no driver, no nvidia-ml-py."""
    found = _open()
    return found if isinstance(found, Gpu) else None


def first_device() -> Device | None:
    """The first GPU as a part of this machine, or None."""
    gpu = open_gpu()
    return None if gpu is None else gpu.device()


def survey() -> Survey:
    """The first GPU or the reason why a driver does not work, and the number of other users."""
    found = _open()
    if isinstance(found, Gpu):
        return Survey(found.device().name, "", found.users())
    return Survey("", found, 0)


def _open() -> Gpu | str:
    """A device, or the reason why there is none; the reason is empty without a GPU."""
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").partition(",")[0].strip()
    if first in {"", "-1"} or importlib.util.find_spec("pynvml") is None:
        return ""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError_LibraryNotFound:
        return ""
    except pynvml.NVMLError as error:
        return f"The GPU's driver does not answer: {error}."
    try:
        if first.isdigit():
            return Gpu(pynvml, pynvml.nvmlDeviceGetHandleByIndex(int(first)))
        return Gpu(pynvml, pynvml.nvmlDeviceGetHandleByUUID(first))
    except pynvml.NVMLError as error:
        return f"The GPU cannot be read: {error}."


def _text(value: object) -> str:
    """Older versions of the library give bytes."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)
