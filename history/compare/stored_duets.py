"""Read a duet from the history and judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history import sql
from history.compare import duet
from history.compare.duet import OneSide
from history.compare.rounds import Sampled
from history.words.key import SeriesKey
from history.words.records import Side, Status

if TYPE_CHECKING:
    import duckdb

    from history.compare.duet import Duet


def judged(connection: duckdb.DuckDBPyConnection, run_id: str, machine: str) -> Duet:
    """The duet of that run; ``machine`` is what its keys call the machine."""
    cursor = connection.execute(sql.query("duet_points"), {"run_id": run_id})
    names = [column[0] for column in cursor.description or ()]
    sides: dict[Side, dict[SeriesKey, OneSide]] = {Side.BASE: {}, Side.HEAD: {}}
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
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
