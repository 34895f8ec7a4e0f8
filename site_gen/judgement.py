"""Take the judgement of the history over into the words of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from site_gen.model import MEASURED, Change, Judgement, Series, Verdict

if TYPE_CHECKING:
    import duckdb

    from history.workspace import Workspace
    from site_gen.model import Catalogue


def judged(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, catalogue: Catalogue
) -> Judgement:
    """What ``history.judge`` decided, as the pages know it."""
    return detected(catalogue)


def detected(catalogue: Catalogue) -> Judgement:
    """Changes and verdicts from the detector alone, without targets, thresholds and triage."""
    from history.detect import detector

    finder: Any = detector("steps") if "steps" in _names() else detector(_names()[0])
    changes: list[Change] = []
    verdicts: dict[str, Verdict] = {}
    from history.detect import Observations

    for benchmark in catalogue.benchmarks():
        for series in benchmark.series:
            values = np.where(series.status == MEASURED, series.values, np.nan)
            found = finder.detect(Observations(values=values))
            own = [_change(catalogue, series, change) for change in found.changes]
            changes += own
            verdicts[series.series_id] = Verdict(
                _word(series, own, found.enough_data),
                found.reason,
                found.minimum_detectable_change,
            )
    return Judgement(tuple(changes), (), verdicts, ())


def _names() -> tuple[str, ...]:
    from history.detect import names

    return tuple(names())


def _change(catalogue: Catalogue, series: Series, change: Any) -> Change:
    runs = catalogue.runs
    worse = change.change > 0 if series.direction == "lower" else change.change < 0
    direction = "regression" if worse else "improvement"
    if series.direction == "none":
        direction = "up" if change.change > 0 else "down"
    return Change(
        series_id=series.series_id,
        index=change.index,
        commit=runs[series.runs[change.index]].commit.sha,
        previous_commit=runs[series.runs[change.previous_index]].commit.sha,
        direction=direction,
        kind=str(change.kind),
        status=str(change.status),
        change=change.change,
        low=change.low,
        high=change.high,
        before=change.before,
        after=change.after,
        n_after=change.n_after,
        rule=change.rule,
    )


def _word(series: Series, changes: list[Change], enough: bool) -> str:
    if series.last >= 0 and series.status[-1] != MEASURED:
        return {1: "missing", 2: "fail", 3: "invalid"}[int(series.status[-1])]
    if series.direction == "none":
        return "no direction"
    if not enough:
        return "not enough data"
    recent = [one for one in changes if one.index >= len(series.runs) - 10]
    if not recent:
        return "ok"
    last = recent[-1]
    if last.status == "suspect":
        return "suspect"
    if last.kind == "drift":
        return "drift" if last.worse else "improved"
    return "fail" if last.worse else "improved"
