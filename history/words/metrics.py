"""The registry of metrics.

A registered metric has its direction from here, whatever a file states. One that is not registered
has the direction that its source states, else that of its unit, else none; without a direction
there is no verdict. Other packages add what their suites measure by an entry point in the group
``soundmark.metrics`` that names a tuple of ``Metric``, ``Composition``, ``Lead`` and
``DefaultThreshold``; ours is ``history.words.built_in``.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from history.words.errors import BrokenEnvironmentError
from history.words.registry import Registry
from history.words.units import canonical

_CAPITALS: Final = {word: word.upper() for word in ("cpu", "gpu", "nvml", "pss", "rss", "uss")}


class Direction(StrEnum):
    """Which way is better."""

    LOWER = "lower"
    HIGHER = "higher"
    NONE = "none"


class Kind(StrEnum):
    """The kind of quantity of a metric; decides how it is stored, charted and judged."""

    TIME = "time"
    MEMORY = "memory"
    THROUGHPUT = "throughput"
    RATIO = "ratio"
    COUNT = "count"
    QUALITY = "quality"
    ENERGY = "energy"
    OTHER = "other"


class Metric(NamedTuple):
    """One thing that can be measured."""

    name: str
    unit: str
    """Base unit, one of ``history.words.units``."""
    direction: Direction
    kind: Kind
    summary: str
    """One sentence: what the number is."""
    title: str = ""
    """Display title; empty: made from the name."""
    floor: float = 0.0
    """In base units: levels below it count as almost zero, where ratios are meaningless. Only for
    metrics around zero.
    """
    headline: int = 0
    """Rank as headline metric of a benchmark: the highest measured one is chosen. Totals rank above
    their parts, time above memory; 0 is never a headline.
    """
    over_items: OverItems | Ratio | None = None
    """How the items of one repeat are aggregated. None: by kind, that is times, energies and counts
    are summed, memory is the maximum, a rate or a share has no total, others are averaged.
    """
    is_exact: bool = False
    """Whether the same program does the same number of it on the same input, however busy the
    machine is: two runs are compared exactly, without a test."""
    shown_in: str = ""
    """Display unit, such as ``%`` for an error rate; empty: the base unit."""


class OverItems(StrEnum):
    """How the values of several items are aggregated."""

    SUM = "sum"
    HIGHEST = "highest"
    MEAN = "mean"
    NONE = "none"
    """No total exists, as for percentiles."""


class Ratio(NamedTuple):
    """A ratio of two columns: the total over items is the ratio of their sums.

    The names are of metrics or facts of an item, the first that all items have; one side is enough.
    """

    below: tuple[str, ...] = ()
    """Denominator, such as ``duration_s`` of a real-time factor."""
    above: tuple[str, ...] = ()
    """Numerator, such as ``tokens`` of tokens per second."""


class Composition(NamedTuple):
    """A total and its parts, in the order in which they run."""

    whole: str
    parts: tuple[str, ...]


class Lead(NamedTuple):
    """The first metrics to print for a benchmark that has this metric."""

    measured: str
    first: tuple[str, ...]
    """Metrics to print, if measured, in this order."""


class DefaultThreshold(NamedTuple):
    """A threshold that applies unless the configuration has one for the suite."""

    name: str
    suite: str
    """Glob over names of suites."""
    metric: str
    """Glob over names of metrics."""
    variant: str = "*"
    """Glob over ``key=value;key=value``."""
    worse_by: str = ""
    """Share by which it may be worse than its baseline, as in a configuration: ``20 %``."""
    limit: str = ""
    """Or an absolute limit with a unit: ``150 MB``."""
    severity: str = "fail"
    """``fail`` or ``warn``."""


METRIC_SETS: Final = Registry[tuple[object, ...]](
    kind="set of metrics",
    protocol=tuple,
    built_in={"soundmark": "history.words.built_in.facts:FACTS"},
    group="soundmark.metrics",
)
"""Ours and those of other packages: a tuple of ``Metric``, ``Composition``, ``Lead`` and
``DefaultThreshold`` under each name."""


class _Known(NamedTuple):
    """The union of all sets."""

    metrics: dict[str, Metric]
    compositions: tuple[Composition, ...]
    leads: tuple[Lead, ...]
    thresholds: tuple[DefaultThreshold, ...]
    redefined: tuple[str, ...]


def registry() -> dict[str, Metric]:
    """Every known metric by name: the built-in ones, then those of installed packages.

    A built-in one cannot be redefined. Raises BrokenEnvironmentError when two sets define one
    metric differently, or when a set cannot be used.
    """
    return _gathered().metrics


def redefined() -> tuple[str, ...]:
    """A sentence for each metric of a package that is one of ours, and therefore not used."""
    return _gathered().redefined


def default_thresholds() -> tuple[DefaultThreshold, ...]:
    """Default thresholds of suites."""
    return _gathered().thresholds


def title_of(name: str) -> str:
    """``forward_time`` -> ``Forward time``, ``forward_peak_rss`` -> ``Forward peak RSS``."""
    known = registry().get(name)
    if known is not None and known.title:
        return known.title
    words = " ".join(_CAPITALS.get(word, word) for word in name.split("_")).strip()
    return words[:1].upper() + words[1:]


def shown_in(name: str, unit: str) -> str:
    """Display unit of this metric; ``unit`` is that of the values."""
    known = registry().get(name)
    return known.shown_in if known is not None and known.shown_in and known.unit == unit else unit


def floor_of(name: str) -> float:
    """The level, in base units, below which a metric counts as almost zero; mostly 0."""
    known = registry().get(name)
    return known.floor if known is not None else 0.0


def is_exact(name: str) -> bool:
    """Whether runs of this metric are compared exactly; never of one that is not registered."""
    known = registry().get(name)
    return known is not None and known.is_exact


def headline(measured: Collection[str]) -> str:
    """The headline metric among the measured ones, which must not be empty."""
    known = registry()
    ranks = {name: known[name].headline if name in known else 0 for name in measured}
    return min(ranks, key=lambda name: (-ranks[name], name))


def leads(measured: Collection[str]) -> tuple[str, ...]:
    """The metrics that one line about a benchmark prints; empty without a matching lead.

    Of a benchmark of several fields the first one that is registered counts.
    """
    for one in _gathered().leads:
        found = tuple(name for name in one.first if name in measured)
        if one.measured in measured and found:
            return found
    return ()


def composition(measured: Collection[str]) -> Composition | None:
    """The outermost total with at least two measured parts, with those parts.

    Of several compositions, the one with the most measured parts.
    """
    found = [
        Composition(whole, present)
        for whole, parts in _gathered().compositions
        if whole in measured
        and len(present := tuple(part for part in parts if part in measured)) >= 2
    ]
    same = [one for one in found if one.whole == found[0].whole]
    return max(same, key=lambda one: len(one.parts), default=None)


def wholes(measured: Collection[str]) -> dict[str, frozenset[str]]:
    """Each measured total with at least two measured parts -> these parts."""
    found: dict[str, frozenset[str]] = {}
    for whole, parts in _gathered().compositions:
        present = frozenset(parts).intersection(measured)
        if whole in measured and len(present) >= 2:
            found[whole] = found.get(whole, frozenset()) | present
    return found


@cache
def _gathered() -> _Known:
    known: dict[str, Metric] = {}
    origins: dict[str, str] = {}
    hidden: list[str] = []
    compositions: list[Composition] = []
    leading: list[Lead] = []
    thresholds: list[DefaultThreshold] = []
    for name in METRIC_SETS.names():
        for fact in METRIC_SETS.find(name):
            match fact:
                case Composition():
                    compositions.append(fact)
                case Lead():
                    leading.append(fact)
                case DefaultThreshold():
                    thresholds.append(fact)
                case Metric() if origins.get(fact.name) in METRIC_SETS.built_in:
                    hidden.append(
                        f'The set of metrics "{name}" defines {fact.name}, which soundmark has'
                        " itself: its own is used."
                    )
                case Metric():
                    _add(known, origins, fact, name)
                case _:
                    raise BrokenEnvironmentError(
                        f'the set of metrics "{name}" holds a {type(fact).__name__}; expected'
                        " Metric, Composition, Lead or DefaultThreshold of history.words.metrics."
                    )
    return _Known(known, tuple(compositions), tuple(leading), tuple(thresholds), tuple(hidden))


def _add(known: dict[str, Metric], origins: dict[str, str], metric: Metric, name: str) -> None:
    if known.setdefault(metric.name, metric) != metric:
        raise BrokenEnvironmentError(
            f'the sets of metrics "{origins[metric.name]}" and "{name}" define'
            f" {metric.name} differently.",
            hint="Uninstall one of the packages that offer them.",
        )
    origins.setdefault(metric.name, name)


def direction_of_unit(unit: str) -> Direction:
    """The direction by unit alone: rates are better high; times, bytes and costs per operation low.

    Only for imported metrics that state nothing themselves; anything else has no direction.
    """
    base = canonical(unit).base
    amount, _, per = base.rpartition("/")
    if per in {"s", "min", "h"} and amount:
        return Direction.HIGHER
    if per in {"op", "iteration"} or (amount or base) in {"s", "B"}:
        return Direction.LOWER
    return Direction.NONE


def find(name: str, unit: str = "", direction: Direction | None = None) -> Metric:
    """The registered metric of that name, else one made from the arguments.

    A stated direction never overrides the registry; an unknown metric without one has none.
    """
    known = registry().get(name)
    if known is not None:
        return known
    return Metric(name, unit, direction or Direction.NONE, Kind.OTHER, "")
