"""Build the report about a run's reliability: calibration and sampling warnings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from history.read.series import MEASURED
from history.report.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from history.read.series import Series
    from history.words.calibration import Calibration as Kept
    from history.words.calibration import Reading
    from site_gen.catalogue import Benchmark

MOST_PLACES = 8
"""Most measurements listed under one warning; others are counted."""
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Reference:
    """Calibration before and after one suite."""

    suite: str
    work: str
    """compute or memory."""
    before: str
    after: str
    drift: str
    speed: str
    """steady; changed, when the run said so; unclear, when readings were too scattered to tell."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration of a run."""

    rows: tuple[Reference, ...]
    limit: str

    @property
    def changed(self) -> bool:
        """Whether the machine changed speed during any suite."""
        return any(row.speed == "changed" for row in self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One measurement that a warning is about."""

    benchmark: Benchmark
    metrics: tuple[str, ...]
    variant: str
    words: str
    """The warning itself, if its numbers differ from those of the others."""


@dataclass(frozen=True, slots=True, eq=False)
class Warned:
    """One sampling warning and its measurements."""

    words: str
    places: tuple[Place, ...]
    more: int
    """Number of measurements that are not listed."""


def calibration(kept: Kept | None) -> Calibration | None:
    """Calibration times by suite, or None when the run has none."""
    if kept is None or not kept.readings:
        return None
    limit = nan if kept.limit is None else kept.limit
    rows = tuple(
        Reference(
            suite=one.suite,
            work=one.work,
            before=numbers.value(nan if one.before_s is None else one.before_s, "s"),
            after=numbers.value(nan if one.after_s is None else one.after_s, "s"),
            drift=numbers.signed(one.drift),
            speed=_speed(one, limit),
        )
        for one in sorted(kept.readings, key=lambda one: (one.suite, one.work))
    )
    return Calibration(rows, numbers.share(limit))


def warned(points: Iterable[tuple[Benchmark, Series, int]]) -> tuple[Warned, ...]:
    """Warnings of one run, those that differ in their numbers alone together, the rarest first.

    A warning that only few measurements have says more than one that all of them have.
    """
    groups: dict[str, dict[tuple[str, str, str], tuple[Benchmark, list[str]]]] = {}
    for benchmark, series, place in points:
        words = series.remark(place)
        if words and series.status[place] == MEASURED:
            group = groups.setdefault(_NUMBERS.sub("…", words), {})
            key = (benchmark.path, series.key.variant, words)
            group.setdefault(key, (benchmark, []))[1].append(series.key.metric)
    found = []
    for common, group in groups.items():
        same = {words for _, _, words in group}
        places = [
            Place(benchmark, tuple(metrics), variant, "" if len(same) == 1 else words)
            for (_, variant, words), (benchmark, metrics) in group.items()
        ]
        found.append(
            Warned(
                next(iter(same)) if len(same) == 1 else common,
                tuple(places[:MOST_PLACES]),
                len(places) - min(len(places), MOST_PLACES),
            )
        )
    found.sort(key=lambda one: (len(one.places) + one.more, one.words))
    return tuple(found)


def _speed(reading: Reading, limit: float) -> str:
    """The run knows the scatter of its readings; the drift alone is not enough to mark a suite."""
    if reading.disturbed:
        return "changed"
    return "unclear" if abs(reading.drift) > limit else "steady"
