"""Tell what a new version of the rules changed on points that were judged before."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from history import sql
from history.detect.alarms import carry_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from history.judge.kept_answers import Kept

_ESTABLISHED: Final = 12
"""Points after a change from which a later rule set has no new data to blame for losing it."""


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


def between(
    old: Kept, rules: str, series_id: str, rows: Sequence[Mapping[str, Any]]
) -> list[Upgrade]:
    """Changes that new data cannot explain: they stood, or would have stood, long ago."""
    last = old.points - _ESTABLISHED
    before = [
        (change.index, change.change, alarm.commit)
        for change, alarm in zip(old.detection.changes, old.raised, strict=True)
        if change.index <= last
    ]
    after = [
        (row["position"], row["change"], row["commit_sha"])
        for row in rows
        if row["position"] <= last
    ]
    places = [(index, change) for index, change, _ in before]
    carried = carry_over([(index, change) for index, change, _ in after], places)
    came = [one for one, place in zip(after, carried, strict=True) if place is None]
    went = [one for place, one in enumerate(before) if place not in carried]
    return [
        Upgrade(old.rules, rules, series_id, commit, change, effect)
        for effect, group in (("came", came), ("went", went))
        for _, change, commit in group
    ]


def row_of(one: Upgrade) -> dict[str, Any]:
    """An upgrade as the table keeps it."""
    values = {field.name: getattr(one, field.name) for field in fields(Upgrade)}
    return {"commit_sha": values.pop("commit"), **values}
