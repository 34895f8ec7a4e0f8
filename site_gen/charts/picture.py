"""Draw one series as a standalone picture for a comment, without scripts and styles."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np

from history.report.wording import names, numbers
from site_gen.charts import svg

if TYPE_CHECKING:
    from history.read.series import Series

WIDTH: Final = 560
HEIGHT: Final = 140
MOST_POINTS: Final = 120
"""Most points: the newest ones."""
_TOP, _BOTTOM, _SIDE = 28, 8, 8
_INK: Final = "#333"
_LINE: Final = "#3366cc"


def picture(series: Series, title: str) -> str:
    """The newest measured points of a series as SVG; ``title`` is text from outside."""
    values = series.values[series.measured][-MOST_POINTS:]
    view = svg.span([values])
    across = svg.Span(0.0, float(max(values.size - 1, 1)))
    xs = (
        across.place(np.arange(values.size, dtype=np.float64)) * (WIDTH - 2 * _SIDE) / svg.SIDE
        + _SIDE
    )
    ys = HEIGHT - _BOTTOM - view.place(values) * (HEIGHT - _TOP - _BOTTOM) / svg.SIDE
    points = [f"{x:.1f} {y:.1f}" for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
    newest = numbers.value(float(values[-1]), series.key.shown_in) if values.size else ""
    words = f"{title}: {newest}, {numbers.counted(values.size, 'point')}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text x="{_SIDE}" y="16" font-family="sans-serif" font-size="12" fill="{_INK}">'
        f"{escape(words)}</text>"
        f'<g fill="none" stroke="{_LINE}" stroke-linecap="round">'
        f'<path d="M{"L".join(points)}" stroke-width="1.5"/>'
        f'<path d="{"".join(f"M{one}h0" for one in points)}" stroke-width="4"/></g></svg>'
    )


def title_of(series: Series) -> str:
    """``micro.top_k[k=50] operation_time on box, torch · 2 threads``."""
    key = series.key
    variant = f", {names.variant(key.variant)}" if key.variant else ""
    return f"{key.benchmark_id} {key.metric} on {key.machine}{variant}"
