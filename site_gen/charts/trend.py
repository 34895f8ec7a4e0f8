"""Draw the trend of one metric of one benchmark, for every variant on one machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup, escape

from history.report.wording import numbers
from site_gen.charts import frame, svg

if TYPE_CHECKING:
    import altair as alt
    from numpy.typing import NDArray

HEIGHT = 300
FEW = 12
"""Up to so many points get individual interval bars."""
DOTTED = 80
"""Up to so many points get a dot each."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One series in the drawing. Arrays have the same length."""

    label: str
    xs: NDArray[np.float64]
    """Position of each run on the axis."""
    values: NDArray[np.float64]
    """In the unit of the axis; NaN where nothing was measured."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    absent: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at one run."""

    x: float
    tone: str
    """bad, good, warn, note or env."""
    symbol: str
    text: str


@dataclass(frozen=True, slots=True)
class TrendPicture:
    """Everything the static drawing shows."""

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    dates: tuple[str, ...]
    """Label of each place on the axis, from 0."""
    unit: str
    label: str
    """Text alternative, for screen readers."""
    limit: float = float("nan")
    limit_label: str = ""
    """Label of the limit."""


class Trend:
    """The trend as an interactive chart."""

    name = "trend"

    def spec(self) -> alt.LayerChart | alt.FacetChart:
        """Bands, fitted levels, lines, points, marks, absences, limits and the cursor."""
        import altair as alt

        x, y = frame.plane()
        colour = frame.colour()
        rows = alt.Chart(alt.NamedData(name="points"))
        dash = alt.StrokeDash("s:O").legend(None).scale(domain=list(range(7)), range=frame.DASHES)
        band = rows.mark_area(opacity=0.16, clip=True).encode(
            x=x, y=alt.Y("lo:Q"), y2="hi:Q", color=colour
        )
        lines = rows.mark_line(strokeWidth=1.6, clip=True).encode(
            x=x, y=y, color=colour, strokeDash=dash
        )
        points = rows.mark_point(filled=True, opacity=1, size=18, clip=True).encode(
            x=x, y=y, color=colour, size=alt.Size("size:Q").legend(None).scale(None)
        )
        levels = (
            alt.Chart(alt.NamedData(name="levels"))
            .mark_rule(strokeWidth=1.2, opacity=0.75, strokeDash=[2, 2], clip=True)
            .encode(x=x, x2="x2:Q", y=y, color=colour)
        )
        return (
            alt.layer(
                *frame.ticks(x),
                _brush(x),
                *_limits(y),
                *_marks(x),
                band,
                _bars(x, colour),
                levels,
                lines,
                points,
                _absent(x),
                _beyond(x, y),
                _right(y),
                _cursor(x),
            )
            .add_params(*frame.bounds())
            .properties(height=HEIGHT)
        )


def _bars(x: alt.X, colour: alt.Color) -> alt.Chart:
    """Intervals of single points: a band needs neighbours."""
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(alt.NamedData(name="bars"))
        .mark_rule(strokeWidth=3, opacity=0.3, clip=True)
        .encode(x=x, y=alt.Y("lo:Q"), y2="hi:Q", color=colour)
    )
    return chart


def _limits(y: alt.Y) -> list[alt.Chart]:
    """Targets as dashed lines, each with its name."""
    import altair as alt

    base = alt.Chart(alt.NamedData(name="limits"))
    lines = base.mark_rule(
        color="var(--sm-warn)", strokeDash=[6, 4], strokeWidth=1.5, clip=True
    ).encode(y=y)
    words = base.mark_text(
        color="var(--sm-warn)", fontSize=11, align="left", dx=4, dy=-7, limit=260
    ).encode(x=alt.value(0), y=y, text="label:N")
    return [lines, words]


def _beyond(x: alt.X, y: alt.Y) -> alt.Chart:
    """An arrow at the edge for every point outside the view."""
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(alt.NamedData(name="beyond"))
        .mark_text(color="var(--sm-fg)", fontSize=12, fontWeight="bold", dy=alt.ExprRef("datum.dy"))
        .encode(x=x, y=y, text="symbol:N")
    )
    return chart


def _right(y: alt.Y) -> alt.Chart:
    """Labels of a second axis, inside the right edge; the page computes their positions."""
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(alt.NamedData(name="right"))
        .mark_text(color="var(--sm-muted)", fontSize=12, align="right", dx=-2)
        .encode(x=alt.value("width"), y=y, text="label:N")
    )
    return chart


def _brush(x: alt.X) -> alt.Chart:
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(alt.NamedData(name="brush"))
        .mark_rect(color="var(--sm-accent)", opacity=0.14)
        .encode(x=x, x2="x2:Q", y=alt.value(0), y2=alt.value("height"))
    )
    return chart


def _cursor(x: alt.X) -> alt.Chart:
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(alt.NamedData(name="cursor"))
        .mark_rule(color="var(--sm-fg)", opacity=0.5)
        .encode(x=x)
    )
    return chart


def _marks(x: alt.X) -> list[alt.Chart]:
    """Changes, annotations and new environments as thin lines with a symbol on top."""
    import altair as alt

    base = alt.Chart(alt.NamedData(name="marks"))
    colour = frame.colour("tone")
    lines = base.mark_rule(strokeWidth=1.2, strokeDash=[3, 3], clip=True).encode(x=x, color=colour)
    # The page sets by how much a symbol is shifted beside its neighbours.
    aside = alt.ExprRef("datum.dx")
    words = base.mark_text(fontSize=13, fontWeight="bold", dx=aside, dy=-9).encode(
        x=x, y=alt.value(0), color=colour, text="symbol:N"
    )
    return [lines, words]


