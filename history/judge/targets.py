"""Judge a series against a target: compliance, margin, and since when it fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from history.judge import detectable, kept_limits, suites
from history.judge.detectable import HasDetectable
from history.judge.size import UNKNOWN, Amount
from history.project.limits import Target, asked_for, fits, limit_of
from history.read.series import ABOUT, ABOVE, BELOW, QUALIFIERS, SKIPPED
from history.stats.trend import theil_sen
from history.words import units
from history.words.errors import ConfigError
from history.words.globs import matches, matches_benchmark
from history.words.key import SeriesKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from history.detect import Detection
    from history.project.config import LoadedConfig
    from history.read.series import Series
    from history.read.view import View

NIGHTS: Final = 30
"""Newest measured points over which compliance and trend are stated."""
ABOUT_MEANS: Final = 0.1
"""A number published as "about" may be off by this share either way; wider than any rounding to
two digits, which is how such numbers are written."""


class Compliance(StrEnum):
    """Whether the newest point meets its target."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNCERTAIN = "uncertain"
    """The interval, or the way the number was stated, reaches both sides of the limit."""
    MISSING = "missing"
    """Nothing was measured."""
    SKIPPED = "skipped"
    """The benchmark has never run on the machine."""
    NO_DIRECTION = "no direction"
    """The metric has no direction, so no side of the limit is good."""


@dataclass(frozen=True, slots=True)
class SlaRow(HasDetectable):
    """One target and one series, with its status."""

    target: str
    key: SeriesKey
    """The series; for a target that matches none its globs, without a suite."""
    limit: float
    """Today's limit, in the unit of the row."""
    value: float | None
    low: float | None
    high: float | None
    status: Compliance
    margin_percent: float | None
    """Room left, in percent of the limit: positive on the good side, negative beyond it; None
    where only a bound of the value was published."""
    compliance_30: float | None
    """Share of the newest 30 measured points whose value met the limit of their time."""
    broken_by: str
    """First commit of the present failure; empty while it complies, or if it never did."""
    series_id: str = ""
    commit: str = ""
    """Commit of the newest point."""
    commits_behind: int = 0
    """Later commits at which the suite was measured on the machine without this series."""
    n: int = 0
    qualifier: str = "exact"
    direction: str = "none"
    """lower, higher or none is better."""
    nights: int = 0
    """Points behind ``compliance_30``."""
    best: float | None = None
    """Best value ever measured."""
    best_commit: str = ""
    trend_percent: float | None = None
    """Change of the value per point over the newest 30, in percent (Theil-Sen)."""
    trend: str = ""
    """``improving``, ``worsening`` or ``level``; empty below eight points."""
    absence: str = ""
    """Why the newest run has no such point, from that run; empty when there is one."""
    detectable: Amount = UNKNOWN
    """The step that ten further points of the series would confirm."""


def complies(
    value: float, low: float, high: float, qualifier: int, limit: float, better: str
) -> Compliance:
    """Whether a value meets a limit; ``better`` is lower or higher, NaN ends mean no interval."""
    if not isfinite(value):
        return Compliance.MISSING
    if better not in {"lower", "higher"}:
        return Compliance.NO_DIRECTION
    if qualifier == ABOUT:
        low, high = sorted((value * (1 - ABOUT_MEANS), value * (1 + ABOUT_MEANS)))
    elif qualifier == BELOW:
        low, high = float("-inf"), value
    elif qualifier == ABOVE:
        low, high = value, float("inf")
    elif not (isfinite(low) and isfinite(high)):
        low = high = value
    if better == "higher":
        low, high, limit = -high, -low, -limit
    if high <= limit:
        return Compliance.PASS
    # "Below 145 MB" has not reached 145 MB, so it cannot fail a limit from the other side.
    return Compliance.FAIL if low > limit else Compliance.UNCERTAIN


def margin_of(value: float, limit: float, better: str) -> float | None:
    """Room left in percent of the limit, negative when there is none; None for a limit of 0."""
    if limit == 0 or better not in {"lower", "higher"}:
        return None
    room = limit - value if better == "lower" else value - limit
    return 100 * room / abs(limit)


def judge(
    view: View, loaded: LoadedConfig, detections: Mapping[str, Detection] | None = None
) -> tuple[SlaRow, ...]:
    """One row per target and matching series; a target that matches none has one row too.

    A target of one profile is missing only if some run had that profile. ``detections``, by series
    id, give the detectable steps.
    """
    rows = []
    known = detections or {}
    newest = suites.newest_commits_of(view)
    profiles = {run.profile for run in view.counting}
    for target in loaded.targets:
        concerned = [series for series in view.series if is_about(target, series.key)]
        rows += [
            _row(
                view,
                series,
                target,
                known.get(series.series_id),
                suites.later(view, series, newest),
            )
            for series in concerned
        ]
        if not concerned and target.profile in {"", *profiles}:
            rows.append(_nothing(target))
    return tuple(rows)


def is_about(target: Target, key: SeriesKey) -> bool:
    """Whether a target matches this series."""
    return (
        key.metric == target.metric
        and matches_benchmark(target.benchmark, key.benchmark_id)
        and matches(target.variant, key.variant)
        and matches(target.machine, key.machine)
    )


