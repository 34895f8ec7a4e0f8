"""Which kinds of chart exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_gen.charts.distribution import Distribution
from site_gen.charts.stages import Stages
from site_gen.charts.trend import Trend

if TYPE_CHECKING:
    from site_gen.charts.interface import ChartKind

KINDS: tuple[ChartKind, ...] = (Trend(), Stages(), Distribution())
