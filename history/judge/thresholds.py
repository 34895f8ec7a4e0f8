"""Check the newest point of each series against the configured thresholds.

A threshold judges one point and may fail a build on it. It does not replace detection over the
whole series and opens no episode.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from history.judge import baseline, detectable
from history.judge.detectable import HasDetectable
from history.judge.size import Amount, Form, size
from history.project.limits import RELEASE, Threshold, asked_for, fits, of_default
from history.words import calibration, metrics
from history.words.globs import matches, matches_benchmark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.detect.interface import Detection
    from history.judge.baseline import Baseline
    from history.project.config import LoadedConfig
    from history.read.series import Series
    from history.read.view import View
    from history.words.key import SeriesKey
    from history.words.units import Quantity


@dataclass(frozen=True, slots=True)
class Finding(HasDetectable):
    """A point beyond a threshold."""

    rule: str
    """Name of the threshold."""
    severity: str
    """fail or warn."""
    series_id: str
    key: SeriesKey
    commit: str
    value: float
    limit: float
    """The limit in the series' unit."""
    change: float | None
    """Relative distance from the baseline; None for an absolute limit."""
    n: int
    """Samples behind the point."""
    baseline: Baseline | None
    """Its baseline; None for an absolute limit."""
    worse_by: float | None
    """The allowed relative change; None for an absolute limit."""
    direction: str
    """lower or higher is better."""
    detectable: Amount
    """The detectable step of the series."""


class Idleness(StrEnum):
    """Why a threshold cannot find anything."""

    NO_SERIES = "no series"
    """It matches no series."""
    OTHER_UNIT = "other unit"
    """The matching series have another unit than its limit."""
    NO_RELEASE = "no release"
    """The release it compares with was not measured."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A configured threshold that cannot find anything."""

    rule: str
    why: Idleness
    key: SeriesKey
    """Its globs, without a suite."""
    limit: Quantity | None = None
    units: tuple[str, ...] = ()
    """Units of the matching series."""
    tag: str = ""
    """The missing release."""


@dataclass(frozen=True, slots=True)
class Gated:
    """The result of all thresholds."""

    findings: tuple[Finding, ...]
    """Fails first, then warnings, each in the order of tables."""
    checked: int
    """Number of checked pairs of a point and a rule."""
    without_baseline: Mapping[str, int]
    """Name of the rule -> number of them without a baseline."""
    idle: tuple[Idle, ...] = ()
    """Configured rules that cannot find anything."""


def thresholds_for(
    configured: Sequence[Threshold], every: Sequence[Series]
) -> tuple[Threshold, ...]:
    """The configured rules, and the default rules of suites that none of them matches."""
    suites = {
        series.key.suite for series in every for rule in configured if _is_about(rule, series)
    }
    defaults = (
        of_default(rule)
        for rule in metrics.default_thresholds()
        if not any(matches(rule.suite, suite) for suite in suites)
    )
    return (*configured, *defaults)


def judge(view: View, loaded: LoadedConfig, detections: Mapping[str, Detection]) -> Gated:
    """Every threshold that the newest point of a series exceeds.

    Absent points, and metrics without direction, are not judged.
    """
    findings, checked, without = [], 0, Counter[str]()
    rules = thresholds_for(loaded.thresholds, view.series)
    released = baseline.releases({rule.baseline for rule in rules}, view.runs, loaded.root)
    parts = _parts(view.series)
    for series in view.series:
        newest = series.size - 1
        if series.direction == "none" or not series.measured.size or series.measured[-1] != newest:
            continue
        for rule in rules:
            if not _is_about(rule, series) or _is_judged_by_parts(rule, series, parts):
                continue
            if rule.limit is not None and not fits(rule.limit, series.key.unit):
                continue
            checked += 1
            against = None
            if rule.limit is not None:
                limit = rule.limit.value
            else:
                against = baseline.find(view, series, newest, rule.baseline, released)
                if against is None or against.value <= 0:
                    without[rule.name] += 1
                    continue
                limit = _relative_limit(rule, series, against)
            if _is_beyond(series, limit, against):
                detection = detections.get(series.series_id)
                findings.append(
                    _finding(rule, view, series, detection, limit=limit, against=against)
                )
    findings.sort(key=lambda finding: finding.severity != "fail")
    idle = (_idle(rule, view, released) for rule in loaded.thresholds)
    return Gated(tuple(findings), checked, without, tuple(filter(None, idle)))


