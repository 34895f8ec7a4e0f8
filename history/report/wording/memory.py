"""Tell whether memory leaks, and on what that rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.stats.leak import FEWEST, Ground

if TYPE_CHECKING:
    from history.judge.memory import MemoryRow
    from history.stats.leak import Leak

_GROUNDS: Final = {
    Ground.BELOW_FLOOR: "the whole interval is below the floor",
    Ground.GROWS: "the whole interval is above the floor and memory still grows",
    Ground.STOPPED: "memory grew at first and has stopped",
    Ground.UNCLEAR_END: "memory grew, and whether it has stopped cannot be told",
    Ground.STRADDLES: "the interval reaches over the floor: run more iterations",
}


def of_row(row: MemoryRow) -> str:
    """The verdict's reason for one method: ``0.1000 MB per iteration [...], floor 0.0200: ...``."""
    return _reason(row.ground, row.n, (row.rate, row.low or 0.0, row.high or 0.0), row.floor)


def of_leak(found: Leak) -> str:
    """The same for samples that have just been judged."""
    slope = found.slope
    rate = (0.0, 0.0, 0.0) if slope is None else (slope.slope, slope.low, slope.high)
    return _reason(found.ground, found.n, rate, found.floor)


def _reason(ground: Ground, n: int, rate: tuple[float, float, float], floor: float) -> str:
    if ground is Ground.TOO_FEW:
        return f"{n} iterations; at least {FEWEST} are needed."
    slope, low, high = map(_mb, rate)
    return f"{slope} MB per iteration [{low}, {high}], floor {_mb(floor)}: {_GROUNDS[ground]}."


def _mb(value: float) -> str:
    return f"{value / 1e6:.4f}"
