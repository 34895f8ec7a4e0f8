"""Group series by benchmark and suite, which have pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from history import addresses
from history.words.key import benchmark_id, natural, parse_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from history.read.series import Series


@dataclass(frozen=True, slots=True, eq=False)
class Benchmark:
    """One measured piece of work with its parameters: one page."""

    suite: str
    name: str
    params: tuple[tuple[str, str], ...]
    benchmark_id: str
    """``suite.name[a=1]``"""
    path: str
    """Address of its page; never changes."""
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Suite:
    """A group of benchmarks."""

    name: str
    path: str
    benchmarks: tuple[Benchmark, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All benchmarks and suites, in page order."""

    suites: tuple[Suite, ...]

    def benchmarks(self) -> tuple[Benchmark, ...]:
        """All benchmarks, suite by suite in their order, then by name."""
        return tuple(one for suite in self.suites for one in suite.benchmarks)


def catalogue(series: Iterable[Series], order: Sequence[str] = ()) -> Catalogue:
    """The suites of these series; parameters in another order are the same benchmark.

    Suites named in ``order`` come first, in that order; the others follow by name.
    """
    benchmarks = (
        _benchmark(tuple(rows)) for _, rows in groupby(sorted(series, key=_identity), key=_identity)
    )
    suites = (
        Suite(name, addresses.suite(name), tuple(group))
        for name, group in groupby(benchmarks, key=lambda one: one.suite)
    )
    places = {name: place for place, name in enumerate(order)}
    return Catalogue(tuple(sorted(suites, key=lambda one: places.get(one.name, len(places)))))


def _identity(series: Series) -> tuple[str, str, list[tuple[str, float, str]]]:
    pairs = parse_pairs(series.key.params).items()
    return series.key.suite, series.key.benchmark, sorted(natural(*pair) for pair in pairs)


def _benchmark(rows: tuple[Series, ...]) -> Benchmark:
    first = rows[0].key
    params = parse_pairs(first.params)
    return Benchmark(
        suite=first.suite,
        name=first.benchmark,
        params=tuple(params.items()),
        benchmark_id=benchmark_id(first.suite, first.benchmark, params),
        path=addresses.benchmark(first.suite, first.benchmark, params),
        series=rows,
    )
