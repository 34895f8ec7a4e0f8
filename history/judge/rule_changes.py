"""Find the changes that a new version of the rules added or removed on known points."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from history import sql
from history.detect.alarms import carry_over
from history.judge.answers import rules_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from history.detect.interface import Detection, Detector
    from history.judge.answers import Kept
    from history.read.series import Series
    from history.read.view import View

_ESTABLISHED: Final = 12
"""Points after a change from which its loss must be due to the rules, not to new data."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A change that came or went with a new version of the rules, not with new points."""

    old_rules: str
    new_rules: str
    series_id: str
    commit: str
    change: float
    effect: str
    """came or went."""


def read(connection: duckdb.DuckDBPyConnection, rules: str) -> tuple[Upgrade, ...]:
    """What the upgrade to this version of the rules changed, by series and commit."""
    rows = connection.execute(sql.query("stored_upgrades"), {"rules": rules}).fetchall()
    return tuple(Upgrade(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Placed:
    """A change by its position in its series."""

    index: int
    change: float
    commit: str


def placed(view: View, series: Series, detection: Detection) -> list[Placed]:
    """The changes of a detection, with their commits."""
    return [
        Placed(change.index, change.change, view.run(series, change.index).commit.sha)
        for change in detection.changes
    ]


def pending(
    view: View, detections: Mapping[str, Detection], kept: Mapping[str, Kept], finder: Detector
) -> tuple[Upgrade, ...]:
    """Differences between this version of the rules and stored detections of an older one.

    They are shown before the next run stores them. ``view`` is of the whole history.
    """
    rules = rules_of(finder)
    found = []
    for series in view.series:
        old = kept.get(series.series_id)
        if old is not None and old.rules != rules:
            now = placed(view, series, detections[series.series_id])
            found += between(old, rules, series.series_id, now)
    return tuple(found)


def between(old: Kept, rules: str, series_id: str, now: Sequence[Placed]) -> list[Upgrade]:
    """Changes that new data cannot explain."""
    last = old.points - _ESTABLISHED
    before = [
        Placed(change.index, change.change, alarm.commit)
        for change, alarm in zip(old.detection.changes, old.raised, strict=True)
        if change.index <= last
    ]
    after = [one for one in now if one.index <= last]
    places = [(one.index, one.change) for one in before]
    carried = carry_over([(one.index, one.change) for one in after], places)
    came = [one for one, place in zip(after, carried, strict=True) if place is None]
    went = [one for place, one in enumerate(before) if place not in carried]
    return [
        Upgrade(old.rules, rules, series_id, one.commit, one.change, effect)
        for effect, group in (("came", came), ("went", went))
        for one in group
    ]


def row_of(one: Upgrade) -> dict[str, Any]:
    """An upgrade as a row of the table."""
    values = {field.name: getattr(one, field.name) for field in fields(Upgrade)}
    return {"commit_sha": values.pop("commit"), **values}
