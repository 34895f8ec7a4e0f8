"""Draw every sample of the newest runs, with their median and quartiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from site_gen.charts import frame, svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt
    from numpy.typing import NDArray

HEIGHT = 220


class Distribution:
    """Samples as an interactive chart."""

    name = "distribution"

    def spec(self) -> alt.LayerChart | alt.FacetChart:
        """Dots of all samples, a bar from quartile to quartile and a line at the median."""
        import altair as alt

        x, y = frame.plane()
        rows = alt.Chart(alt.NamedData(name="points"))
        boxes = alt.Chart(alt.NamedData(name="boxes"))
        quartiles = boxes.mark_rect(color="var(--sm-c0)", opacity=0.18).encode(
            x=x, x2="x2:Q", y=alt.Y("q1:Q"), y2="q3:Q"
        )
        medians = boxes.mark_rule(color="var(--sm-c0)", strokeWidth=2).encode(x=x, x2="x2:Q", y=y)
        dots = rows.mark_point(
            filled=True, size=16, opacity=0.55, color="var(--sm-c0)", clip=True
        ).encode(x=x, y=y)
        layers = [*frame.ticks(x), quartiles, dots, medians]
        return alt.layer(*layers).add_params(*frame.bounds()).properties(height=HEIGHT)


def spread(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Horizontal offset of each sample from its run's middle, in order of time: -0.3 .. 0.3."""
    return np.linspace(-0.3, 0.3, samples.size) if samples.size > 1 else np.zeros(samples.size)


def _quartiles(runs: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """(runs, 3); all at once where, as usual, they have the same number of samples."""
    shares = (25, 50, 75)
    if len({samples.size for samples in runs}) == 1:
        return np.percentile(np.stack(runs), shares, axis=1).T
    return np.array([np.percentile(samples, shares) for samples in runs])


def draw(runs: Sequence[NDArray[np.float64]], label: str, before: int = 0) -> Markup:
    """One column of dots per run, oldest first; the first ``before`` ones in another colour."""
    if not runs:
        return Markup("")
    view = svg.span(list(runs), 0.02)
    across = svg.Span(-0.5, len(runs) - 0.5)
    inside = []
    for number, (samples, (q1, middle, q3)) in enumerate(zip(runs, _quartiles(runs), strict=True)):
        ends = np.array([number - 0.36, number + 0.36])
        colour = "c1" if number < before else "c0"
        box = svg.band(ends, (np.full(2, q1), np.full(2, q3)), view, across)
        inside.append(f'<path class="b {colour}" d="{box}"/>')
        dots = svg.dots(number + spread(samples), samples, view, across)
        inside.append(f'<path class="d small {colour}" d="{dots}"/>')
        inside.append(
            f'<path class="l {colour}" d="{svg.line(ends, np.full(2, middle), view, across)}"/>'
        )
    return Markup(  # noqa: S704 - numbers and one escaped label
        f'<div class="sm-plot sm-low">{svg.canvas("".join(inside), label)}</div>'
    )
