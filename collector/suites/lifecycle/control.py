"""A subject that leaks deliberately, so that every run proves the instrument."""

from __future__ import annotations

import time
from typing import Any, Final

import numpy as np

from collector.suites.lifecycle.instrument import GrowingBuffer
from collector.suites.lifecycle.subject import Report

WORK_FLOATS: Final = 2**18
"""A megabyte that comes and goes, as buffers of an inference do."""
FIRST_TOKEN_S: Final = 0.002


class PlantedLeak:
    """Grows by a known size with every inference, whether reused or recreated."""

    transcript = ""

    def __init__(self, size: int) -> None:
        """``size`` bytes per iteration; 0 plants none."""
        self.size_bytes = 0
        self._leak = GrowingBuffer(size) if size else None
        self._buffer: Any = None

    def load(self) -> None:
        """Allocate a buffer."""
        self._buffer = np.zeros(WORK_FLOATS, dtype=np.float32)

    def infer(self, first_token: Report) -> str:
        """A token after a known time, and the leak."""
        time.sleep(FIRST_TOKEN_S)
        first_token()
        self._buffer += 1.0
        if self._leak is not None:
            self._leak.grow()
        return f"{float(self._buffer[0]):.0f}"

    def reset(self) -> None:
        """Start the count again."""
        self._buffer[:] = 0.0

    def unload(self) -> None:
        """Let go of the buffer, not of the leak."""
        self._buffer = None

    def facts(self) -> dict[str, Any]:
        """The size of the leak that must be measured."""
        return {"planted bytes per iteration": self._leak.size if self._leak else 0}
