"""Read resident memory, after trimming the heap if requested, and plant a leak."""

from __future__ import annotations

import ctypes
import gc
import mmap
import sys

from collector.measure import memory

PAGE = mmap.PAGESIZE


def can_trim() -> bool:
    """Whether the allocator can give free memory back: glibc's can."""
    return _trim_function() is not None


def rss(*, trimmed: bool) -> float:
    """Resident bytes now. Trimmed shows live memory; untrimmed shows what an operator sees."""
    if trimmed:
        gc.collect()
        trim = _trim_function()
        if trim is not None:
            trim(0)
    found = memory.read()
    return found.get("rss", found.get("uss", float("nan")))


class GrowingBuffer:
    """Memory that is allocated and never released.

    It comes directly from the kernel, since a heap would first use up its free pages.
    """

    def __init__(self, size: int) -> None:
        """``size`` bytes each time, rounded up to pages."""
        self.size = -(-size // PAGE) * PAGE
        self._kept: list[mmap.mmap] = []

    def grow(self) -> None:
        """Allocate once more and touch every page."""
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS if sys.platform != "win32" else 0
        block = mmap.mmap(-1, self.size, flags) if flags else mmap.mmap(-1, self.size)
        if hasattr(mmap, "MADV_NOHUGEPAGE"):
            # Two of these together could become one huge page, and memory would grow in steps.
            block.madvise(mmap.MADV_NOHUGEPAGE)
        for place in range(0, self.size, PAGE):
            block[place] = 1
        self._kept.append(block)

    def close(self) -> None:
        """Give everything back."""
        for block in self._kept:
            block.close()
        self._kept.clear()


def _trim_function() -> ctypes._NamedFuncPointer | None:
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
