"""Judge whether a machine is fit to measure.

Pure: takes what ``examine`` read and returns findings, each with what was seen, why it matters, and
the command that helps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import partial
from typing import Final

import msgspec

from collector.host.examine import Examined

_HOT_C: Final = 85.0
_LITTLE_MEMORY_BYTES: Final = 2 * 2**30
_LITTLE_DISK_BYTES: Final = 2 * 2**30
_SLOW_CLOCK_S: Final = 1e-6


class Level(StrEnum):
    """How much a finding matters."""

    FINE = "fine"
    NOTE = "note"
    """Good to know; nothing needs to be done."""
    WARNING = "warning"
    """Disturbs numbers; they can still be taken."""
    PROBLEM = "problem"
    """Numbers taken now cannot be trusted, or cannot be taken at all."""


class Finding(msgspec.Struct, frozen=True):
    """One finding about the machine."""

    level: Level
    seen: str
    why: str = ""
    fix: str = ""


_fine, _note = partial(Finding, Level.FINE), partial(Finding, Level.NOTE)
_warning, _problem = partial(Finding, Level.WARNING), partial(Finding, Level.PROBLEM)


def judge(seen: Examined) -> list[Finding]:
    """Findings, the worst first."""
    found = [*_load_findings(seen), *_cpu_findings(seen), *_room_findings(seen)]
    found += [*_device_findings(seen), *_software_findings(seen)]
    found += [*_record_findings(seen), *_instrument_findings(seen)]
    order = (Level.PROBLEM, Level.WARNING, Level.NOTE, Level.FINE)
    return sorted(found, key=lambda finding: order.index(finding.level))


def fit(findings: Sequence[Finding]) -> bool:
    """Whether nothing stands in the way of measuring now."""
    return not any(finding.level is Level.PROBLEM for finding in findings)


def _load_findings(seen: Examined) -> Iterator[Finding]:
    free = seen.cores - seen.other_load
    names = f" ({', '.join(seen.busiest)})" if seen.busiest else ""
    if seen.other_load < 0.1 * seen.cores:
        yield _fine("Nothing else is using the processor.")
    else:
        yield (_problem if free < 1 else _warning)(
            f"Other programs use {seen.other_load:.1f} of {seen.cores} cores{names}.",
            "They take the processor away in the middle of samples, and share its caches.",
            "Close them, or wait; a nightly job is best at an hour when nothing else runs.",
        )
    if seen.steal > 0.01:
        yield _warning(
            f"The host gave {seen.steal * 100:.1f} % of the time to other guests.",
            "The same work takes longer without anything here having changed.",
            "Use a dedicated host or a metal instance, or compare runs by their calibration.",
        )
    if seen.throttled:
        yield _warning(
            f"The quota has stopped this container {seen.throttled} times so far.",
            "A stopped sample looks like slow code.",
            "Raise the limit to whole cores (docker run --cpus=2), or take it away.",
        )


def _cpu_findings(seen: Examined) -> Iterator[Finding]:
    if seen.cores < 2:
        yield _warning(
            "This process may use one core only.",
            "The parent, the kernel and the measured work take turns on it.",
            "Give the job two cores or more.",
        )
    if seen.quota is not None and seen.quota % 1:
        yield _warning(
            f"The container may use {seen.quota:g} cores: not a whole number.",
            "It is stopped for the rest of each period in which it has used up its share.",
            "Give it a whole number of cores.",
        )
    if seen.governor and seen.governor != "performance":
        yield _warning(
            f'The frequency governor is "{seen.governor}".',
            "The clock follows the load, so the first samples are slower than the last.",
            "sudo cpupower frequency-set -g performance",
        )
    if seen.turbo == "on":
        yield _note(
            "Turbo is on.",
            "The clock depends on temperature and on how many cores are busy.",
            "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo",
        )
    if seen.smt == "on":
        yield _note(
            "Two threads share each core (SMT).",
            "A neighbour on the same core costs up to half the speed without preempting.",
            "echo off | sudo tee /sys/devices/system/cpu/smt/control",
        )
    if seen.virtual:
        yield _note(
            "This is a virtual machine.",
            "Other guests of the host slow it down, and cannot be seen from here.",
            "Compare runs by their calibration; use a dedicated machine for small changes.",
        )
    if seen.celsius is not None and seen.celsius > _HOT_C:
        yield _warning(
            f"The processor is at {seen.celsius:.0f} °C.",
            "It lowers its clock to cool down.",
            "Let it cool down, and check its fans and vents.",
        )
    if seen.on_battery:
        yield _warning(
            "The computer runs on its battery.",
            "Power saving lowers the clock.",
            "Plug it in.",
        )


def _room_findings(seen: Examined) -> Iterator[Finding]:
    if seen.free_memory_bytes < _LITTLE_MEMORY_BYTES:
        yield _warning(
            f"{seen.free_memory_bytes / 2**30:.1f} GiB of memory are free.",
            "Model suites hold one process per variant; the kernel ends the largest first.",
            "Close programs, or measure fewer variants with --only.",
        )
    if seen.swapping:
        yield _warning(
            "More than half of the swap is in use.",
            "Pages come back from disk in the middle of samples.",
            "Close programs, then: sudo swapoff -a && sudo swapon -a",
        )
    if seen.free_disk_bytes < _LITTLE_DISK_BYTES:
        yield _warning(
            f"{seen.free_disk_bytes / 2**30:.1f} GiB of disk are free here.",
            "Exported models and the history need room.",
            "Free some, or point --history and --ledger at another disk.",
        )


def _device_findings(seen: Examined) -> Iterator[Finding]:
    if len(seen.runtimes) > 1:
        yield _problem(
            "onnxruntime and onnxruntime-gpu are both installed.",
            "They write the same folder; the one installed last runs.",
            "pip uninstall -y onnxruntime onnxruntime-gpu, then install the one you want:"
            ' pip install "soundmark[speech]" or "soundmark[speech-gpu]"',
        )
    if seen.gpu and seen.runtimes == ("onnxruntime",):
        yield _note(
            f"There is a GPU ({seen.gpu}), and the ONNX Runtime for the CPU is installed.",
            "ONNX Runtime cannot use the GPU.",
            'pip uninstall -y onnxruntime && pip install "soundmark[speech-gpu]"',
        )
    if seen.gpu and "+cpu" in seen.torch_build:
        yield _note(
            f"There is a GPU ({seen.gpu}), and torch {seen.torch_build} cannot use it.",
            "Suites on torch run on the CPU.",
            "Install the CUDA build of torch; the site of PyTorch says which.",
        )
    if seen.gpu_others:
        yield _warning(
            f"{seen.gpu_others} other programs are using the GPU.",
            "They share its clock, its memory and its queues.",
            "nvidia-smi names them; end them or wait.",
        )
    if seen.gpu_note:
        yield _note(seen.gpu_note)


def _software_findings(seen: Examined) -> Iterator[Finding]:
    if seen.removed:
        yield _note(
            f"{', '.join(seen.removed)} is set here and removed for measured processes.",
            "It would change numbers without being part of the variant.",
            "A suite that needs it sets it in `Process.environment`.",
        )
    if not seen.speech_voice:
        yield _note(
            "espeak-ng is not installed.",
            "The test corpus is made of tones instead of a voice; its hash says so.",
            "sudo apt-get install espeak-ng",
        )
    for sentence in seen.hidden:
        yield _warning(
            sentence,
            "soundmark uses its own, not that of the package.",
            "Uninstall the package, or ask its authors for another name.",
        )
    if not seen.git:
        yield _warning(
            "git is not installed.",
            "Runs cannot be put in the order of commits.",
            "sudo apt-get install git",
        )


def _record_findings(seen: Examined) -> Iterator[Finding]:
    """Findings about the runs to come: their commit, and the trend they belong to."""
    if seen.refused is not None:
        yield _problem(
            _sentence(seen.refused.seen), "A run is kept by its commit.", seen.refused.fix
        )
    for remark in seen.repository:
        yield _warning(_sentence(remark.seen), fix=remark.fix)
    if seen.hosted:
        yield _note(
            f"This is a hosted runner ({seen.hosted}).",
            "Its pool mixes processor models, and each model has trends of its own.",
            "Compare within one job, or measure on a machine of your own; a name in [machine] does"
            " not make two models one.",
        )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _instrument_findings(seen: Examined) -> Iterator[Finding]:
    if seen.clock_s > _SLOW_CLOCK_S:
        yield _warning(
            f"Reading the clock takes {seen.clock_s * 1e6:.1f} µs ({seen.clock_source}).",
            "Short stages are mostly the clock.",
            "Boot with clocksource=tsc if the processor's counter is stable.",
        )
    if not seen.preemption_known:
        yield _note(
            "This system does not count preemptions of a thread.",
            "Disturbed samples cannot be told from slow ones.",
            "Measure on Linux.",
        )
    if not seen.peak_resets:
        yield _note(
            "The peak of memory cannot be reset here.",
            "Peak memory of one benchmark is left out; only that of a process is known.",
            "Measure on Linux 4.0 or newer.",
        )
