"""The common parts of interactive charts: the plane and its ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

SERIES_COLOURS = [f"var(--sm-c{number})" for number in range(7)]
TONE_COLOURS = {
    "bad": "var(--sm-bad)",
    "good": "var(--sm-good)",
    "warn": "var(--sm-warn)",
    "note": "var(--sm-accent)",
    "env": "var(--sm-muted)",
}
DASHES: list[list[int]] = [[1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2], [12, 4]]
"""Stroke of each series, so that colour is never the only sign."""


def plane() -> tuple[alt.X, alt.Y]:
    """Both axes; the page sets ``xmin`` … ``ymax`` from the rows that are in view."""
    import altair as alt

    x = alt.X("x:Q").axis(None).scale(domain=_ends("xmin", "xmax"), zero=False, nice=False)
    y = (
        alt.Y("v:Q")
        .axis(tickCount=5, format="~r")
        .scale(domain=_ends("ymin", "ymax"), zero=False, nice=False)
    )
    return x, y


def bounds() -> list[alt.Parameter]:
    """The four ends of the plane."""
    import altair as alt

    ends = {"xmin": 0, "xmax": 1, "ymin": 0, "ymax": 1}
    return [alt.param(name=name, value=value) for name, value in ends.items()]


def ticks(x: alt.X) -> list[alt.Chart]:
    """Vertical grid lines and their labels from the data set ``ticks``."""
    import altair as alt

    base = alt.Chart(alt.NamedData(name="ticks"))
    lines = base.mark_rule(color="var(--sm-line)", strokeWidth=1).encode(x=x)
    words = base.mark_text(color="var(--sm-muted)", fontSize=12, dy=18, baseline="middle").encode(
        x=x, y=alt.value("height"), text=alt.Text("label:N")
    )
    return [lines, words]


def colour(field: str = "s") -> alt.Color:
    """One colour per series, by its number, and one per tone; all layers share one scale."""
    import altair as alt

    return (
        alt.Color(f"{field}:O")
        .legend(None)
        .scale(
            domain=[*range(7), *TONE_COLOURS],
            range=[*SERIES_COLOURS, *TONE_COLOURS.values()],
        )
    )


def _ends(low: str, high: str) -> list[Any]:
    import altair as alt

    return [alt.ExprRef(low), alt.ExprRef(high)]
