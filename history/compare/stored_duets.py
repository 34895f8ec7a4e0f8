"""Read the duets of a commit from the history, and judge one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from history import sql
from history.compare import duet
from history.compare.duet import OneSide
from history.compare.rounds import Sampled
from history.store.rows import as_dicts
from history.words.key import SeriesKey
from history.words.records import Side, Status

if TYPE_CHECKING:
    import duckdb

    from history.compare.duet import Duet


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StoredDuet:
    """The commits, time and machine of a stored duet."""

    run_id: str
    started_at: datetime
    """UTC."""
    project: str
    origin: str
    tool_version: str
    warnings: list[str]
    head: str
    head_subject: str
    head_branch: str
    head_tag: str
    dirty: bool
    """Whether the head was the working tree with uncommitted changes."""
    base: str
    base_subject: str
    machine: str
    asked: str = ""
    """The base as requested."""
    is_merge_base: bool = False
    """Whether the base is the merge base of the head and the requested revision."""


def of_head(
    connection: duckdb.DuckDBPyConnection, head: str | None = None
) -> tuple[StoredDuet, ...]:
    """The duets with this commit as head, newest first; without a commit all duets."""
    rows = connection.execute(sql.query("duets_of"), {"head": head}).fetchall()
    return tuple(
        StoredDuet(run_id, _EPOCH + timedelta(microseconds=started), *facts)
        for run_id, started, *facts in rows
    )


def judged(connection: duckdb.DuckDBPyConnection, run_id: str, machine: str) -> Duet:
    """The judged duet of that run; ``machine`` is the machine in its keys."""
    cursor = connection.execute(sql.query("duet_points"), {"run_id": run_id})
    sides: dict[Side, dict[SeriesKey, OneSide]] = {Side.BASE: {}, Side.HEAD: {}}
    for row in as_dicts(cursor):
        key = SeriesKey(
            suite=row["suite"],
            benchmark=row["benchmark"],
            params=row["params"],
            variant=row["variant"],
            metric=row["metric"],
            unit=row["unit"],
            machine=machine,
        )
        sides[Side(row["side"])][key] = OneSide(
            key=key,
            direction=row["direction"],
            kind=row["kind"],
            status=Status(row["status"]),
            value=row["value"],
            reason=row["reason"],
            sampled=Sampled(row["samples"], row["rounds"], row["processes"], row["preempted"]),
            fingerprint=row["fingerprint"],
        )
    return duet.judge(sides[Side.BASE], sides[Side.HEAD])
