"""Read everything about a machine that may disturb a measurement; ``doctor`` judges it."""

from __future__ import annotations

import os
import shutil
import time
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import msgspec

from collector.host import control_groups, environment, load, machine
from collector.measure import gpu, memory
from collector.measure.clock import UNKNOWN, system_clock
from collector.protocol import isolation
from history.vcs import commits
from history.vcs.commits import Remark
from history.words.errors import BrokenEnvironmentError, UsageError

_WATCH_S: Final = 1.0


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What was read; the defaults describe a machine without any problem."""

    cores: int = 4
    quota: float | None = None
    throttled: int = 0
    other_load: float = 0.0
    """Cores' worth of work by other programs while nothing was measured."""
    busiest: tuple[str, ...] = ()
    steal: float = 0.0
    governor: str = ""
    turbo: str = ""
    smt: str = ""
    virtual: str = ""
    celsius: float | None = None
    on_battery: bool = False
    free_memory_bytes: int = 2**40
    free_disk_bytes: int = 2**40
    swapping: bool = False
    clock_s: float = 1e-7
    clock_source: str = "tsc"
    preemption_known: bool = True
    peak_resets: bool = True
    removed: tuple[str, ...] = ()
    runtimes: tuple[str, ...] = ()
    """Installed distributions of ONNX Runtime."""
    torch_build: str = ""
    gpu: str = ""
    gpu_note: str = ""
    gpu_others: int = 0
    """Number of other programs that use the GPU now."""
    speech_voice: bool = True
    git: bool = True
    repository: tuple[Remark, ...] = ()
    """Why runs of this folder cannot be placed in the order of commits; may be empty."""
    refused: Remark | None = None
    """Why git cannot read the repository here; may be empty."""
    hosted: str = ""
    """The hosted CI service this machine belongs to; empty for a machine of your own."""
    hidden: tuple[str, ...] = ()
    """A sentence for each thing that a package offers under a name of soundmark's own."""


def examine(folder: Path) -> Examined:
    """Read this machine's state; takes about a second."""
    import psutil

    before = load.read()
    usage = _watch()
    after = load.read()
    described, system = environment.cpu(), environment.system()
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    device = gpu.survey()
    return Examined(
        cores=machine.usable_cores(),
        quota=control_groups.cpu_quota(),
        throttled=control_groups.throttling().get("nr_throttled", 0),
        other_load=usage[0],
        busiest=usage[1],
        steal=load.steal_share(before, after) or 0.0,
        governor=described.get("governor", ""),
        turbo=described.get("turbo", ""),
        smt=described.get("smt", ""),
        virtual=system.get("virtual machine", ""),
        celsius=after.celsius,
        on_battery=battery is not None and battery.power_plugged is False,
        free_memory_bytes=_free_memory(int(psutil.virtual_memory().available)),
        free_disk_bytes=shutil.disk_usage(folder).free,
        swapping=psutil.swap_memory().percent > 50,
        clock_s=_clock_cost(),
        clock_source=environment.tool()["clock source"] or "unknown",
        preemption_known=_preemption_known(),
        peak_resets=memory.reset_peak(),
        removed=isolation.removed(),
        runtimes=tuple(name for name in ("onnxruntime", "onnxruntime-gpu") if _installed(name)),
        torch_build=_installed("torch"),
        gpu=device.name,
        gpu_note=device.note,
        gpu_others=device.others,
        speech_voice=shutil.which("espeak-ng") is not None,
        git=shutil.which("git") is not None,
        hosted=environment.hosted(),
        **_repository(folder),
    )


def _repository(folder: Path) -> dict[str, Any]:
    """Problems with the commit that would be measured here."""
    try:
        return {"repository": commits.remarks(folder, commits.current_commit(folder))}
    except (BrokenEnvironmentError, UsageError) as error:
        return {"refused": Remark(error.message, error.hint)}


def _watch() -> tuple[float, tuple[str, ...]]:
    """Cores' worth of work by other programs over a second, and the names of the busiest."""
    import psutil

    own = os.getpid()
    processes = [process for process in psutil.process_iter(["name"]) if process.pid != own]
    for process in processes:
        _percent(process)
    psutil.cpu_percent()
    time.sleep(_WATCH_S)
    total = psutil.cpu_percent() / 100 * (os.cpu_count() or 1)
    shares = sorted(((_percent(process), process) for process in processes), key=lambda p: -p[0])
    names = tuple(str(process.info["name"])[:30] for share, process in shares[:3] if share > 10)
    return total, names


def _percent(process: object) -> float:
    import psutil

    try:
        return float(process.cpu_percent())  # type: ignore[attr-defined] # psutil.Process, imported late
    except psutil.Error:
        return 0.0


def _free_memory(available: int) -> int:
    limit = control_groups.memory_limit_bytes()
    return available if limit is None else min(available, limit)


def _clock_cost() -> float:
    clock = time.perf_counter
    costs = []
    for _ in range(5):
        began = clock()
        for _ in range(1000):
            clock()
        costs.append((clock() - began) / 1000)
    return min(costs)


def _preemption_known() -> bool:
    return system_clock(threads=1).switches() != UNKNOWN


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
