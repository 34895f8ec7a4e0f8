"""Record the software and the settings a run was measured under.

Flat groups of fields that stay equal from run to run unless something was changed, so that a change
can be marked on a trend. What cannot be read is left out, never zero.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Final

import msgspec

from collector.host import control_groups, kernel_files
from collector.host.load import Fields
from collector.measure.gpu import open_gpu
from collector.protocol import isolation

LIBRARIES: Final = (
    "numpy",
    "scipy",
    "torch",
    "torchaudio",
    "transformers",
    "tokenizers",
    "onnx",
    "onnxscript",
    "onnxruntime",
    "onnxruntime-gpu",
    "soundfile",
    "soxr",
    "msgspec",
    "psutil",
    "nvidia-ml-py",
)
_FLAGS: Final = (
    "sse4_2", "avx", "avx2", "fma", "f16c", "avx_vnni", "avx512f", "avx512bw", "avx512_vnni",
    "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16", "sha_ni", "asimd", "sve",
    "sve2", "bf16", "i8mm",
)  # fmt: skip
"""Processor flags by which libraries choose a kernel; the whole list is stored as a hash."""
_RUNNER_IMAGE: Final = ("ImageOS", "ImageVersion")
"""Variables by which hosted runners name their image, spelled as they spell them."""
_CPUFREQ: Final = Path("/sys/devices/system/cpu/cpu0/cpufreq")


def library_versions() -> Fields:
    """Installed libraries that can change a number, with the commit of one built from git."""
    found: Fields = {}
    for name in LIBRARIES:
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found[name] = distribution.version
        commit = _commit(distribution) or _built_from(distribution, name)
        if commit:
            found[f"{name} commit"] = commit
    return found


def system() -> Fields:
    """Kernel, C library, distribution, image, container and virtual machine."""
    fields: Fields = {
        "os": platform.system(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "libc": " ".join(platform.libc_ver()).strip(),
        "distribution": _distribution(),
        "runner image": " ".join(filter(None, map(os.environ.get, _RUNNER_IMAGE))),
        "container": _container(),
        "virtual machine": kernel_files.text("/sys/class/dmi/id/product_name").strip()
        or ("yes" if " hypervisor" in kernel_files.text("/proc/cpuinfo") else ""),
        "aslr": kernel_files.text("/proc/sys/kernel/randomize_va_space").strip(),
        "transparent huge pages": _chosen(
            kernel_files.text("/sys/kernel/mm/transparent_hugepage/enabled")
        ),
    }
    return {name: value for name, value in fields.items() if value}


def hosted() -> str:
    """The hosted CI service this machine belongs to, by its environment variables; may be empty."""
    variables = os.environ
    if variables.get("RUNNER_ENVIRONMENT") == "github-hosted":
        return "GitHub"
    if "saas-" in variables.get("CI_RUNNER_TAGS", ""):
        return "GitLab"
    if variables.get("AGENT_NAME", "").startswith(("Azure Pipelines", "Hosted Agent")):
        return "Azure"
    return "CircleCI" if variables.get("CIRCLECI") == "true" else ""


def cpu() -> Fields:
    """Settings that decide the processor's speed, as far as a guest can read them."""
    text = kernel_files.text("/proc/cpuinfo")
    flags = kernel_files.field(text, "flags", "Features").split()
    no_turbo = kernel_files.text("/sys/devices/system/cpu/intel_pstate/no_turbo").strip()
    boost = kernel_files.text("/sys/devices/system/cpu/cpufreq/boost").strip()
    fields: Fields = {
        "flags": " ".join(flag for flag in _FLAGS if flag in flags),
        "flags hash": _hash(" ".join(sorted(flags))) if flags else "",
        "governor": kernel_files.text(_CPUFREQ / "scaling_governor").strip(),
        "turbo": {"0": "on", "1": "off"}.get(no_turbo) or {"1": "on", "0": "off"}.get(boost, ""),
        "smt": {"1": "on", "0": "off"}.get(
            kernel_files.text("/sys/devices/system/cpu/smt/active").strip(), ""
        ),
        "microcode": kernel_files.field(text, "microcode"),
        "cache": kernel_files.field(text, "cache size"),
        "affinity": _affinity(),
    }
    return {name: value for name, value in fields.items() if value}


def limits() -> Fields:
    """What the container or service may use."""
    fields = {
        "cpu quota cores": control_groups.cpu_quota(),
        "memory limit bytes": control_groups.memory_limit_bytes(),
        "removed variables": ", ".join(isolation.removed()) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def gpu_settings() -> Fields:
    """Settings of the GPU; empty without one."""
    device = open_gpu()
    return {} if device is None else device.settings()


def tool() -> Fields:
    """Python, clock and settings of the harness itself."""
    clock = time.get_clock_info("perf_counter")
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "compiler": platform.python_compiler(),
        "clock": clock.implementation,
        "clock resolution s": clock.resolution,
        "clock source": kernel_files.text(
            "/sys/devices/system/clocksource/clocksource0/current_clocksource"
        ).strip(),
        "garbage collector": "collected before each round, off inside",
        "hash seed": "0",
        "gil": "on" if getattr(sys, "_is_gil_enabled", lambda: True)() else "off",
    }


def _commit(distribution: metadata.Distribution) -> str:
    text = distribution.read_text("direct_url.json")
    if not text:
        return ""
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return ""
    return str(found.get("vcs_info", {}).get("commit_id", "")) if isinstance(found, dict) else ""


def _built_from(distribution: metadata.Distribution, name: str) -> str:
    """The commit that a wheel names, as torch's does; read without importing it."""
    text = kernel_files.text(str(distribution.locate_file(f"{name}/version.py")))
    match = re.search(r"^git_version\s*=\s*['\"]([0-9a-f]{7,40})['\"]", text, re.MULTILINE)
    return match.group(1) if match else ""


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return " ".join(filter(None, platform.mac_ver()[:1]))


def _container() -> str:
    if Path("/.dockerenv").exists():
        return "docker"
    if Path("/run/.containerenv").exists():
        return "podman"
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        return "kubernetes"
    match = re.search(r"docker|kubepods|containerd|lxc", kernel_files.text("/proc/self/cgroup"))
    return match.group(0) if match else ""


def _affinity() -> str:
    if not hasattr(os, "sched_getaffinity"):
        return ""
    cores = sorted(os.sched_getaffinity(0))
    everything = len(cores) == os.cpu_count()
    return "all" if everything else ",".join(str(core) for core in cores)


def _chosen(text: str) -> str:
    match = re.search(r"\[(\w+)\]", text)
    return match.group(1) if match else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
