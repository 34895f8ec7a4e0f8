"""Tell a slow ramp from a sudden step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history.detect.segment import price

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from history.detect.preprocess import Signal

    Floats = NDArray[np.float64]

SHORTEST_RAMP = 8
"""Fewest points a ramp may span: quicker than that, it is a step."""
SHORTEST_PART = 3
"""Fewest points before the first and after the last of several boundaries that are one ramp."""
UNSETTLED = 3
"""The newest points have no say here: a step among them would bend the line."""
KNOTS = 14
"""Places tried for each end of a ramp in one pass."""
RAMP_COST = 2.0
"""Boundaries whose price a ramp pays. A boundary has one place and one level, a ramp two places and
one level, which makes one and a half; the other half is because ramps are rarer than steps: for
less, two steps a dozen points apart pass for one, for more, one ramp in seven is told as steps."""


class Ramp(NamedTuple):
    """A level, a straight line, and a level; positions count measured points."""

    start: int
    """Last point of the old level."""
    end: int
    """First point of the new level."""
    before: float
    after: float
    error: float
    """Weighted squared error of the fit."""


def ramp_groups(
    signal: Signal, rho: float, bounds: list[int]
) -> list[tuple[int, int, Ramp | None]]:
    """Group boundaries first..last (numbers in `bounds`, inclusive) that are one ramp, or none.

    Neighbouring boundaries of the same sign are tried together, the longest run first.
    """
    inner = len(bounds) - 2
    if inner < 1:
        return []
    weight, total, _ = signal.sums
    edges = np.asarray(bounds)
    means = np.diff(total[edges]) / np.maximum(np.diff(weight[edges]), 1e-9)
    signs = np.sign(np.diff(means))
    groups: list[tuple[int, int, Ramp | None]] = []
    first = 1
    while first <= inner:
        last = first
        while last < inner and signs[last] == signs[first - 1]:
            last += 1
        ramp = None
        while last >= first:
            ramp = ramp_instead(signal, rho, bounds, first, last)
            if ramp is not None or last == first:
                break
            last -= 1
        groups.append((first, last, ramp))
        first = last + 1
    return groups


def ramp_instead(
    signal: Signal, rho: float, bounds: list[int], first: int, last: int
) -> Ramp | None:
    """The ramp that explains boundaries first..last better than the steps do, if one does."""
    start, end = bounds[first - 1], bounds[last + 1]
    if end == signal.n:
        end -= UNSETTLED
    outer = min(bounds[first] - start, end - bounds[last])
    if outer < (SHORTEST_RAMP if last == first else SHORTEST_PART):
        return None
    weight, total, square = signal.sums
    error = 0.0
    for i in range(first - 1, last + 1):
        a, b = bounds[i], min(bounds[i + 1], end)
        mass = max(float(weight[b] - weight[a]), 1e-9)
        error += float(square[b] - square[a]) - float(total[b] - total[a]) ** 2 / mass
    allowed = error + price(signal, rho) * ((last - first + 1) - RAMP_COST)
    y, w = signal.clean[start:end], signal.weights[start:end]
    if last == first and _line_error(y, w) >= error:
        # Cheap screen: even a straight line over both levels is no better than the step.
        return None
    ramp = best_ramp(y, w, SHORTEST_RAMP)
    if ramp is None or ramp.error >= allowed:
        return None
    return ramp._replace(start=ramp.start + start, end=ramp.end + start)


def _line_error(y: Floats, w: Floats) -> float:
    """Weighted squared error of the best straight line."""
    t = np.arange(y.size) - (y.size - 1) / 2
    mass = w.sum()
    t = t - (w @ t) / mass
    r = y - (w @ y) / mass
    wt = w * t
    slope = (wt @ r) / (wt @ t)
    r = r - slope * t
    return float(w @ (r * r))


def best_ramp(y: Floats, w: Floats, shortest: int) -> Ramp | None:
    """Least-squares ramp over y: (m,); ends on a grid first, then refined around the best."""
    m = y.size
    if m <= shortest + 1:
        return None
    grid = np.unique(np.linspace(0, m - 1, KNOTS).round().astype(np.intp))
    ramp = _best_on(y, w, grid, grid, shortest)
    step = max((m - 1) // (KNOTS - 1), 1)
    while ramp is not None and step > 1:
        step = (step + 1) // 2
        around = np.arange(-2, 3) * step
        starts = np.unique(np.clip(ramp.start + around, 0, m - 1))
        ends = np.unique(np.clip(ramp.end + around, 0, m - 1))
        ramp = _best_on(y, w, starts, ends, shortest)
    return ramp


def _best_on(
    y: Floats, w: Floats, starts: NDArray[np.intp], ends: NDArray[np.intp], shortest: int
) -> Ramp | None:
    start, end = (grid.ravel() for grid in np.meshgrid(starts, ends, indexing="ij"))
    wide = end - start >= shortest
    start, end = start[wide], end[wide]
    if start.size == 0:
        return None
    t = np.arange(y.size)
    g = np.clip((t - start[:, None]) / (end - start)[:, None], 0.0, 1.0)
    mass = w.sum()
    wy = w * y
    mean_y = wy.sum() / mass
    gw = g @ w
    mean_g = gw / mass
    cov = g @ wy - gw * mean_y
    var = np.maximum((g * g) @ w - gw * mean_g, 1e-12)
    error = float(wy @ y) - mass * mean_y**2 - cov * cov / var
    best = int(error.argmin())
    rise = float(cov[best] / var[best])
    before = float(mean_y - rise * mean_g[best])
    return Ramp(
        start=int(start[best]),
        end=int(end[best]),
        before=before,
        after=before + rise,
        error=float(error[best]),
    )
