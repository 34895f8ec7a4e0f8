"""Current and peak memory of a process.

What cannot be read is left out, never given as zero. Linux has everything in /proc; elsewhere
psutil answers for resident and unique memory, and the peak cannot be reset.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_ROLLUP: Final = Path("/proc/self/smaps_rollup")
_CLEAR: Final = Path("/proc/self/clear_refs")
_KIB: Final = 1024
_LOOK_S: Final = 0.002


def reset_peak() -> bool:
    """Reset the peak, so that the next reading covers only what follows.

    Writes 5 to clear_refs (Linux 4.0, proc(5)). False where that is not possible; then the peak is
    that of the whole process.
    """
    try:
        _CLEAR.write_text("5")
    except OSError:
        return False
    return True


def peak_rss() -> int | None:
    """Bytes; highest resident memory since the last reset, or None where it cannot be known."""
    return _field(_STATUS, "VmHWM")


def read() -> dict[str, float]:
    """``rss``, ``pss``, ``uss`` in bytes, as far as they can be read."""
    found: dict[str, float] = {}
    rollup = _text(_ROLLUP)
    if rollup:
        parts = {name: _in_text(rollup, name) for name in ("Rss", "Pss")}
        private = [_in_text(rollup, name) for name in ("Private_Clean", "Private_Dirty")]
        found |= {name.lower(): float(value) for name, value in parts.items() if value is not None}
        if None not in private:
            found["uss"] = float(sum(value for value in private if value is not None))
    elif (rss := _field(_STATUS, "VmRSS")) is not None:
        found["rss"] = float(rss)
    else:
        found |= _by_psutil()
    return found


def sampled_peak(action: Callable[[], object]) -> float | None:
    """Highest resident memory while ``action`` runs, sampled every few milliseconds by psutil.

    For systems whose peak cannot be reset. Sampling takes processor time, so the action must not be
    timed. None where psutil cannot read it.
    """
    try:
        import psutil
    except ImportError:
        return None
    process, done, seen = psutil.Process(), threading.Event(), [0]

    def look() -> None:
        while not done.wait(_LOOK_S):
            seen[0] = max(seen[0], process.memory_info().rss)

    seen[0] = process.memory_info().rss
    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        kept = action()
        seen[0] = max(seen[0], process.memory_info().rss)
        del kept
    finally:
        done.set()
        watcher.join()
    return float(seen[0])


def _by_psutil() -> dict[str, float]:
    try:
        import psutil
    except ImportError:
        return {}
    try:
        full = psutil.Process().memory_full_info()
    except psutil.Error:
        return {}
    kept = {"rss": "rss", "uss": "uss", "pss": "pss"}
    return {
        name: float(getattr(full, field)) for name, field in kept.items() if hasattr(full, field)
    }


def _field(path: Path, name: str) -> int | None:
    text = _text(path)
    return _in_text(text, name) if text else None


def _in_text(text: str, name: str) -> int | None:
    match = re.search(rf"^{name}:\s+(\d+) kB$", text, re.MULTILINE)
    return int(match.group(1)) * _KIB if match else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
