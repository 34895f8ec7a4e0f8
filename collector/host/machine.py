"""Identify the class of hardware: the part of a series' identity that is not software."""

from __future__ import annotations

import math
import os
import platform
import re
import subprocess
from typing import Final

from collector.host import control_groups, kernel_files
from collector.measure import gpu
from history.words.records import Machine, machine_label

_CPUINFO: Final = "/proc/cpuinfo"
_MEMINFO: Final = "/proc/meminfo"


def fingerprint(name: str = "") -> Machine:
    """This machine; without a given name, its name is made from the hardware.

    Cores and memory are those this process may use: a container's share, not the host's.
    """
    model, cores, memory = cpu_model(), usable_cores(), usable_memory_bytes()
    device = gpu.first_device()
    gpu_name, driver = (device.name, device.driver) if device is not None else ("", "")
    gib = round(memory / 2**30) if memory else 0
    return Machine(
        name=name or machine_label(model, cores, gib, gpu_name),
        cpu_model=model,
        cores=cores,
        memory_gib=gib,
        gpu=gpu_name,
        gpu_driver=driver,
    )


def cpu_model() -> str:
    """The processor's own name, else its architecture."""
    text = kernel_files.text(_CPUINFO)
    if found := kernel_files.field(text, "model name", "Model", "Hardware", "cpu model"):
        return " ".join(found.split())
    if platform.system() == "Darwin":
        return _run("sysctl", "-n", "machdep.cpu.brand_string") or platform.machine()
    return platform.processor() or platform.machine()


def usable_cores() -> int:
    """Logical cores after affinity and the control group's quota, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    quota = control_groups.cpu_quota()
    return max(1, min(cores, math.ceil(quota))) if quota is not None else cores


def usable_memory_bytes() -> int:
    """Installed memory, or the control group's limit if that is less; 0 when not known."""
    text = kernel_files.text(_MEMINFO)
    if match := re.search(r"^MemTotal:\s+(\d+) kB$", text, re.MULTILINE):
        installed = int(match.group(1)) * 1024
    else:
        try:
            import psutil
        except ImportError:
            return 0
        installed = int(psutil.virtual_memory().total)
    limit = control_groups.memory_limit_bytes()
    return min(installed, limit) if limit is not None else installed


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
