"""Draw static charts fast, on a plane that stretches while lines and dots keep their form.

The drawing is 1000 by 1000 without a fixed ratio and strokes do not scale; a dot is a line of zero
length with round ends. Labels are HTML beside it, so they are never squeezed. Of text from
outside the drawing holds its label alone, escaped.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SIDE = 1000
MOST_POINTS = 320
"""Most points drawn; beyond it the smallest and largest of each stretch are kept."""


class Span(NamedTuple):
    """The part of an axis that is in view."""

    low: float
    high: float

    def place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where values fall, 0 at the low end and SIDE at the high one."""
        return (values - self.low) * (SIDE / ((self.high - self.low) or 1.0))


def span(columns: Sequence[NDArray[np.float64]], least: float = 0.05) -> Span:
    """A span that holds all values, at least ± `least` of their median wide.

    Without that minimum, steady noise would look as dramatic as a real change.
    """
    kept = [column[np.isfinite(column)] for column in columns]
    values = np.concatenate(kept) if kept else np.empty(0)
    if values.size == 0:
        return Span(0.0, 1.0)
    middle = float(np.median(values))
    room = abs(middle) * least or 0.5
    low = min(float(values.min()), middle - room)
    high = max(float(values.max()), middle + room)
    margin = (high - low) * 0.06
    floor = 0.0 if low >= 0 else -math.inf
    return Span(max(low - margin, floor), high + margin)


def ticks(view: Span, most: int = 5) -> list[float]:
    """Round numbers inside the span, at most `most`."""
    raw = (view.high - view.low) / most
    if raw <= 0 or not math.isfinite(raw):
        return []
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    first = math.ceil(view.low / step)
    return [number * step for number in range(first, math.floor(view.high / step + 1e-9) + 1)]


def thin(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of at most MOST_POINTS values to keep: the lowest and highest of each stretch."""
    size = xs.size
    if size <= MOST_POINTS:
        return np.arange(size)
    starts = np.linspace(0, size, MOST_POINTS // 2 + 1).astype(np.int64)[:-1]
    gaps = np.isnan(ys)
    lowest = _first_in_each(np.where(gaps, np.inf, ys), starts, np.minimum)
    highest = _first_in_each(np.where(gaps, -np.inf, ys), starts, np.maximum)
    there = np.logical_or.reduceat(np.isfinite(ys), starts)
    ends = np.array([0, size - 1])
    return np.unique(np.concatenate([lowest[there], highest[there], ends]))


def _first_in_each(
    ys: NDArray[np.float64], starts: NDArray[np.int64], extreme: np.ufunc
) -> NDArray[np.int64]:
    """The first index of the extreme of each stretch."""
    lengths = np.diff(starts, append=ys.size)
    places = np.flatnonzero(ys == np.repeat(extreme.reduceat(ys, starts), lengths))
    return places[np.searchsorted(places, starts)]


def line(xs: NDArray[np.float64], ys: NDArray[np.float64], view: Span, across: Span) -> str:
    """Path data of a line; it breaks where a value is missing."""
    keep = thin(xs, ys)
    px = np.rint(across.place(xs[keep]))
    py = np.rint(SIDE - view.place(ys[keep]))
    measured = np.flatnonzero(~np.isnan(py))
    stretches = np.split(measured, np.flatnonzero(np.diff(measured) > 1) + 1)
    return "".join(f"M{_corners(px[one], py[one])}" for one in stretches if one.size)


def _corners(px: NDArray[np.float64], py: NDArray[np.float64]) -> str:
    """Whole coordinates of corners, as they stand behind the M of a path."""
    pattern = "L".join(["%d %d"] * px.size)
    return pattern % tuple(np.column_stack([px, py]).ravel().tolist())


def band(
    xs: NDArray[np.float64],
    edges: tuple[NDArray[np.float64], NDArray[np.float64]],
    view: Span,
    across: Span,
) -> str:
    """Path data of the area between two edges, without points where either is missing."""
    low, high = edges
    keep = thin(xs, high)
    keep = keep[np.isfinite(low[keep]) & np.isfinite(high[keep])]
    if keep.size < 2:
        return ""
    px = np.rint(across.place(xs[keep]))
    top = np.rint(SIDE - view.place(high[keep]))
    bottom = np.rint(SIDE - view.place(low[keep]))
    return f"M{_corners(px, top)}L{_corners(px[::-1], bottom[::-1])}Z"


def bars(
    xs: NDArray[np.float64],
    ends: tuple[NDArray[np.float64], NDArray[np.float64]],
    view: Span,
    across: Span,
) -> str:
    """Path data of one upright line per value, from its low to its high end."""
    low, high = ends
    kept = np.isfinite(low) & np.isfinite(high)
    px = across.place(xs[kept]).tolist()
    bottom = (SIDE - view.place(low[kept])).tolist()
    top = (SIDE - view.place(high[kept])).tolist()
    rows = zip(px, bottom, top, strict=True)
    return "".join(f"M{x:.0f} {start:.0f}V{end:.0f}" for x, start, end in rows)


def dots(xs: NDArray[np.float64], ys: NDArray[np.float64], view: Span, across: Span) -> str:
    """Path data of one dot per value."""
    kept = np.isfinite(ys)
    px = across.place(xs[kept]).tolist()
    py = (SIDE - view.place(ys[kept])).tolist()
    return "".join(f"M{x:.0f} {y:.0f}h0" for x, y in zip(px, py, strict=True))


def canvas(inside: str, label: str, css: str = "sm-svg") -> str:
    """The drawing itself; `label` is its text alternative."""
    return (
        f'<svg class="{css}" viewBox="0 0 {SIDE} {SIDE}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}">{inside}</svg>'
    )