def _idle(rule: Threshold, view: View, released: Mapping[str, str]) -> Idle | None:
    """Why a rule cannot find anything in this history; None when it can."""
    about = [series for series in view.series if _is_about(rule, series)]
    key = asked_for(rule.benchmark, rule.variant, rule.metric, rule.machine, rule.limit)
    if not about:
        return Idle(rule.name, Idleness.NO_SERIES, key)
    if rule.limit is not None and not any(fits(rule.limit, series.key.unit) for series in about):
        measured = tuple(sorted({series.key.unit for series in about}))
        return Idle(rule.name, Idleness.OTHER_UNIT, key, rule.limit, measured)
    tag = rule.baseline.removeprefix(RELEASE)
    if rule.worse_by is not None and tag != rule.baseline and rule.baseline not in released:
        return Idle(rule.name, Idleness.NO_RELEASE, key, tag=tag)
    return None


def _is_about(rule: Threshold, series: Series) -> bool:
    """Whether a rule matches a series; calibration must be named explicitly."""
    named = rule.benchmark.startswith(calibration.GROUP)
    return (
        (named or series.key.suite != calibration.GROUP)
        and matches(rule.metric, series.key.metric)
        and matches_benchmark(rule.benchmark, series.key.benchmark_id)
        and matches(rule.variant, series.key.variant)
        and matches(rule.machine, series.key.machine)
    )


def _parts(every: Sequence[Series]) -> dict[tuple[str, ...], dict[str, frozenset[str]]]:
    """The parts of each measured total, by benchmark, variant and machine."""
    measured: dict[tuple[str, ...], set[str]] = {}
    for series in every:
        measured.setdefault(_where(series), set()).add(series.key.metric)
    return {where: metrics.wholes(names) for where, names in measured.items()}


def _where(series: Series) -> tuple[str, ...]:
    return series.key.benchmark_id, series.key.variant, series.key.machine


def _is_judged_by_parts(
    rule: Threshold, series: Series, parts: Mapping[tuple[str, ...], Mapping[str, frozenset[str]]]
) -> bool:
    """Whether a glob matches a total and all its parts, which would count a change twice."""
    if rule.worse_by is None or rule.metric == series.key.metric:
        return False
    own = parts[_where(series)].get(series.key.metric, frozenset())
    return sum(matches(rule.metric, part) for part in own) >= 2


def _relative_limit(rule: Threshold, series: Series, against: Baseline) -> float:
    allowed = rule.worse_by or 0.0
    return against.value * (1 + allowed if series.direction == "lower" else 1 - allowed)


def _is_beyond(series: Series, limit: float, against: Baseline | None) -> bool:
    """Whether the newest point is on the wrong side; a ratio of almost-zero values says nothing."""
    value = float(series.values[-1])
    if not (value > limit if series.direction == "lower" else value < limit):
        return False
    if against is None:
        return True
    found = size(series.key.metric, series.key.unit, against.value, value)
    return found.form is not Form.NOTHING


def _finding(
    rule: Threshold,
    view: View,
    series: Series,
    detection: Detection | None,
    *,
    limit: float,
    against: Baseline | None,
) -> Finding:
    value = float(series.values[-1])
    return Finding(
        rule=rule.name,
        severity=rule.severity,
        series_id=series.series_id,
        key=series.key,
        commit=view.run(series, series.size - 1).commit.sha,
        value=value,
        limit=limit,
        change=None if against is None else value / against.value - 1,
        n=int(series.n[-1]),
        baseline=against,
        worse_by=rule.worse_by,
        direction=series.direction,
        detectable=detectable.of_series(series, detection),
    )
