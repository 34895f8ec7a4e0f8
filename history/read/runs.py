"""Read every run of the history, in commit order: the index that series refer to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from history import sql
from history.words.records import Commit

if TYPE_CHECKING:
    import duckdb

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Machine:
    """A class of hardware that shares one trend, with a unique label."""

    machine_id: str
    """Eight hex digits over the hardware."""
    label: str
    cpu_model: str = ""
    cores: int = 0
    memory_gib: int = 0
    gpu: str = ""
    gpu_driver: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One execution at one commit on one machine."""

    position: int
    """Index among all runs in commit order, from 0; series refer to runs by it."""
    run_key: int
    """Its key in the database."""
    run_id: str
    commit: Commit
    machine: Machine
    environment_key: int
    started_at: datetime
    """UTC."""
    duration_s: float = 0.0
    project: str = ""
    origin: str = "measured"
    source: str = "collect"
    profile: str = ""
    tool_version: str = ""
    warnings: tuple[str, ...] = ()
    left_out: str = ""
    """Why it is excluded from trends; it keeps its index."""
    place: int = 0
    """Index of its commit among all commits, from 0."""
    abandoned: bool = False
    """Whether its commit was abandoned, as by a forced push: it is shown and judges nothing."""
    ci_url: str = ""
    """Page of its CI run; empty when unknown."""


def read(connection: duckdb.DuckDBPyConnection) -> tuple[Run, ...]:
    """All runs in commit order; excluded runs have a reason."""
    machines = {
        key: Machine(*facts) for key, *facts in connection.execute(sql.query("machines")).fetchall()
    }
    rows = connection.execute(sql.query("runs")).fetchall()
    return tuple(
        Run(
            position=position,
            run_key=row[0],
            run_id=row[1],
            commit=Commit(
                sha=row[2],
                time=_moment(row[3]),
                sequence=row[4],
                parents=tuple(row[5] or ()),
                subject=row[6],
                branch=row[7],
                tag=row[8],
                dirty=row[9],
            ),
            machine=machines[row[10]],
            environment_key=row[11],
            started_at=_moment(row[12]),
            duration_s=row[13],
            project=row[14],
            origin=row[15],
            source=row[16],
            profile=row[17],
            tool_version=row[18],
            warnings=tuple(row[19]),
            left_out=row[20],
            place=row[21],
            abandoned=row[22],
            ci_url=row[23],
        )
        for position, row in enumerate(rows)
    )


def _moment(microseconds: int) -> datetime:
    """A time as stored, whatever the time zone of the connection."""
    return _EPOCH + timedelta(microseconds=microseconds)
