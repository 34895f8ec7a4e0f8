"""Judge the whole history: changes, targets, thresholds, and one verdict per series."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from history.detect import detector
from history.judge import (
    accepted,
    answers,
    events,
    kept_answers,
    memory,
    rule_changes,
    suites,
    thresholds,
    trades,
    verdict,
)
from history.judge import changes as regressions
from history.judge import targets as sla
from history.project import annotations as annotation_file
from history.project import triage
from history.read import item_sets, view

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import duckdb

    from history.detect import Detection, Detector
    from history.judge.changes import ChangeRow
    from history.judge.events import Event
    from history.judge.memory import MemoryRow
    from history.judge.rule_changes import Upgrade
    from history.judge.targets import SlaRow
    from history.judge.thresholds import Finding, Idle
    from history.judge.verdict import Verdict
    from history.project.annotations import Annotation
    from history.project.config import LoadedConfig
    from history.project.triage import Decision
    from history.read.view import View

_Row = TypeVar("_Row", "ChangeRow", "SlaRow", "Finding", "MemoryRow")

RULES = "6"
"""Version of everything here that is not the detector's: increased when a verdict may change."""


@dataclass(frozen=True)
class Judgement:
    """The judgement of a history."""

    regressions: tuple[ChangeRow, ...]
    """Every change, in the order of tables and then of commits."""
    sla: tuple[SlaRow, ...]
    gates: tuple[Finding, ...]
    """Points beyond a threshold, fails first."""
    verdicts: Mapping[str, Verdict]
    """By series id."""
    annotations: tuple[Annotation, ...]
    detections: Mapping[str, Detection]
    """The detection of each series, by series id."""
    version: str
    """Rule set, such as ``steps 1, rules 1``."""
    history: View
    """The judged points: each series up to the newest point of its line of commits."""
    events: tuple[Event, ...] = ()
    """The events, newest first."""
    memory: tuple[MemoryRow, ...] = ()
    """Memory growth over the iterations of each repeated method."""
    fresh: tuple[str, ...] = ()
    """Series whose stored detection was out of date."""
    upgrades: tuple[Upgrade, ...] = ()
    """Changes that came or went with the present version of the rules."""
    idle: tuple[Decision, ...] = ()
    """Decisions of ``triage.toml`` that match no change."""
    gates_checked: int = 0
    """Number of checked pairs of a point and a threshold."""
    gates_without_baseline: Mapping[str, int] = field(default_factory=dict)
    """Name of the threshold -> number of them without a baseline."""
    gates_idle: tuple[Idle, ...] = ()
    """Configured thresholds that cannot find anything."""


def judge(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedConfig,
    history: View,
    *,
    today: date | None = None,
) -> Judgement:
    """Judge a history, see ``history.read.view``, by the configured detector.

    ``today`` decides whether an acknowledgement has expired; the default is the day of the newest
    judged run, so that the same history always gives the same verdicts.
    """
    finder = _configured(loaded)
    kept = kept_answers.read(connection, finder)
    nightly = memory.read(connection, history)
    items = item_sets.reader(connection)
    judged = judge_view(history, loaded, today, kept=kept, nightly=nightly, items=items)
    coming = () if history.as_of else rule_changes.pending(history, judged.detections, kept, finder)
    return replace(
        judged, upgrades=coming or rule_changes.read(connection, answers.rules_of(finder))
    )


def remember(connection: duckdb.DuckDBPyConnection, loaded: LoadedConfig) -> int:
    """Store the detections of series with new points; returns their number.

    Called while a writing connection is open, so that later commands only read. Only the points of
    those series are read.
    """
    finder = _configured(loaded)
    behind = kept_answers.behind(connection, finder)
    if not behind:
        return 0
    return len(kept_answers.write(connection, view.read_series(connection, behind), finder))


def judge_view(
    history: View,
    loaded: LoadedConfig,
    today: date | None = None,
    *,
    kept: Mapping[str, answers.Kept] | None = None,
    nightly: memory.Nightly | None = None,
    items: item_sets.Reader | None = None,
) -> Judgement:
    """Judge a view.

    ``kept`` are stored detections, used where valid; ``nightly`` is memory over iterations;
    ``items`` reads the items of some runs.
    """
    found = answers.detect(history, _configured(loaded), kept)
    detections = found.detections
    everything, history = history, history.judged
    newest = history.newest
    decisions = triage.load(loaded)
    changes = regressions.rows(
        history,
        detections,
        decisions,
        today=today or (newest.date() if newest else None),
        known=answers.known_alarms(history, found.raised),
        items=items,
    )
    changes = accepted.apply(loaded.root, trades.paired(history, changes))
    targets = sla.judge(history, loaded, detections)
    gated = thresholds.judge(history, loaded, detections)
    grown = memory.judge(history, nightly or {})
    return Judgement(
        regressions=changes,
        sla=targets,
        gates=gated.findings,
        verdicts=_left_behind(everything, detections)
        | _verdicts(history, detections, changes, targets, gated.findings, grown),
        annotations=annotation_file.load(loaded),
        detections=detections,
        events=events.events(history, detections, changes),
        version=f"{found.rules}, rules {RULES}",
        history=history,
        memory=grown,
        fresh=found.fresh,
        idle=regressions.idle(history, changes, decisions),
        gates_checked=gated.checked,
        gates_without_baseline=gated.without_baseline,
        gates_idle=gated.idle,
    )


def _configured(loaded: LoadedConfig) -> Detector:
    return detector(loaded.values.detection.detector)


def _verdicts(
    history: View,
    detections: Mapping[str, Detection],
    changes: tuple[ChangeRow, ...],
    targets: tuple[SlaRow, ...],
    findings: tuple[Finding, ...],
    grown: tuple[MemoryRow, ...],
) -> dict[str, Verdict]:
    own_changes = _by_series(changes)
    own_targets = _by_series(targets)
    own_findings = _by_series(findings)
    own_memory = _by_series(grown)
    newest = suites.newest_commits_of(history)
    return {
        series.series_id: verdict.verdict(
            history,
            series,
            detections[series.series_id],
            own_changes[series.series_id],
            own_findings[series.series_id],
            own_targets[series.series_id],
            own_memory[series.series_id],
            suites.later(history, series, newest),
        )
        for series in history.series
    }


def _left_behind(history: View, detections: Mapping[str, Detection]) -> dict[str, Verdict]:
    """Verdicts of series that were measured only at abandoned commits, where nothing is judged."""
    judged = {series.series_id for series in history.judged.series}
    return {
        series.series_id: verdict.of_abandoned(series, detections[series.series_id])
        for series in history.series
        if series.series_id not in judged
    }


def _by_series(rows: tuple[_Row, ...]) -> defaultdict[str, list[_Row]]:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.series_id].append(row)
    return found
