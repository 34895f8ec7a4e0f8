"""Judge whether a machine is fit to measure, as a person who has been burnt would.

Pure: what ``examine`` saw in, findings out, each with what was seen, why it matters, what to type.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from collector.surroundings.examine import Examined

_HOT_C: Final = 85.0
_LITTLE_MEMORY: Final = 2 * 2**30
_LITTLE_DISK: Final = 2 * 2**30
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


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    level: Level
    seen: str
    why: str = ""
    fix: str = ""


def judge(seen: Examined) -> list[Finding]:
    """Findings, the worst first; what is fine comes last."""
    found = [*_load_findings(seen), *_cpu_findings(seen), *_room_findings(seen)]
    found += [*_software_findings(seen), *_instrument_findings(seen)]
    order = (Level.PROBLEM, Level.WARNING, Level.NOTE, Level.FINE)
    return sorted(found, key=lambda finding: order.index(finding.level))


def fit(findings: Sequence[Finding]) -> bool:
    """Whether nothing stands in the way of measuring now."""
    return not any(finding.level is Level.PROBLEM for finding in findings)


def _load_findings(seen: Examined) -> list[Finding]:
    free = seen.cores - seen.other_load
    names = f" ({', '.join(seen.busiest)})" if seen.busiest else ""
    found = []
    if seen.other_load < 0.1 * seen.cores:
        found.append(Finding(level=Level.FINE, seen="Nothing else is using the processor."))
    else:
        found.append(
            Finding(
                level=Level.PROBLEM if free < 1 else Level.WARNING,
                seen=f"Other programs use {seen.other_load:.1f} of {seen.cores} cores{names}.",
                why="They take the processor away in the middle of samples, and share its caches.",
                fix="Close them, or wait; a nightly job is best at an hour when nothing else runs.",
            )
        )
    if seen.steal > 0.01:
        found.append(
            Finding(
                level=Level.WARNING,
                seen=f"The host gave {seen.steal * 100:.1f} % of the time to other guests.",
                why="The same work takes longer without anything here having changed.",
                fix="Use a dedicated host or a metal instance; else trust the calibration beside.",
            )
        )
    if seen.throttled:
        found.append(
            Finding(
                level=Level.WARNING,
                seen=f"The quota has stopped this container {seen.throttled} times so far.",
                why="A stopped sample looks like slow code.",
                fix="Raise the limit to whole cores (docker run --cpus=2), or take it away.",
            )
        )
    return found


def _cpu_findings(seen: Examined) -> list[Finding]:
    found = []
    if seen.cores < 2:
        found.append(
            Finding(
                level=Level.WARNING,
                seen="This process may use one core only.",
                why="The parent, the kernel and the measured work take turns on it.",
                fix="Give the job two cores or more.",
            )
        )
    if seen.quota is not None and seen.quota % 1:
        found.append(
            Finding(
                level=Level.WARNING,
                seen=f"The container may use {seen.quota:g} cores: not a whole number.",
                why="It is stopped in every period in which it used its share up.",
                fix="Give it a whole number of cores.",
            )
        )
    if seen.governor and seen.governor != "performance":
        found.append(
            Finding(
                level=Level.WARNING,
                seen=f'The frequency governor is "{seen.governor}".',
                why="The clock follows the load, so the first samples are slower than the last.",
                fix="sudo cpupower frequency-set -g performance",
            )
        )
    if seen.turbo == "on":
        found.append(
            Finding(
                level=Level.NOTE,
                seen="Turbo is on.",
                why="The clock depends on temperature and on how many cores are busy.",
                fix="echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo",
            )
        )
    if seen.smt == "on":
        found.append(
            Finding(
                level=Level.NOTE,
                seen="Two threads share each core (SMT).",
                why="A neighbour on the same core costs up to half the speed without preempting.",
                fix="echo off | sudo tee /sys/devices/system/cpu/smt/control",
            )
        )
    if seen.virtual:
        found.append(
            Finding(
                level=Level.NOTE,
                seen="This is a virtual machine.",
                why="Neighbours on the host cannot be seen from here, only felt.",
                fix="Compare runs by their calibration; use a dedicated machine for small changes.",
            )
        )
    if seen.celsius is not None and seen.celsius > _HOT_C:
        found.append(
            Finding(
                level=Level.WARNING,
                seen=f"The processor is at {seen.celsius:.0f} °C.",
                why="It lowers its clock to cool down.",
                fix="Let it cool down, and look after its air.",
            )
        )
    if seen.on_battery:
        found.append(
            Finding(
                level=Level.WARNING,
                seen="The computer runs on its battery.",
                why="Power saving lowers the clock.",
                fix="Plug it in.",
            )
        )
    return found


def _room_findings(seen: Examined) -> list[Finding]:
    found = []
    if seen.free_memory < _LITTLE_MEMORY:
        found.append(
            Finding(
                level=Level.WARNING,
                seen=f"{seen.free_memory / 2**30:.1f} GiB of memory are free.",
                why="Model suites hold one process per variant; the kernel ends the largest first.",
                fix="Close programs, or measure fewer variants with --only.",
            )
        )
    if seen.swapping:
        found.append(
            Finding(
                level=Level.WARNING,
                seen="More than half of the swap is in use.",
                why="Pages come back from disk in the middle of samples.",
                fix="Close programs, then: sudo swapoff -a && sudo swapon -a",
            )
        )
    if seen.free_disk < _LITTLE_DISK:
        found.append(
            Finding(
                level=Level.WARNING,
                seen=f"{seen.free_disk / 2**30:.1f} GiB of disk are free here.",
                why="Exported models and the history need room.",
                fix="Free some, or point --history and --ledger at another disk.",
            )
        )
    return found


def _software_findings(seen: Examined) -> list[Finding]:
    found = []
    if len(seen.runtimes) > 1:
        found.append(
            Finding(
                level=Level.PROBLEM,
                seen="onnxruntime and onnxruntime-gpu are both installed.",
                why="They write the same folder; the one installed last runs.",
                fix="pip uninstall -y onnxruntime onnxruntime-gpu, then install the one you want:"
                ' pip install "soundmark[speech]" or "soundmark[speech-gpu]"',
            )
        )
    if seen.gpu and seen.runtimes == ("onnxruntime",):
        found.append(
            Finding(
                level=Level.NOTE,
                seen=f"There is a GPU ({seen.gpu}), and the ONNX Runtime for the CPU is installed.",
                why="ONNX Runtime cannot use the GPU.",
                fix='pip uninstall -y onnxruntime && pip install "soundmark[speech-gpu]"',
            )
        )
    if seen.gpu and "+cpu" in seen.torch_build:
        found.append(
            Finding(
                level=Level.NOTE,
                seen=f"There is a GPU ({seen.gpu}), and torch {seen.torch_build} cannot use it.",
                why="Suites on torch run on the CPU.",
                fix="Install the CUDA build of torch; the site of PyTorch says which.",
            )
        )
    if seen.gpu_others:
        found.append(
            Finding(
                level=Level.WARNING,
                seen=f"{seen.gpu_others} other programs are using the GPU.",
                why="They share its clock, its memory and its queues.",
                fix="nvidia-smi names them; end them or wait.",
            )
        )
    if seen.gpu_note:
        found.append(Finding(level=Level.NOTE, seen=seen.gpu_note))
    if seen.removed:
        found.append(
            Finding(
                level=Level.NOTE,
                seen=f"{', '.join(seen.removed)} is set here and is kept from measured processes.",
                why="It would change numbers without being part of the variant.",
                fix="A suite that wants it names it in its process environment.",
            )
        )
    if not seen.speech_voice:
        found.append(
            Finding(
                level=Level.NOTE,
                seen="espeak-ng is not installed.",
                why="The test corpus is made of tones instead of a voice; its hash says so.",
                fix="sudo apt-get install espeak-ng",
            )
        )
    if not seen.git:
        found.append(
            Finding(
                level=Level.WARNING,
                seen="git is not installed.",
                why="Runs cannot be put in the order of commits.",
                fix="sudo apt-get install git",
            )
        )
    return found


def _instrument_findings(seen: Examined) -> list[Finding]:
    found = []
    if seen.clock_s > _SLOW_CLOCK_S:
        found.append(
            Finding(
                level=Level.WARNING,
                seen=f"Reading the clock takes {seen.clock_s * 1e6:.1f} µs ({seen.clock_source}).",
                why="Short stages are mostly the clock.",
                fix="Boot with clocksource=tsc if the processor's counter is stable.",
            )
        )
    if not seen.preemption_known:
        found.append(
            Finding(
                level=Level.NOTE,
                seen="This system does not count preemptions of a thread.",
                why="Disturbed samples cannot be told from slow ones.",
                fix="Measure on Linux.",
            )
        )
    if not seen.peak_resets:
        found.append(
            Finding(
                level=Level.NOTE,
                seen="The peak of memory cannot be reset here.",
                why="Peak memory of one benchmark is left out; only that of a process is known.",
                fix="Measure on Linux 4.0 or newer.",
            )
        )
    return found
