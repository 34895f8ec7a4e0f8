"""The interface of a kind of chart: one specification for the browser, without data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import altair as alt


class ChartKind(Protocol):
    """One kind of chart, drawn in the browser from a specification that is built once.

    A specification names its data sets and never holds data. Colours are written as
    ``var(--sm-...)``; the page fills in the colours of the current scheme before it draws.
    """

    name: str
    """File name of the specification and value of ``data-chart`` in pages."""

    def spec(self) -> alt.LayerChart | alt.FacetChart:
        """The Altair chart; building it validates it against the schema."""
        ...


def vega_lite(kind: ChartKind) -> dict[str, Any]:
    """The validated Vega-Lite specification with the look that all kinds share."""
    chart = (
        kind.spec()
        .properties(width="container", background="transparent", padding=0)
        .configure(font="var(--sm-font)")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor="var(--sm-muted)",
            labelFontSize=12,
            titleColor="var(--sm-muted)",
            gridColor="var(--sm-line)",
            domain=False,
            ticks=False,
            labelPadding=8,
            title=None,
        )
    )
    found: dict[str, Any] = chart.to_dict()
    return found
