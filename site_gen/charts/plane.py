"""Draw dots and lines on a plane with numbers on both axes; a picture without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from markupsafe import Markup

from history.report.wording import numbers
from history.words import units
from site_gen.charts import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_ABOVE = 1.06
"""Room over the highest value."""


class Curve(NamedTuple):
    """A curve: measured values as dots, computed values as a line."""

    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    look: Literal["dots", "line", "both"]
    colour: int


class Frame(NamedTuple):
    """Both axes; pictures that share one can be compared."""

    across: svg.Span
    up: svg.Span
    factor: float
    """Values are divided by it before they are written."""
    unit: str


def frame(
    xs: Sequence[NDArray[np.float64]],
    ys: Sequence[NDArray[np.float64]],
    unit: str,
    least: float = 0.0,
) -> Frame:
    """Axes from 0 (or below) to the largest value, the vertical one at least `least` high."""
    right = max((float(np.max(column)) for column in xs if column.size), default=1.0)
    kept = [column[np.isfinite(column)] for column in ys]
    values = np.concatenate(kept) if kept else np.empty(0)
    top = max(float(values.max(initial=0.0)), least) * _ABOVE or 1.0
    low = float(values.min(initial=0.0)) * _ABOVE
    factor, name = units.scale_of(max(top, -low), unit)
    return Frame(svg.Span(0.0, right * 1.03 or 1.0), svg.Span(low, top), factor, name)


def draw(view: Frame, curves: Sequence[Curve], label: str) -> Markup:
    """The picture; `label` is its text alternative."""
    inside, rows, columns = [], [], []
    up = svg.Span(view.up.low / view.factor, view.up.high / view.factor)
    for tick in svg.ticks(up):
        height = float(up.place(np.array([tick]))[0])
        inside.append(f'<path class="g" d="M0 {svg.SIDE - height:.0f}H{svg.SIDE}"/>')
        rows.append(f'<span style="bottom:{height / 10:.1f}%">{numbers.exact(tick)}</span>')
    for tick in svg.ticks(view.across, 4):
        place = float(view.across.place(np.array([tick]))[0]) / 10
        columns.append(f'<span style="left:{place:.1f}%">{numbers.exact(tick)}</span>')
    for curve in curves:
        css = f"c{curve.colour % 7}"
        if curve.look != "dots":
            line = svg.line(curve.xs, curve.ys, view.up, view.across)
            inside.append(f'<path class="l {css}" d="{line}"/>')
        if curve.look != "line":
            dots = svg.dots(curve.xs, curve.ys, view.up, view.across)
            inside.append(f'<path class="d {css}" d="{dots}"/>')
    drawing = svg.canvas("".join(inside), label)
    return Markup(  # noqa: S704 - numbers and one escaped label
        f'<div class="sm-plot sm-plane"><div class="sm-y" aria-hidden="true">{"".join(rows)}</div>'
        f'{drawing}<div class="sm-x" aria-hidden="true">{"".join(columns)}</div></div>'
    )