def _absent(x: alt.X) -> alt.Chart:
    """A cross at the bottom for every run without a value."""
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(alt.NamedData(name="absent"))
        .mark_text(color="var(--sm-warn)", fontSize=13, fontWeight="bold", dy=-8)
        .encode(x=x, y=alt.value("height"), text="symbol:N")
    )
    return chart


def near(limit: float, view: svg.Span) -> bool:
    """Whether a limit is so close that showing it does not flatten the lines; NaN is never near."""
    room = view.high - view.low
    return view.low - room <= limit <= view.high + room


def draw(picture: TrendPicture) -> Markup:
    """The same picture without JavaScript."""
    columns = [column for one in picture.lines for column in (one.values, one.low, one.high)]
    view = svg.span(columns)
    if near(picture.limit, view):
        view = svg.span([*columns, np.array([picture.limit])])
    count = max(len(picture.dates), 1)
    across = svg.Span(-0.5, count - 0.5)
    parts = []
    for tick in svg.ticks(view):
        height = svg.SIDE - float(view.place(np.array([tick]))[0])
        parts.append(f'<path class="g" d="M0 {height:.0f}H{svg.SIDE}"/>')
    if view.low <= picture.limit <= view.high:
        height = svg.SIDE - float(view.place(np.array([picture.limit]))[0])
        parts.append(f'<path class="limit" d="M0 {height:.0f}H{svg.SIDE}"/>')
    for mark in picture.marks:
        x = float(across.place(np.array([mark.x]))[0])
        parts.append(f'<path class="m m-{mark.tone}" d="M{x:.0f} 0V{svg.SIDE}"/>')
    for number, one in enumerate(picture.lines):
        area = svg.band(one.xs, (one.low, one.high), view, across)
        if area:
            parts.append(f'<path class="b c{number % 7}" d="{area}"/>')
        parts.append(
            f'<path class="l c{number % 7}" d="{svg.line(one.xs, one.values, view, across)}"/>'
        )
        if one.xs.size <= FEW:
            bars = svg.bars(one.xs, (one.low, one.high), view, across)
            parts.append(f'<path class="i c{number % 7}" d="{bars}"/>')
        if one.xs.size <= DOTTED:
            dots = svg.dots(one.xs, one.values, view, across)
            parts.append(f'<path class="d c{number % 7}" d="{dots}"/>')
        gone = one.xs[one.absent]
        if gone.size:
            foot = np.full(gone.size, view.low)
            parts.append(f'<path class="a" d="{svg.dots(gone, foot, view, across)}"/>')
    return _frame(picture, view, svg.canvas("".join(parts), picture.label))


def _frame(picture: TrendPicture, view: svg.Span, drawing: str) -> Markup:
    """Labels of both axes around the drawing, placed in percent."""
    rows = []
    ticks = svg.ticks(view)
    digits = _digits(ticks)
    for tick in ticks:
        height = (tick - view.low) / (view.high - view.low) * 100
        rows.append(f'<span style="bottom:{height:.1f}%">{numbers.fixed(tick, digits)}</span>')
    last = len(picture.dates) - 1
    chosen = sorted({round(last * part / 4) for part in range(5)}) if last >= 0 else []
    words = [
        f'<span style="left:{(place + 0.5) / (last + 1) * 100:.1f}%">{escape(picture.dates[place])}'
        "</span>"
        for place in chosen
    ]
    signs = [
        f'<span class="t-{mark.tone}" style="left:{(mark.x + 0.5) / (last + 1) * 100:.1f}%'
        f'{f";margin-left:{0.6 * beside:.1f}rem" if beside else ""}" '
        f'title="{escape(mark.text)}">{mark.symbol}</span>'
        for mark, beside in _side_by_side(picture.marks)
    ]
    limit = ""
    if picture.limit_label and view.low <= picture.limit <= view.high:
        height = (picture.limit - view.low) / (view.high - view.low) * 100
        limit = (
            f'<span class="sm-limit" style="bottom:{height:.1f}%">'
            f"{escape(picture.limit_label)}</span>"
        )
    return Markup(  # noqa: S704 - made of numbers and escaped words
        f'<div class="sm-plot"><div class="sm-y" aria-hidden="true">{"".join(rows)}</div>'
        f'<div class="sm-signs" aria-hidden="true">{"".join(signs)}</div>{drawing}'
        f'{limit}<div class="sm-x" aria-hidden="true">{"".join(words)}</div></div>'
    )


def _side_by_side(marks: tuple[Mark, ...]) -> list[tuple[Mark, int]]:
    """Each mark with its index among marks at one run; equal marks once."""
    found: dict[float, dict[tuple[str, str], Mark]] = {}
    for mark in marks:
        found.setdefault(mark.x, {}).setdefault((mark.symbol, mark.tone), mark)
    return [(mark, place) for same in found.values() for place, mark in enumerate(same.values())]


def _digits(ticks: list[float]) -> int:
    """Decimals that distinguish neighbouring ticks."""
    if len(ticks) < 2:
        return 1
    step = abs(ticks[1] - ticks[0])
    return max(0, int(np.ceil(-np.log10(step) - 1e-9))) + (
        1 if f"{step:e}".startswith("2.5") else 0
    )
