"""Work out whether a run can be trusted: did its machine change speed, what did sampling say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from site_gen import format as text
from site_gen.model import MEASURED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from site_gen.model import Benchmark, Run, Series

GROUP = "calibration."
"""The part of the environment in which a run keeps the times of its reference work."""
MOST_PLACES = 8
"""Measurements named under one warning; the others are counted."""
_FIELD = re.compile(r"calibration\.(\w+) (before|after|drift) (.+)")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference work before and after one suite."""

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
    """What the reference work says about a run."""

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
    """The warning itself, where its numbers differ from those of the others."""


@dataclass(frozen=True, slots=True, eq=False)
class Warned:
    """One warning of sampling and the measurements it stands at."""

    words: str
    places: tuple[Place, ...]
    more: int
    """Measurements that are not named."""


def calibration(run: Run) -> Calibration | None:
    """Times of the reference work by suite, or nothing when the run kept none."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for name, words in run.environment.items():
        parts = _FIELD.fullmatch(name)
        if parts is not None:
            work, moment, suite = parts.groups()
            found.setdefault((suite, work), {})[moment] = _number(words)
    if not found:
        return None
    limit = _number(run.environment.get(f"{GROUP}drift limit", ""))
    said = run.environment.get(f"{GROUP}disturbed suites")
    named = None if said is None else {one.strip() for one in said.split(",")}
    rows = []
    for (suite, work), times in sorted(found.items()):
        drift = times.get("drift", float("nan"))
        rows.append(
            Reference(
                suite=suite,
                work=work,
                before=text.value(times.get("before", float("nan")), "s"),
                after=text.value(times.get("after", float("nan")), "s"),
                drift=text.percent(drift),
                speed=_speed(suite, drift, limit, named),
            )
        )
    return Calibration(tuple(rows), text.percent(limit).lstrip("+"))


def warned(points: Iterable[tuple[Benchmark, Series, int]]) -> tuple[Warned, ...]:
    """Warnings of one run, those that differ in their numbers alone together, the rarest first.

    A warning that only few measurements have says more than one that all of them have.
    """
    groups: dict[str, dict[tuple[str, str, str], tuple[Benchmark, list[str]]]] = {}
    for benchmark, series, place in points:
        words = series.reasons.get(place, "")
        if words and series.status[place] == MEASURED:
            group = groups.setdefault(_NUMBERS.sub("…", words), {})
            key = (benchmark.path, series.variant, words)
            group.setdefault(key, (benchmark, []))[1].append(series.metric)
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


def _speed(suite: str, drift: float, limit: float, named: set[str] | None) -> str:
    """The run knows the scatter of its readings; the drift alone is not enough to mark a suite."""
    if not abs(drift) > limit:
        return "steady"
    return "changed" if named is None or suite in named else "unclear"


def _number(words: str) -> float:
    try:
        return float(words)
    except ValueError:
        return float("nan")
