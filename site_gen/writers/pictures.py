"""Draw small pictures of trends for comments on pull requests."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from history import addresses
from site_gen.charts.picture import picture, title_of
from site_gen.pages.benchmark import choose
from site_gen.writers.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from history.read.series import Series
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context

MOST: Final = 200
"""Most benchmarks with a picture, each about 15 ms; those with an open regression come first."""


def trends(context: Context) -> Iterator[tuple[str, bytes]]:
    """Address and PNG of each picture; none when the site has no address."""
    if not context.site.url:
        return
    import vl_convert

    changed = {row.series_id for row in context.judgement.regressions if row.is_open_regression}
    every = sorted(
        context.catalogue.benchmarks(),
        key=lambda one: not any(series.series_id in changed for series in one.series),
    )
    drawable = ((one, series) for one in every if (series := _shown(one)) is not None)
    for benchmark, series in islice(drawable, MOST):
        drawing = picture(series, clean(title_of(series)))
        yield addresses.picture_of(benchmark.path), vl_convert.svg_to_png(drawing)


def _shown(benchmark: Benchmark) -> Series | None:
    """The series shown first on the benchmark's page, if it has a trend."""
    chosen = choose(benchmark)
    fitting = (
        series
        for series in benchmark.series
        if (series.key.metric, series.key.machine) == chosen and series.measured.size > 1
    )
    return next(fitting, None)
