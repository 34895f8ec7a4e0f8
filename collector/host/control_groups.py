"""The limits that a container or service sets for this process, and how often it hit them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_SELF: Final = Path("/proc/self/cgroup")
_ROOT: Final = Path("/sys/fs/cgroup")
_UNLIMITED: Final = 2**60
"""Version 1 writes a number near 2^63 where there is no limit."""


def cpu_quota() -> float | None:
    """Cores' worth of time this group may use, or None without a limit."""
    for text in _texts("cpu.max"):
        quota, _, period = text.partition(" ")
        if quota != "max" and quota.isdigit() and period.strip().isdigit():
            return int(quota) / int(period)
    quotas, periods = _texts("cpu.cfs_quota_us", "cpu"), _texts("cpu.cfs_period_us", "cpu")
    for quota_us, period_us in zip(quotas, periods, strict=False):
        if quota_us.isdigit() and period_us.isdigit() and int(period_us):
            return int(quota_us) / int(period_us)
    return None


def memory_limit_bytes() -> int | None:
    """The smallest limit on this group or a group above it, or None without one."""
    found = [
        int(text)
        for name, controller in (("memory.max", ""), ("memory.limit_in_bytes", "memory"))
        for text in _texts(name, controller)
        if text.isdigit() and int(text) < _UNLIMITED
    ]
    return min(found) if found else None


def throttling() -> dict[str, int]:
    """``nr_periods``, ``nr_throttled`` and the time lost, as the kernel names them."""
    for controller in ("", "cpu"):
        for text in _texts("cpu.stat", controller):
            pairs = (line.split() for line in text.splitlines())
            found = {
                pair[0]: int(pair[1])
                for pair in pairs
                if len(pair) == 2 and pair[1].isdigit() and "thrott" in pair[0]
            }
            if found:
                return found
    return {}


def _texts(name: str, controller: str = "") -> list[str]:
    """Contents of this file in the process's group and in every group above it, nearest first."""
    found = []
    for folder in _folders(controller):
        try:
            found.append((folder / name).read_text(encoding="ascii").strip())
        except (OSError, UnicodeDecodeError):
            continue
    return found


def _folders(controller: str) -> list[Path]:
    try:
        lines = _SELF.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    for line in lines:
        _, names, path = line.split(":", 2)
        if controller in names.split(",") if controller else names == "":
            base = _ROOT / controller if controller else _ROOT
            group = base / path.lstrip("/")
            # Inside a container the path is the host's; the group itself is then mounted at base.
            inner = [group, *group.parents]
            return [folder for folder in inner if folder == base or base in folder.parents]
    return []
