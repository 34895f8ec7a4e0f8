"""Build a suite's device matrix: results by device, with reasons for the missing ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from history.report.wording import names, numbers
from history.words.key import parse_pairs
from history.words.metrics import headline
from site_gen.pages import variant_pairs

if TYPE_CHECKING:
    from history.read.series import Series
    from site_gen.catalogue import Benchmark, Suite

AXES = ("device", "precision", "features")
"""Fields that define a row of the matrix."""
_BESIDE = ("first_audio_time", "rtf")
"""Metrics shown below the headline metric if measured."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One benchmark on one device."""

    benchmark: Benchmark
    status: str
    """measured, skipped, failed, invalid, or missing when it was never tried."""
    value: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    """Further metrics and their values."""
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One device, precision and set of features."""

    device: str
    precision: str
    features: str
    other: str
    """The other pairs of its variant, such as the implementation."""
    machine: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """The whole table."""

    metric: str
    benchmarks: tuple[Benchmark, ...]
    rows: tuple[Row, ...]


def build(suite: Suite) -> tuple[Matrix, ...]:
    """One matrix per headline metric; empty for a suite with one device."""
    groups: dict[str, list[Benchmark]] = {}
    for benchmark in suite.benchmarks:
        metric = headline({series.key.metric for series in benchmark.series})
        groups.setdefault(metric, []).append(benchmark)
    found = (_matrix(metric, benchmarks) for metric, benchmarks in groups.items())
    return tuple(one for one in found if one is not None)


def _matrix(metric: str, benchmarks: list[Benchmark]) -> Matrix | None:
    ways: dict[tuple[str, str], dict[str, dict[str, Series]]] = {}
    for benchmark in benchmarks:
        for series in benchmark.series:
            way = ways.setdefault((series.key.variant, series.key.machine), {})
            way.setdefault(benchmark.path, {})[series.key.metric] = series
    if len({parse_pairs(variant).get("device", "") for variant, _ in ways}) < 2:
        return None
    hidden = names.shared(variant for variant, _ in ways)
    order = {
        variant: place for place, variant in enumerate(variant_pairs.ranked({v for v, _ in ways}))
    }
    rows = []
    for (variant, machine), by_path in sorted(
        ways.items(), key=lambda one: (one[0][1], order[one[0][0]])
    ):
        pairs = parse_pairs(variant)
        rest = frozenset(pair for pair in pairs.items() if pair[0] in AXES) | hidden
        rows.append(
            Row(
                device=pairs.get("device", "") or numbers.MISSING,
                precision=pairs.get("precision", "") or numbers.MISSING,
                features=pairs.get("features", "") or numbers.MISSING,
                other=names.variant(variant, rest) if set(pairs.items()) - rest else "",
                machine=machine,
                cells=tuple(_cell(one, by_path.get(one.path, {}), metric) for one in benchmarks),
            )
        )
    return Matrix(metric, tuple(benchmarks), tuple(rows))


def _cell(benchmark: Benchmark, own: dict[str, Series], metric: str) -> Cell:
    series = own.get(metric) or next(iter(own.values()), None)
    if series is None or not series.size:
        return Cell(benchmark, "missing", reason="not tried")
    newest = series.size - 1
    status = series.status_of(newest)
    if status != "measured":
        return Cell(benchmark, status, reason=series.remark(newest))
    return Cell(
        benchmark,
        status,
        numbers.value(
            float(series.values[newest]), series.key.shown_in, series.qualifier_of(newest)
        ),
        tuple(
            (name, numbers.value(float(other.values[-1]), other.key.shown_in))
            for name in _BESIDE
            if name != metric
            and (other := own.get(name)) is not None
            and 0 <= other.last == other.size - 1
        ),
        series.remark(newest),
    )
