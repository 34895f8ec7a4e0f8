"""The kinds of charts. Other packages cannot add one, because no page would show it."""

from __future__ import annotations

from typing import Final

from history.words.registry import Registry
from site_gen.charts.interface import ChartKind

CHARTS: Final = Registry[ChartKind](
    kind="chart",
    protocol=ChartKind,
    built_in={
        "trend": "site_gen.charts.trend:Trend",
        "stages": "site_gen.charts.stages:Stages",
        "distribution": "site_gen.charts.distribution:Distribution",
    },
)


def every() -> tuple[ChartKind, ...]:
    """All kinds of chart."""
    return tuple(map(CHARTS.find, CHARTS.names()))
