"""Keep what the detector said about each series, so that one new night costs one night.

The answers follow from the points alone. They are kept under a hash of the points and of the
detector's code; whatever does not match is judged again, with or without a database to write to.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import blake2b
from math import isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from history import sql
from history.detect import Observations
from history.detect.alarms import carry_over
from history.detect.interface import Change, ChangeKind, ChangeStatus, Detection
from history.judge import rule_changes
from history.judge.episodes import episode_id
from history.store import database as store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from history.detect.interface import Detector
    from history.judge.rule_changes import Upgrade
    from history.read.series import Trend, Trends


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm as it was stored: where it stood, which way it went, and its id."""

    commit: str
    change: float
    episode: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored about one series."""

    rules: str
    source: str
    inputs: str
    points: int
    detection: Detection
    raised: tuple[Raised, ...]


@dataclass(frozen=True)
class Detected:
    """Answers about every series of a history."""

    rules: str
    """Name and version of the detector."""
    detections: Mapping[str, Detection]
    raised: Mapping[str, tuple[Raised, ...]]
    """Alarms raised before, by series id."""
    fresh: tuple[str, ...]
    """Series that had to be judged, because their points or the rules are new."""


def detect(trends: Trends, finder: Detector, kept: Mapping[str, Kept] | None = None) -> Detected:
    """Ask the detector about every series whose answer is not kept."""
    rules, source = rules_of(finder), source_of(finder)
    detections, fresh = {}, []
    for trend in trends.series:
        known = (kept or {}).get(trend.series_id)
        seen = seen_of(trends, trend)
        if (
            known is not None
            and (known.rules, known.source) == (rules, source)
            and known.inputs == inputs_of(seen)
        ):
            detections[trend.series_id] = known.detection
        else:
            detections[trend.series_id] = finder.detect(seen)
            fresh.append(trend.series_id)
    raised = {series_id: one.raised for series_id, one in (kept or {}).items()}
    return Detected(rules, detections, raised, tuple(fresh))


def read(connection: duckdb.DuckDBPyConnection, finder: Detector) -> dict[str, Kept]:
    """What is stored about each series under any version of this detector, by series id."""
    name = {"name": finder.name}
    changes: dict[str, list[tuple[Change, Raised]]] = {}
    for row in connection.execute(sql.query("stored_changes"), name).fetchall():
        changes.setdefault(row[0], []).append(_change(row))
    found = {}
    for row in connection.execute(sql.query("stored_detections"), name).fetchall():
        own = changes.get(row[0], [])
        found[row[0]] = Kept(
            rules=row[1],
            source=row[2],
            inputs=row[3],
            points=row[4],
            detection=Detection(
                changes=tuple(change for change, _ in own),
                n=row[5],
                enough_data=row[6],
                reason=row[7],
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
    """Keys of the series whose stored answer cannot hold any more, by a look at counts alone.

    A series whose points changed without changing their number is not seen; ``detect`` sees it.
    """
    about = {"rules": rules_of(finder), "source": source_of(finder)}
    rows = connection.execute(sql.query("stored_behind"), about).fetchall()
    return tuple(int(row[0]) for row in rows)


def write(
    connection: duckdb.DuckDBPyConnection, trends: Trends, finder: Detector
) -> tuple[str, ...]:
    """Judge what is new and store it, in one transaction; returns the series it concerned."""
    kept = read(connection, finder)
    found = detect(trends, finder, kept)
    if not found.fresh:
        return ()
    source = source_of(finder)
    series = {trend.series_id: trend for trend in trends.series}
    alarms = known_alarms(trends, found.raised)
    detections, changes = [], []
    changed: list[dict[str, Any]] = []
    for series_id in found.fresh:
        trend, detection = series[series_id], found.detections[series_id]
        own = _change_rows(trends, trend, detection, found.rules, alarms.get(series_id, ()))
        inputs = inputs_of(seen_of(trends, trend))
        detections.append(_detection_row(trend, detection, inputs, (found.rules, source)))
        changes += own
        old = kept.get(series_id)
        if old is not None and old.rules != found.rules:
            came = rule_changes.between(old, found.rules, series_id, own)
            changed += map(rule_changes.row_of, came)
    with store.transaction(connection):
        for table in ("detections", "changes"):
            connection.execute(
                f"delete from {table} where starts_with(rules, $name || ' ')"  # noqa: S608
                " and list_contains($series, series_id)",
                {"name": finder.name, "series": list(found.fresh)},
            )
        for query, rows in (
            ("store_detections", detections),
            ("store_changes", changes),
            ("store_upgrades", changed),
        ):
            if rows:
                connection.execute(sql.query(query), {"rows": orjson.dumps(rows).decode()})
    return found.fresh


def pending(
    trends: Trends, detections: Mapping[str, Detection], kept: Mapping[str, Kept], finder: Detector
) -> tuple[Upgrade, ...]:
    """What this version of the rules changes against stored answers of an older one.

    Somebody who only reads sees it too, before the next run stores it. ``trends`` are whole.
    """
    rules = rules_of(finder)
    found = []
    for trend in trends.series:
        old = kept.get(trend.series_id)
        if old is not None and old.rules != rules:
            rows = _change_rows(trends, trend, detections[trend.series_id], rules, ())
            found += rule_changes.between(old, rules, trend.series_id, rows)
    return tuple(found)


def known_alarms(
    trends: Trends, raised: Mapping[str, Sequence[Raised]]
) -> dict[str, list[tuple[int, float, str]]]:
    """Stored alarms where their commits stand today: (index, change, id) by series id."""
    found: dict[str, list[tuple[int, float, str]]] = {}
    for trend in trends.series:
        own = raised.get(trend.series_id)
        if own:
            place = _places(trends, trend)
            found[trend.series_id] = [
                (place[one.commit], one.change, one.episode) for one in own if one.commit in place
            ]
    return found


def rules_of(finder: Detector) -> str:
    """``steps 1``: what verdicts are versioned with."""
    return f"{finder.name} {finder.version}"


def source_of(finder: Detector) -> str:
    """Hash of the code of a built-in detector; another package's is known by its version alone."""
    import sys

    module = sys.modules[type(finder).__module__]
    if not module.__name__.startswith("history.detect.") or module.__file__ is None:
        return ""
    digest = blake2b(digest_size=8)
    for file in sorted(Path(module.__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def seen_of(trends: Trends, trend: Trend) -> Observations:
    """What a detector is given of a series: points of other branches are absent.

    A branch that was measured once, while somebody tried something, must neither hide a change of
    the main branch nor make one.
    """
    aside = trends.aside(trend)
    values = np.where(aside, nan, trend.values) if aside.any() else trend.values
    return Observations(values, trend.spread, trend.n)


def inputs_of(seen: Observations) -> str:
    """Hash of everything that a detector sees of a series."""
    digest = blake2b(digest_size=12)
    for numbers in (seen.values, seen.spread, seen.counts):
        if numbers is not None:
            digest.update(numbers.tobytes())
    return digest.hexdigest()


def _places(trends: Trends, trend: Trend) -> dict[str, int]:
    """First index of each commit in a series."""
    found: dict[str, int] = {}
    for index, position in enumerate(trend.runs):
        found.setdefault(trends.runs[int(position)].commit, index)
    return found


def _change_rows(
    trends: Trends,
    trend: Trend,
    detection: Detection,
    rules: str,
    known: Sequence[tuple[int, float, str]],
) -> list[dict[str, Any]]:
    carried = carry_over(
        [(change.index, change.change) for change in detection.changes],
        [(index, change) for index, change, _ in known],
    )
    rows = []
    for change, place in zip(detection.changes, carried, strict=True):
        commit = trends.run(trend, change.index).commit
        values = {one.name: getattr(change, one.name) for one in fields(Change)}
        rows.append(
            {
                **values,
                "series_id": trend.series_id,
                "rules": rules,
                "position": change.index,
                "previous_position": change.previous_index,
                "end_position": change.end_index,
                "commit_sha": commit,
                "episode": episode_id(trend.series_id, change.change, commit)
                if place is None
                else known[place][2],
            }
        )
    return rows


def _detection_row(
    trend: Trend, detection: Detection, inputs: str, code: tuple[str, str]
) -> dict[str, Any]:
    """``code`` is the rules and the hash of their source."""
    rules, source = code
    return {
        "series_id": trend.series_id,
        "rules": rules,
        "source": source,
        "inputs": inputs,
        "points": trend.size,
        "n": detection.n,
        "enough_data": detection.enough_data,
        "reason": detection.reason,
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
        rule=row[17],
    )
    return change, Raised(row[4], row[7], row[18])


def _number(value: float | None) -> float:
    return nan if value is None else value
