"""Build the page about memory growth of repeated methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from history import addresses
from history.report.wording import names, numbers
from site_gen.charts import plane
from site_gen.pages.interface import Known, Page, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup
    from numpy.typing import NDArray

    from history.judge.memory import MemoryRow
    from history.read.samples import Samples
    from history.read.series import Series
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context

LEAST_SPAN = 1e6
"""Smallest span of the growth axis in bytes: less is noise of allocators."""
_BESIDE = ("first_token_time", "characters_per_second", "load_time", "rss")
_TITLES = (
    ("First token", "first token"),
    ("Text per second", "text"),
    ("Loading", "loading"),
    ("Resident", "resident"),
)
"""Titles of these metrics: in the head of the table, and before the number on a phone."""
_ORDER = {"leak": 0, "undecided": 1, "no leak": 2}


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """One repeated method and its memory growth."""

    benchmark: Benchmark
    title: str
    machine: str
    growth: MemoryRow
    rate: str
    interval: str
    naive: str
    floor: str
    beside: tuple[str, ...]
    """First-token time, characters per second, load time and resident memory."""
    picture: Markup | None
    unit: str

    @property
    def verdict(self) -> str:
        """The verdict, or that it is a control whose leak was found."""
        if self.growth.is_control:
            return "leaks on purpose" if self.growth.verdict == "leak" else "invalid"
        return self.growth.verdict


@dataclass(frozen=True, slots=True, eq=False)
class MemoryReport:
    """Everything on the page."""

    methods: tuple[Method, ...]
    counts: tuple[tuple[str, int], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The verdicts that methods have."""
        return tuple(word for word, _ in self.counts)

    @property
    def columns(self) -> tuple[tuple[int, str, str], ...]:
        """(index in ``beside``, head, short name) of the metrics that any method has."""
        told = {
            place
            for one in self.methods
            for place, text in enumerate(one.beside)
            if text != numbers.MISSING
        }
        return tuple((place, *_TITLES[place]) for place in sorted(told))


def pages(known: Known) -> Iterator[Page]:
    """One page, if a suite has repeated methods."""
    grown = build(known.context, known.samples)
    if grown is not None:
        yield Page(addresses.MEMORY, "Memory", "memory.html", said(grown), navigation="Memory")


def build(context: Context, samples: Samples) -> MemoryReport | None:
    """The report, or None when no method was repeated."""
    rows = [row for row in context.judgement.memory if row.series_id in context.by_series]
    if not rows:
        return None
    curves = {row.series_id: _curve(context, row, samples) for row in rows}
    shared = _frame([curves[row.series_id] for row in rows if not row.is_control])
    hidden = names.shared(context.by_series[row.series_id][1].key.variant for row in rows)
    found = []
    for row in rows:
        frame = _frame([curves[row.series_id]]) if row.is_control else shared
        title = names.variant(context.by_series[row.series_id][1].key.variant, hidden)
        found.append(_method(context, row, title, curves[row.series_id], frame))
    found.sort(key=_place)
    words = [one.verdict for one in found]
    return MemoryReport(
        tuple(found), tuple((word, words.count(word)) for word in dict.fromkeys(words))
    )


def _place(one: Method) -> tuple[bool, str, int, str, str]:
    """Sort key: by benchmark, so that methods to be compared stay together."""
    return (
        one.growth.is_control,
        one.benchmark.benchmark_id,
        _ORDER.get(one.growth.verdict, 3),
        one.machine,
        one.title,
    )


def _method(
    context: Context, row: MemoryRow, title: str, curve: NDArray[np.float64], frame: plane.Frame
) -> Method:
    benchmark, series = context.by_series[row.series_id]
    own = _siblings(benchmark, series)
    picture = None
    if curve.size:
        picture = plane.draw(
            frame,
            (plane.Curve(np.arange(1.0, curve.size + 1), curve, "both", 0),),
            f"Growth of resident memory over {curve.size} iterations, {benchmark.benchmark_id} "
            f"{title}: {numbers.value(row.rate, series.key.shown_in)}",
        )
    return Method(
        benchmark=benchmark,
        title=title,
        machine=series.key.machine,
        growth=row,
        rate=numbers.value(row.rate, series.key.shown_in),
        interval=numbers.interval(row.low, row.high, series.key.shown_in),
        naive=numbers.value(row.naive, series.key.shown_in),
        floor=numbers.value(row.floor, series.key.shown_in),
        beside=tuple(_newest(own.get(name)) for name in _BESIDE),
        picture=picture,
        unit=frame.unit,
    )


def _siblings(benchmark: Benchmark, series: Series) -> dict[str, Series]:
    return {
        one.key.metric: one
        for one in benchmark.series
        if one.key.variant == series.key.variant and one.key.machine == series.key.machine
    }


def _newest(series: Series | None) -> str:
    if series is None or not series.size:
        return numbers.MISSING
    if series.last < series.size - 1:
        return series.status_of(series.size - 1)
    return numbers.value(float(series.values[series.last]), series.key.shown_in)


def _curve(
    context: Context,
    row: MemoryRow,
    samples: Samples,
) -> NDArray[np.float64]:
    """Growth of resident memory after each iteration of the newest run, relative to the first."""
    rss = _siblings(*context.by_series[row.series_id]).get("rss")
    newest = samples.get(rss.series_id, ()) if rss is not None else ()
    if not newest:
        return np.empty(0)
    values = newest[-1][1]
    return np.array([value - values[0] for value in values], dtype=np.float64)


def _frame(curves: Sequence[NDArray[np.float64]]) -> plane.Frame:
    counts = [np.array([float(curve.size)]) for curve in curves]
    return plane.frame(counts, curves, "B", LEAST_SPAN)