def _nothing(target: Target) -> SlaRow:
    return SlaRow(
        target=target.name,
        key=asked_for(
            target.benchmark, target.variant, target.metric, target.machine, target.limit
        ),
        limit=target.limit.value,
        value=None,
        low=None,
        high=None,
        status=Compliance.MISSING,
        margin_percent=None,
        compliance_30=None,
        broken_by="",
    )


def _row(
    view: View, series: Series, target: Target, detection: Detection | None, behind: int
) -> SlaRow:
    limit = target.limit
    if limit.unit not in {series.key.unit, ""}:
        return _other_unit(view, series, target)
    newest, better = series.size - 1, series.direction
    limits = _limits(view, series, target, limit.value)
    places = series.measured[~view.aside(series)[series.measured]]
    met = _met(series.values[places], limits[places], better)
    recent = met[-NIGHTS:]
    is_there = bool(places.size) and int(places[-1]) == newest
    value = float(series.values[newest]) if is_there else float("nan")
    low, high = float(series.low[newest]), float(series.high[newest])
    qualifier = int(series.qualifier[newest])
    status = complies(value, low, high, qualifier, limit.value, better)
    if bool((series.status == SKIPPED).all()):
        status = Compliance.SKIPPED
    judged = status not in {Compliance.MISSING, Compliance.SKIPPED, Compliance.NO_DIRECTION}
    # The distance of a bound from the limit is not the distance of the value.
    has_margin = judged and qualifier not in {BELOW, ABOVE}
    best = _best(series, places, better)
    per_point, word = _tendency(series.values[places[-NIGHTS:]], better)
    return SlaRow(
        target=target.name,
        key=series.key,
        limit=limit.value,
        value=value if is_there else None,
        low=low if is_there and isfinite(low) else None,
        high=high if is_there and isfinite(high) else None,
        status=status,
        margin_percent=margin_of(value, limit.value, better) if has_margin else None,
        compliance_30=float(recent.mean()) if recent.size and better != "none" else None,
        broken_by=_broken_by(view, series, places, met) if status is Compliance.FAIL else "",
        series_id=series.series_id,
        commit=view.run(series, newest).commit.sha,
        commits_behind=behind,
        n=int(series.n[newest]),
        qualifier=QUALIFIERS[qualifier],
        direction=better,
        nights=int(recent.size) if better != "none" else 0,
        best=None if best is None else float(series.values[best]),
        best_commit="" if best is None else view.run(series, best).commit.sha,
        trend_percent=per_point,
        trend=word,
        absence="" if is_there else series.reasons.get(newest, ""),
        detectable=detectable.of_series(series, detection),
    )


def _best(series: Series, places: NDArray[np.int64], better: str) -> int | None:
    """Index of the best value; None without a value or a direction."""
    if not places.size or better == "none":
        return None
    pick = np.argmin if better == "lower" else np.argmax
    return int(places[int(pick(series.values[places]))])


def _other_unit(view: View, series: Series, target: Target) -> SlaRow:
    """A series in another unit than the limit fails with the reason."""
    return replace(
        _nothing(target),
        key=replace(series.key, unit=target.limit.unit),
        status=Compliance.FAIL,
        series_id=series.series_id,
        commit=view.run(series, series.size - 1).commit.sha,
        direction=series.direction,
        absence=f'it is measured in "{series.key.unit}", '
        f'and the limit is "{units.written(target.limit)}"',
    )


def _limits(view: View, series: Series, target: Target, today: float) -> NDArray[np.float64]:
    """(n,) the limit in force at each point; today's where a run stored none."""
    key = kept_limits.key_of(target)
    limits = np.full(series.size, today)
    environments = view.environment_keys[series.runs]
    for environment in np.unique(environments).tolist():
        kept = view.environments.get(environment, {}).get(kept_limits.GROUP, {})
        if isinstance(kept, dict) and key in kept:
            try:
                limit = limit_of(str(kept[key]), None, f"a run's target {key}")
            except ConfigError:
                continue  # the run stored no limit
            if fits(limit, series.key.unit):
                limits[environments == environment] = limit.value
    return limits


def _met(
    values: NDArray[np.float64], limits: NDArray[np.float64], better: str
) -> NDArray[np.bool_]:
    return values <= limits if better == "lower" else values >= limits


def _broken_by(
    view: View, series: Series, places: NDArray[np.int64], met: NDArray[np.bool_]
) -> str:
    """Commit of the first point after the last one that met its limit; both over these places."""
    good = np.flatnonzero(met)
    if not good.size or int(good[-1]) + 1 >= met.size:
        return ""
    return view.run(series, int(places[int(good[-1]) + 1])).commit.sha


def _tendency(values: NDArray[np.float64], better: str) -> tuple[float | None, str]:
    """Percent per point and a word for it; level when the slope is not significant."""
    middle = float(np.median(values)) if values.size else 0.0
    if values.size < 8 or middle == 0:
        return None, ""
    slope = theil_sen(values)
    per_point = 100 * slope.slope / abs(middle)
    if slope.is_zero_inside or better == "none":
        return per_point, "level" if better != "none" else ""
    return per_point, "improving" if (slope.slope < 0) == (better == "lower") else "worsening"
