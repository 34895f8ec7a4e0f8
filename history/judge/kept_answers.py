"""Store the detection of each series, so that a new run needs only its own series again.

Everything here follows from the points; a database without it is judged again with the same result.
"""

from __future__ import annotations

from dataclasses import fields
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

import orjson

from history import sql
from history.detect.interface import Change, ChangeKind, ChangeStatus, Detection, Evidence
from history.judge import answers, rule_changes
from history.judge.answers import Kept, Raised
from history.judge.episodes import ids_of
from history.store import database as store

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from history.detect.interface import Detector
    from history.judge.episodes import Alarm
    from history.read.series import Series
    from history.read.view import View


def read(connection: duckdb.DuckDBPyConnection, finder: Detector) -> dict[str, Kept]:
    """The stored detections of each series, of any version of this detector, by series id."""
    name = {"name": finder.name}
    changes: dict[str, list[tuple[Change, Raised]]] = {}
    for row in connection.execute(sql.query("stored_changes"), name).fetchall():
        changes.setdefault(row[0], []).append(_change(row))
    found = {}
    for row in connection.execute(sql.query("stored_detections"), name).fetchall():
        own = changes.get(row[0], [])
        found[row[0]] = Kept(
            rules=row[1],
            inputs=row[2],
            points=row[3],
            detection=Detection(
                changes=tuple(change for change, _ in own),
                n=row[4],
                enough_data=row[5],
                n_needed=row[6],
                n_further=row[7],
                sigma=_number(row[8]),
                rho=_number(row[9]),
                minimum_detectable_change=_number(row[10]),
                clipped=tuple(row[11]),
                downweighted=tuple(row[12]),
            ),
            raised=tuple(alarm for _, alarm in own),
        )
    return found


def behind(connection: duckdb.DuckDBPyConnection, finder: Detector) -> tuple[int, ...]:
    """Keys of the series whose stored detection is out of date, by their number of points.

    Points that changed without changing their number are found by ``detect``.
    """
    about = {"rules": answers.rules_of(finder)}
    rows = connection.execute(sql.query("stored_behind"), about).fetchall()
    return tuple(int(row[0]) for row in rows)


def write(connection: duckdb.DuckDBPyConnection, view: View, finder: Detector) -> tuple[str, ...]:
    """Store new detections in one transaction; returns their series."""
    kept = read(connection, finder)
    found = answers.detect(view, finder, kept)
    if not found.fresh:
        return ()
    by_id = {series.series_id: series for series in view.series}
    alarms = answers.known_alarms(view, found.raised)
    detections, changes = [], []
    changed: list[dict[str, Any]] = []
    for series_id in found.fresh:
        series, detection = by_id[series_id], found.detections[series_id]
        own = _change_rows(view, series, detection, found.rules, alarms.get(series_id, ()))
        inputs = answers.inputs_of(answers.seen_of(view, series))
        detections.append(_detection_row(series, detection, inputs, found.rules))
        changes += own
        old = kept.get(series_id)
        if old is not None and old.rules != found.rules:
            placed = rule_changes.placed(view, series, detection)
            came = rule_changes.between(old, found.rules, series_id, placed)
            changed += map(rule_changes.row_of, came)
    with store.transaction(connection):
        of_fresh = {"name": finder.name, "series": list(found.fresh)}
        for query in ("forget_detections", "forget_changes"):
            connection.execute(sql.query(query), of_fresh)
        for query, rows in (
            ("store_detections", detections),
            ("store_changes", changes),
            ("store_upgrades", changed),
        ):
            if rows:
                # A detector may answer in numpy's numbers.
                text = orjson.dumps(rows, option=orjson.OPT_SERIALIZE_NUMPY).decode()
                connection.execute(sql.query(query), {"rows": text})
    return found.fresh


def _change_rows(
    view: View,
    series: Series,
    detection: Detection,
    rules: str,
    known: Sequence[Alarm],
) -> list[dict[str, Any]]:
    commits = view.shas_of(series)
    episodes = ids_of(series.series_id, detection.changes, commits, known)
    rows = []
    for change, episode in zip(detection.changes, episodes, strict=True):
        values = {one.name: getattr(change, one.name) for one in fields(Change)}
        evidence = values.pop("evidence")
        rows.append(
            {
                **values,
                "series_id": series.series_id,
                "rules": rules,
                "position": change.index,
                "previous_position": change.previous_index,
                "end_position": change.end_index,
                "rule": evidence.rule,
                "rule_limit": evidence.limit,
                "rule_points": evidence.points,
                "rule_steps": evidence.steps,
                "ignored": evidence.ignored,
                "commit_sha": commits[change.index],
                "episode": episode,
            }
        )
    return rows


def _detection_row(series: Series, detection: Detection, inputs: str, rules: str) -> dict[str, Any]:
    return {
        "series_id": series.series_id,
        "rules": rules,
        "inputs": inputs,
        "points": series.size,
        "n": detection.n,
        "enough_data": detection.enough_data,
        "n_needed": detection.n_needed,
        "n_further": detection.n_further,
        "sigma": detection.sigma if isfinite(detection.sigma) else None,
        "rho": detection.rho if isfinite(detection.rho) else None,
        "minimum_detectable_change": detection.minimum_detectable_change
        if isfinite(detection.minimum_detectable_change)
        else None,
        "clipped": detection.clipped,
        "downweighted": detection.downweighted,
    }


def _change(row: Sequence[Any]) -> tuple[Change, Raised]:
    change = Change(
        index=row[1],
        previous_index=row[2],
        end_index=row[3],
        kind=ChangeKind(row[5]),
        status=ChangeStatus(row[6]),
        change=row[7],
        low=row[8],
        high=row[9],
        before=row[10],
        after=row[11],
        n_before=row[12],
        n_after=row[13],
        statistic=row[14],
        sigma=row[15],
        rho=row[16],
        evidence=Evidence(
            rule=row[17], limit=row[18], points=row[19], steps=row[20], ignored=tuple(row[21])
        ),
    )
    return change, Raised(row[4], row[7], row[22])


def _number(value: float | None) -> float:
    return nan if value is None else value
