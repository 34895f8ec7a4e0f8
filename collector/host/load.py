"""Record the other load of a machine while it measured."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from collector.host import control_groups, kernel_files

Fields = dict[str, Any]
"""One group of the environment: field to value."""

_LOADED: Final = 0.25
"""Share of the time that runnable work waited for a core (PSI), from which a run is marked."""
_STEAL: Final = 0.02
"""Share of processor time taken by the host, from which a run is marked."""


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """The load of the machine at one moment; None where it cannot be read."""

    at_s: float
    loadavg: float | None = None
    runnable: int | None = None
    """Threads that ran or wanted to run, this one included."""
    psi_us: dict[str, int] = {}
    """cpu, memory, io -> microseconds so far during which some work waited for it."""
    psi_avg10: dict[str, float] = {}
    """The same as a share (0 .. 1) of the ten seconds before."""
    steal_ticks: int | None = None
    ticks: int | None = None
    throttling: dict[str, int] = {}
    mhz: float | None = None
    celsius: float | None = None
    """The hottest thermal zone."""


def read() -> Load:
    """The load now."""
    fields = kernel_files.text("/proc/loadavg").split()
    ticks = kernel_files.text("/proc/stat").partition("\n")[0].split()[1:]
    waited, lately = {}, {}
    for resource in ("cpu", "memory", "io"):
        pressure = kernel_files.text(f"/proc/pressure/{resource}")
        match = re.search(r"^some avg10=([\d.]+) .*total=(\d+)", pressure, re.MULTILINE)
        if match:
            lately[resource] = round(float(match.group(1)) / 100, 4)
            waited[resource] = int(match.group(2))
    return Load(
        at_s=time.monotonic(),
        loadavg=float(fields[0]) if fields else None,
        runnable=int(fields[3].partition("/")[0]) if len(fields) > 3 else None,
        psi_us=waited,
        psi_avg10=lately,
        steal_ticks=int(ticks[7]) if len(ticks) > 7 else None,
        ticks=sum(int(tick) for tick in ticks[:8]) if ticks else None,
        throttling=control_groups.throttling(),
        mhz=_mhz(),
        celsius=_celsius(),
    )


def fields_of(before: Load, after: Load) -> Fields:
    """Both readings, and the difference between them."""
    fields: Fields = {}
    for when, load in (("before", before), ("after", after)):
        fields[f"loadavg {when}"] = load.loadavg
        fields[f"runnable threads {when}"] = load.runnable
        fields[f"clock MHz {when}"] = load.mhz
        fields[f"temperature C {when}"] = load.celsius
        for resource, share in load.psi_avg10.items():
            fields[f"psi {resource} avg10 {when}"] = share
    for resource, share in waiting_shares(before, after).items():
        fields[f"psi {resource} share"] = round(share, 5)
    steal = steal_share(before, after)
    fields["steal share"] = None if steal is None else round(steal, 5)
    for name, count in after.throttling.items():
        fields[f"cgroup {name}"] = count - before.throttling.get(name, 0)
    return {name: value for name, value in fields.items() if value is not None}


def waiting_shares(before: Load, after: Load) -> dict[str, float]:
    """Share of the time between the readings during which some work waited for cpu, memory, io."""
    span_us = max(1.0, (after.at_s - before.at_s) * 1e6)
    return {
        resource: (total - before.psi_us[resource]) / span_us
        for resource, total in after.psi_us.items()
        if resource in before.psi_us
    }


def steal_share(before: Load, after: Load) -> float | None:
    """Share of processor time that the host took away, or None where it does not say."""
    if None in (before.steal_ticks, after.steal_ticks, before.ticks, after.ticks):
        return None
    ticks = (after.ticks or 0) - (before.ticks or 0)
    stolen = (after.steal_ticks or 0) - (before.steal_ticks or 0)
    return stolen / ticks if ticks > 0 else 0.0


def warnings(before: Load, after: Load) -> list[str]:
    """Warnings: what was seen, the likely cause, the next step."""
    found = []
    waiting = waiting_shares(before, after).get("cpu", 0.0)
    if waiting > _LOADED:
        found.append(
            f"Work waited for a core during {waiting * 100:.0f} % of the run; other programs were"
            " running: close them or measure when the machine is quiet."
        )
    steal = steal_share(before, after)
    if steal is not None and steal > _STEAL:
        found.append(
            f"The host took {steal * 100:.1f} % of the processor time for other guests; compare"
            " this run only with the calibration beside it, or measure again."
        )
    throttled = after.throttling.get("nr_throttled", 0) - before.throttling.get("nr_throttled", 0)
    if throttled > 0:
        found.append(
            f"The control group's quota stopped this run {throttled} times; raise the container's"
            " processor limit to whole cores."
        )
    return found


def _mhz() -> float | None:
    speeds = re.findall(
        r"^cpu MHz\s*:\s*([\d.]+)", kernel_files.text("/proc/cpuinfo"), re.MULTILINE
    )
    return round(sum(map(float, speeds)) / len(speeds), 1) if speeds else None


def _celsius() -> float | None:
    zones = Path("/sys/class/thermal").glob("thermal_zone*/temp")
    found = [
        int(text) / 1000 for zone in zones if (text := kernel_files.text(zone).strip()).isdigit()
    ]
    return max(found) if found else None
