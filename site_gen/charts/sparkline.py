"""Draw a trend as small as a word; all of them with the same least height, so they compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from site_gen.charts import svg

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_SPAN = 0.08
"""A sparkline is at least ± 8 % of its median high: noise stays flat, a change stands out."""


def draw(values: NDArray[np.float64], label: str, tone: str = "calm", newest: int = 90) -> Markup:
    """The newest values of one series; `tone` colours the last dot."""
    ys = values[-newest:]
    xs = np.arange(ys.size, dtype=np.float64)
    view = svg.span([ys], LEAST_SPAN)
    across = svg.Span(-1.0, max(ys.size, 2) + 0.5)
    inside = f'<path class="l" d="{svg.line(xs, ys, view, across)}"/>'
    kept = np.flatnonzero(np.isfinite(ys))
    if kept.size:
        last = kept[-1:]
        inside += f'<path class="d t-{tone}" d="{svg.dots(xs[last], ys[last], view, across)}"/>'
    return Markup(svg.canvas(inside, label, "sm-spark"))  # noqa: S704 - numbers only
