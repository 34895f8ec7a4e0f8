"""Draw the parts of a total run by run, with the unattributed rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from history.read.stages import UNATTRIBUTED
from site_gen.charts import frame, svg

if TYPE_CHECKING:
    import altair as alt
    from numpy.typing import NDArray

HEIGHT = 240
SMALLEST_REST = 1e-6
"""A rest below this share of the total is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Parts of one total over the same runs."""

    parts: tuple[tuple[str, NDArray[np.float64]], ...]
    """Name and value of each part, bottom first; the last one is the unattributed rest."""
    whole: NDArray[np.float64]


def stack(
    whole: NDArray[np.float64], parts: dict[str, NDArray[np.float64]], rest: NDArray[np.float64]
) -> Stack:
    """The parts with the unattributed rest; runs in which anything is missing are NaN.

    Each part is a median of its own samples, so their sum need not be the median of the total.
    """
    total = np.sum(list(parts.values()), axis=0)
    drawn = np.where(rest < whole * SMALLEST_REST, 0.0, rest)
    return Stack((*parts.items(), (UNATTRIBUTED, drawn)), np.where(np.isnan(total), np.nan, whole))


class Stages:
    """The breakdown as an interactive chart."""

    name = "stages"

    def spec(self) -> alt.LayerChart | alt.FacetChart:
        """One bar per run, stacked in the order of the work."""
        import altair as alt

        x, _ = frame.plane()
        bars = (
            alt.Chart(alt.NamedData(name="points"))
            .mark_rect(clip=True)
            .encode(
                x=x,
                x2="x2:Q",
                y=alt.Y("v:Q")
                .axis(tickCount=4, format="~r")
                .scale(domain=[alt.ExprRef("ymin"), alt.ExprRef("ymax")], nice=False),
                y2="v2:Q",
                color=alt.Color("s:O")
                .legend(None)
                .scale(domain=[*range(7), -1], range=[*frame.SERIES_COLOURS, "var(--sm-rest)"]),
            )
        )
        outline = (
            alt.Chart(alt.NamedData(name="cursor"))
            .mark_rule(color="var(--sm-fg)", opacity=0.5)
            .encode(x=x)
        )
        layers = [*frame.ticks(x), bars, outline]
        return alt.layer(*layers).add_params(*frame.bounds()).properties(height=HEIGHT)


def height(found: Stack) -> float:
    """The largest sum of the parts; 0 when no run has all of them."""
    kept = np.isfinite(found.whole)
    return float(np.sum([values[kept] for _, values in found.parts], axis=0).max(initial=0.0))


def draw(found: Stack, label: str, tallest: float) -> Markup:
    """Stacked areas over the runs; the legend has the names.

    ``tallest`` is the height that all pictures of a page have in common.
    """
    kept = np.isfinite(found.whole)
    if not kept.any():
        return Markup("")
    xs = np.arange(int(kept.sum()), dtype=np.float64)
    sums = np.cumsum([values[kept] for _, values in found.parts], axis=0)
    view = svg.Span(0.0, tallest * 1.04 or 1.0)
    across = svg.Span(-0.02, max(xs.size - 1, 1) * 1.0)
    if xs.size == 1:
        xs, sums = np.array([0.0, 1.0]), np.repeat(sums, 2, axis=1)
    inside = []
    floor = np.zeros(xs.size)
    for number, (name, _) in enumerate(found.parts):
        css = "rest" if name == UNATTRIBUTED else f"c{number % 7}"
        area = svg.band(xs, (floor, sums[number]), view, across)
        inside.append(f'<path class="s {css}" d="{area}"/>')
        floor = sums[number]
    return Markup(  # noqa: S704 - numbers and one escaped label
        f'<div class="sm-plot sm-low">{svg.canvas("".join(inside), label)}</div>'
    )
