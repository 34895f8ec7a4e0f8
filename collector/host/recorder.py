"""Collect the environment of one run as groups of fields.

The groups ``tool``, ``libraries``, ``hardware``, ``system``, ``cpu``, ``limits``, ``gpu`` and one
per child (``suite/process``) describe settings, which stay equal from run to run unless something
was changed. ``load``, ``gpu load``, ``calibration``, ``sampling``, ``durations`` and ``shard``
describe one run only. Every text goes through ``scrub``: no path, user name, host name, secret or
token is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from collector.host import environment, load, machine
from collector.host.load import Fields
from collector.protocol import isolation
from collector.results import scrub
from collector.results.aggregate import classes
from collector.results.samples import CaseResult, arrays
from history.words.records import DURATIONS, HARDWARE, hardware

if TYPE_CHECKING:
    from collector.planning.plan import SuiteWork


class Recorder:
    """Reads the environment before and after, and the facts of each child."""

    def __init__(self, profile: str) -> None:
        """Nothing is read before ``before``."""
        self._profile = profile
        self._groups: dict[str, Fields] = {}
        self._before: load.Load | None = None
        self._after: load.Load | None = None
        self._sampling: Fields = {}
        self._durations: Fields = {}
        self._device: Fields = {}
        self._fixed: dict[str, Fields] | None = None

    def before(self) -> None:
        """Read, before measuring, what may change during it."""
        self._before = load.read()

    def after(self) -> None:
        """Read it again after measuring."""
        self._after = load.read()
        self._fixed = None

    def suite(self, work: SuiteWork, facts: Mapping[str, Mapping[str, object]]) -> None:
        """Store the settings requested of each child, and those it reported as in force."""
        for process in work.plan.processes:
            if process.name in facts:
                asked = {f"asked {name}": text for name, text in isolation.asked(process).items()}
                versioned: Fields = {"suite version": work.suite.version}
                group = versioned | asked | _flat(facts[process.name])
                self._groups[f"{work.name}/{process.name}"] = group

    def case(self, name: str, result: CaseResult) -> None:
        """Store how a case was sampled: warm-up, calls per sample, rounds, classes of samples."""
        for finished in result.finished:
            self._keep_device(finished.device)
        if result.absence is None:
            self._durations[name] = round(result.spent_s, 3)
        if not result.warm:
            return
        steady = "steady" if all(warm.converged for warm in result.warm) else "not steady"
        number, variants = result.place
        order = f", variant {number} of {variants} in A B B A" if variants > 1 else ""
        several = f", {len(result.warm)} processes" if len(result.warm) > 1 else ""
        self._sampling[name] = (
            f"warm-up {_span(warm.repeats for warm in result.warm)} ({steady}),"
            f" {_span(warm.loops for warm in result.warm)} calls a sample,"
            f" {len(result.blocks)} rounds{order}{several}"
        )
        data = arrays(result.case, result.blocks)
        if found := classes(data.total_s, data.preempted, result.case.sampling):
            self._sampling[name] += f"; {found}"

    def _keep_device(self, seen: Mapping[str, Any]) -> None:
        """Store the worst readings of the device over all cases."""
        for field, value in seen.items():
            before = self._device.get(field, value)
            if isinstance(value, str):
                self._device[field] = ", ".join(dict.fromkeys([*str(before).split(", "), value]))
            elif field.startswith("lowest"):
                self._device[field] = min(before, value)
            else:
                self._device[field] = max(before, value)

    def add(self, group: str, fields: Mapping[str, Any]) -> None:
        """Store a group made by another part of the collector."""
        self._groups[group] = dict(fields)

    def warnings(self) -> list[str]:
        """Warnings about what may have disturbed the numbers."""
        if self._before is None or self._after is None:
            return []
        return load.warnings(self._before, self._after)

    def environment(self) -> dict[str, Fields]:
        """Group -> field -> value; empty groups are left out."""
        groups: dict[str, Fields] = {
            **self._in_force(),
            **self._groups,
            "gpu load": self._device,
            "sampling": self._sampling,
            DURATIONS: self._durations,
        }
        if self._before is not None and self._after is not None:
            groups["load"] = load.fields_of(self._before, self._after)
        return scrub.values({name: group for name, group in groups.items() if group})

    def _in_force(self) -> dict[str, Fields]:
        """Groups that stay constant while measuring, read at the first result and at the end.

        Every result is kept with its surroundings; reading them takes longer than many a case.
        """
        if self._fixed is None:
            self._fixed = {
                "tool": environment.tool() | {"profile": self._profile},
                "libraries": environment.library_versions(),
                HARDWARE: hardware(machine.cpu_model(), machine.usable_cores()),
                "system": environment.system(),
                "cpu": environment.cpu(),
                "limits": environment.limits(),
                "gpu": environment.gpu_settings(),
            }
        return self._fixed


def _span(counts: Iterable[int]) -> str:
    """``30``, or ``28 to 31`` where the processes differ."""
    low, *_, high = sorted([*counts] * 2)
    return str(low) if low == high else f"{low} to {high}"


def _flat(facts: Mapping[str, object]) -> Fields:
    """Facts on one level: an inner table becomes ``outer inner``."""
    flat: Fields = {}
    for key, value in facts.items():
        if isinstance(value, Mapping):
            flat |= {f"{key} {inner}": found for inner, found in _flat(value).items()}
        else:
            flat[str(key)] = value
    return flat
