"""Propose limits for targets from clean runs, each with its rate of false alarms.

A clean run lies on the judged line of commits, after the newest change, and was measured exactly,
from a committed tree and without a warning. Every clean run that a limit would have failed is a
false alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

import numpy as np

from history.judge import targets
from history.judge.targets import Compliance
from history.read.series import EXACT
from history.stats import rate
from history.words import calibration, units
from history.words.globs import matches, matches_benchmark
from history.words.metrics import headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from history.judge.judge import Judgement
    from history.project.limits import Target
    from history.read.series import Series
    from history.read.view import View
    from history.words.key import SeriesKey

FEWEST: Final = 20
"""Fewest clean runs: with none of 20 failed, a rate of 14 % cannot be ruled out yet."""
MARGINS: Final = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Margins beyond the level, tightest first; a series that needs more gets no limit."""
_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit, and its false alarms."""

    value: float
    """In the unit of the series."""
    margin: float
    """Relative distance from the level before rounding."""
    failed: int
    """Clean runs that it would have failed: false alarms."""
    highest: float
    """Upper 95 % bound of the rate of false alarms."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposal for one series, or the reason for none."""

    key: SeriesKey
    series_id: str
    direction: str
    clean: int
    """Clean runs."""
    others: int
    """Measured points that are not clean, most of them before the newest change."""
    level: float = 0.0
    """Median of the clean runs."""
    limit: Limit | None = None
    """The tightest limit with few enough false alarms; None with too few runs or too much noise."""
    tighter: Limit | None = None
    """The next tighter limit, which has too many; None without one."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """All proposals."""

    proposals: tuple[Proposal, ...]
    covered: int = 0
    """Number of series that have a target already."""
    without_direction: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The series that need limits, and the allowed rate of false alarms."""

    only: str = "*"
    """Glob over ``suite.benchmark[params]``."""
    metric: str = ""
    """Glob over metrics; empty: the one that introduces each benchmark."""
    machine: str = "*"
    allowed: float = 0.01
    """Share of clean runs."""


def propose(judged: Judgement, known: Sequence[Target], asked: Asked) -> Proposed:
    """A limit for each requested series without a target."""
    found: list[Proposal] = []
    covered = without_direction = 0
    for series in _asked_for(judged.history, asked):
        if series.direction not in {"lower", "higher"}:
            without_direction += 1
        elif any(targets.is_about(target, series.key) for target in known):
            covered += 1
        else:
            found.append(_of_series(judged, series, asked.allowed))
    return Proposed(tuple(found), covered, without_direction)


def _asked_for(view: View, asked: Asked) -> Iterator[Series]:
    named = asked.only.startswith(calibration.GROUP)
    measured = [
        series
        for series in view.series
        if series.measured.size and (named or series.key.suite != calibration.GROUP)
    ]
    metrics: dict[str, set[str]] = {}
    for series in measured:
        metrics.setdefault(series.key.benchmark_id, set()).add(series.key.metric)
    for series in measured:
        key = series.key
        wanted = asked.metric or headline(metrics[key.benchmark_id])
        if (
            matches(wanted, key.metric)
            and matches_benchmark(asked.only, key.benchmark_id)
            and matches(asked.machine, key.machine)
        ):
            yield series


def _of_series(judged: Judgement, series: Series, allowed: float) -> Proposal:
    places = _clean(judged, series)
    clean, others = int(places.size), int(series.measured.size - places.size)
    level = float(np.median(series.values[places])) if clean else 0.0
    limit = tighter = None
    if clean >= FEWEST:
        for margin in MARGINS:
            tried = _tried(series, places, level, margin)
            if tried.failed <= allowed * clean:
                limit = tried
                break
            tighter = tried
    return Proposal(
        key=series.key,
        series_id=series.series_id,
        direction=series.direction,
        clean=clean,
        others=others,
        level=level,
        limit=limit,
        tighter=tighter,
    )


def _clean(judged: Judgement, series: Series) -> NDArray[np.int64]:
    """Indices of the points of clean runs."""
    view = judged.history
    changes = judged.detections[series.series_id].changes
    first = max((change.index for change in changes), default=0)
    aside = view.aside(series)
    return np.array(
        [
            place
            for place in series.measured.tolist()
            if place >= first
            and not aside[place]
            and int(series.qualifier[place]) == EXACT
            and place not in series.warnings
            and not view.run(series, place).commit.dirty
            and not view.run(series, place).warnings
        ],
        dtype=np.int64,
    )


def _tried(series: Series, places: NDArray[np.int64], level: float, margin: float) -> Limit:
    sign = 1 if series.direction == "lower" else -1
    factor = 1 + margin if sign > 0 else 1 / (1 + margin)
    value = rounded(level * factor, series.key.unit, up=sign > 0)
    failed = sum(
        targets.complies(
            float(series.values[place]), float(series.low[place]), float(series.high[place]),
            EXACT, value, series.direction,
        ) is Compliance.FAIL
        for place in places.tolist()
    )  # fmt: skip
    return Limit(value, margin, failed, rate.highest(failed, int(places.size)))


def rounded(value: float, unit: str, *, up: bool) -> float:
    """Round to three digits in its display unit, away from the level."""
    if value == 0:
        return 0.0
    factor, _ = units.scale_of(value, unit)
    scaled = value / factor
    step = 10.0 ** (floor(log10(abs(scaled))) - _DIGITS + 1)
    steps = scaled / step
    nearest = round(steps)
    if abs(steps - nearest) > 1e-9 * abs(steps):
        nearest = ceil(steps) if up else floor(steps)
    return float(f"{nearest * step:.{_DIGITS}g}") * factor
