"""Hold the newest point of each series against the thresholds of the configuration.

A gate looks at one point and may fail a build on it. It does not replace detection, which looks at
the whole series; nothing here opens an episode.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from history.judge import baseline, detectable
from history.judge.detectable import Detectable, HasDetectable
from history.judge.size import is_relative, size
from history.project.config import ThresholdTable, limit_of, share, takes_bare
from history.words import metrics, units
from history.words.errors import ConfigError
from history.words.globs import matches, matches_benchmark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.detect.interface import Detection
    from history.judge.baseline import Baseline
    from history.project.config import LoadedConfig
    from history.read.series import Series
    from history.read.view import View
    from history.words.key import SeriesKey
    from history.words.metrics import DefaultThreshold


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
    """The value from which it would have been found, in the series' unit."""
    change: float | None
    """Relative distance from the baseline; None for an absolute limit."""
    n: int
    """Samples behind the point."""
    baseline: str
    """The baseline with its age; empty for an absolute limit."""
    detectable: Detectable
    """What the series' noise lets one see."""
    reason: str
    """One sentence with the rule, the limit, n and the baseline."""


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gates said."""

    findings: tuple[Finding, ...]
    """Fails first, then warnings, each in the order of tables."""
    checked: int
    """How many pairs of a point and a rule were looked at."""
    without_baseline: Mapping[str, int]
    """Name of the rule to how many of them had nothing to be compared with."""
    idle: tuple[str, ...] = ()
    """A sentence for each configured rule that can find nothing."""


def thresholds_for(
    configured: Sequence[ThresholdTable], series: Sequence[Series]
) -> tuple[ThresholdTable, ...]:
    """The configured rules, and the default ones of suites that none of them is about."""
    suites = {trend.key.suite for trend in series for rule in configured if _is_about(rule, trend)}
    defaults = (
        _table(rule)
        for rule in metrics.default_thresholds()
        if not any(matches(rule.suite, suite) for suite in suites)
    )
    return (*configured, *defaults)


def _table(rule: DefaultThreshold) -> ThresholdTable:
    """A default threshold as a configuration would hold it."""
    return ThresholdTable(
        name=rule.name,
        metric=rule.metric,
        benchmark=f"{rule.suite}.*",
        variant=rule.variant,
        worse_by=rule.worse_by,
        limit=rule.limit,
        severity=rule.severity,
    )


def judge(trends: View, loaded: LoadedConfig, detections: Mapping[str, Detection]) -> Gated:
    """Every threshold that the newest point of a series exceeds.

    Absent points, and metrics without direction, are not judged. Raises ConfigError when a rule
    names a baseline that does not exist.
    """
    findings, checked, without = [], 0, Counter[str]()
    rules = thresholds_for(loaded.values.threshold, trends.series)
    _check_kinds(rules)
    released = baseline.releases({rule.baseline for rule in rules}, trends.runs, loaded.root)
    for trend in trends.series:
        newest = trend.size - 1
        if trend.direction == "none" or not trend.measured.size or trend.measured[-1] != newest:
            continue
        for rule in rules:
            if not _is_about(rule, trend):
                continue
            if rule.limit and _limit(rule, trend) is None:
                continue
            checked += 1
            detection = detections.get(trend.series_id)
            if rule.limit:
                found = _absolute(rule, trends, trend, detection)
            else:
                against = baseline.find(trends, trend, newest, rule.baseline, released)
                if against is None or against.value <= 0:
                    without[rule.name] += 1
                    continue
                found = _relative(rule, trends, trend, against, detection)
            if found is not None:
                findings.append(found)
    findings.sort(key=lambda finding: finding.severity != "fail")
    idle = (_idle(rule, trends, released) for rule in loaded.values.threshold)
    return Gated(tuple(findings), checked, without, tuple(filter(None, idle)))


def _idle(rule: ThresholdTable, trends: View, released: Mapping[str, str]) -> str:
    """Why a rule can find nothing in this history; empty when it can."""
    about = [trend for trend in trends.series if _is_about(rule, trend)]
    if not about:
        return f'threshold "{rule.name}" is about no series: look at its metric and globs.'
    if rule.limit and all(_limit(rule, trend) is None for trend in about):
        measured = ", ".join(sorted({f'"{trend.key.unit}"' for trend in about}))
        return (
            f'threshold "{rule.name}" has a limit of {rule.limit}, and what it is about is '
            f"measured in {measured}."
        )
    tag = rule.baseline.removeprefix(baseline.RELEASE)
    if rule.worse_by and tag != rule.baseline and rule.baseline not in released:
        return f'threshold "{rule.name}": nothing was measured at a release called "{tag}".'
    return ""


def _check_kinds(rules: Sequence[ThresholdTable]) -> None:
    for rule in rules:
        if not baseline.is_kind(rule.baseline):
            raise ConfigError(
                f'threshold "{rule.name}".baseline: expected "median", "parent" or "release:TAG", '
                f'found "{rule.baseline}".'
            )


def _is_about(rule: ThresholdTable, trend: Series) -> bool:
    return (
        matches(rule.metric, trend.key.metric)
        and matches_benchmark(rule.benchmark, trend.key.benchmark_id)
        and matches(rule.variant, trend.key.variant)
        and matches(rule.machine, trend.key.machine)
    )


def _limit(rule: ThresholdTable, trend: Series) -> float | None:
    """The absolute limit, or None when it is of another unit than the series."""
    quantity = limit_of(rule.limit, None, f"threshold {rule.name}")
    fits = quantity.unit == trend.key.unit or (not quantity.unit and takes_bare(trend.key.unit))
    return quantity.value if fits else None


def _absolute(
    rule: ThresholdTable,
    trends: View,
    trend: Series,
    detection: Detection | None,
) -> Finding | None:
    limit = _limit(rule, trend) or 0.0
    value = float(trend.values[-1])
    if not (value > limit if trend.direction == "lower" else value < limit):
        return None
    side = "above" if trend.direction == "lower" else "below"
    shown = units.format_value(value, trend.key.unit)
    return _finding(
        rule, trends, trend, detection, limit=limit, change=None, against="",
        reason=f"{shown} is {side} the limit of {rule.limit}",
    )  # fmt: skip


def _relative(
    rule: ThresholdTable,
    trends: View,
    trend: Series,
    found: Baseline,
    detection: Detection | None,
) -> Finding | None:
    allowed = share(rule.worse_by, f"threshold {rule.name}")
    value = float(trend.values[-1])
    limit = found.value * (1 + allowed if trend.direction == "lower" else 1 - allowed)
    if not (value > limit if trend.direction == "lower" else value < limit):
        return None
    told = size(trend.key.metric, trend.key.unit, found.value, value)
    if not told.words:
        return None  # twice next to nothing is still next to nothing
    change = value / found.value - 1
    was = units.format_value(found.value, trend.key.unit)
    shown = units.format_value(value, trend.key.unit)
    return _finding(
        rule, trends, trend, detection, limit=limit, change=change, against=found.words(),
        reason=f"{shown} is {_worse(trend.key.metric, found.value, change)} than {was}, "
        f"{found.words()}; allowed are {rule.worse_by}",
    )  # fmt: skip


def _worse(metric: str, before: float, change: float) -> str:
    """``24.0% worse``; a multiple from twice as much on; no number where it began near zero."""
    if not is_relative(metric, before):
        return "worse"
    return f"{abs(change):.1%} worse" if change < 1 else f"{1 + change:.3g} times worse"


def _finding(
    rule: ThresholdTable,
    trends: View,
    trend: Series,
    detection: Detection | None,
    *,
    limit: float,
    change: float | None,
    against: str,
    reason: str,
) -> Finding:
    seen = detectable.of_series(trend, detection)
    shown = f"the series shows steps from {seen.words}" if seen.words else "too few points for more"
    n = int(trend.n[-1])
    return Finding(
        rule=rule.name,
        severity=rule.severity,
        series_id=trend.series_id,
        key=trend.key,
        commit=trends.run(trend, trend.size - 1).commit.sha,
        value=float(trend.values[-1]),
        limit=limit,
        change=change,
        n=n,
        baseline=against,
        detectable=seen,
        reason=f"{rule.name}: {reason}; n = {n}, {shown}",
    )
