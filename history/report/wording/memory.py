"""Words for memory growth and its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.report.wording import numbers
from history.stats.leak import FEWEST, Ground

if TYPE_CHECKING:
    from history.judge.memory import MemoryRow
    from history.stats.leak import Leak

RATE: Final = "B/iteration"
_GROUNDS: Final = {
    Ground.BELOW_FLOOR: "the whole interval is below the floor",
    Ground.GROWS: "the whole interval is above the floor and memory still grows",
    Ground.STOPPED: "memory grew at first and has stopped",
    Ground.UNCLEAR_END: "memory grew, and whether it has stopped cannot be told",
    Ground.STRADDLES: "the interval reaches over the floor: run more iterations",
}


def of_row(row: MemoryRow) -> str:
    """Growth of one method with its interval, the floor, and the ground of the verdict."""
    return _reason(row.ground, row.n, (row.rate, row.low or 0.0, row.high or 0.0), row.floor)


def against_floor(row: MemoryRow) -> str:
    """``4.83 kB/iteration, floor 20.0 kB/iteration``: the growth with its floor."""
    return f"{numbers.value(row.rate, RATE)}, floor {numbers.value(row.floor, RATE)}"


def on_what(row: MemoryRow) -> str:
    """The ground with the floor, for tables that show growth and interval themselves."""
    if row.ground is Ground.TOO_FEW:
        return f"{row.n} of {numbers.counted(FEWEST, 'iteration')}"
    return f"{_GROUNDS[row.ground]} (floor {numbers.value(row.floor, RATE)})"


def of_leak(found: Leak) -> str:
    """The same for samples that have just been judged."""
    slope = found.slope
    rate = (0.0, 0.0, 0.0) if slope is None else (slope.slope, slope.low, slope.high)
    return _reason(found.ground, found.n, rate, found.floor)


def _reason(ground: Ground, n: int, rate: tuple[float, float, float], floor: float) -> str:
    if ground is Ground.TOO_FEW:
        return f"{n} of {numbers.counted(FEWEST, 'iteration')} for a verdict."
    slope, low, high = rate
    return (
        f"{numbers.value(slope, RATE)} ({numbers.interval(low, high, RATE)}), "
        f"floor {numbers.value(floor, RATE)}: {_GROUNDS[ground]}."
    )
