"""Small runs for tests: a test states only what matters to it."""

from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import md5
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import msgspec

from history.store.ledger import Ledger, exclusion_name
from history.words.records import (
    Commit,
    Exclusion,
    Failed,
    Item,
    Machine,
    Measured,
    Origin,
    Point,
    Run,
    RunRecord,
    Variant,
)

START = datetime(2026, 1, 1, 3, 17, tzinfo=UTC)
MACHINE = Machine(name="bench-box", cpu_model="Test CPU 1", cores=2, memory_gib=24)


def point(
    value: float = 0.1,
    *,
    metric: str = "total_time",
    benchmark: str = "utterances",
    suite: str = "alignment",
    params: dict[str, str] | None = None,
    samples: tuple[float, ...] = (),
    variant: Variant | None = None,
) -> Point:
    return Point(
        suite=suite,
        benchmark=benchmark,
        metric=metric,
        params=params or {},
        variant=variant or Variant(runtime="torch"),
        outcome=Measured(value=value, n=max(1, len(samples)), samples=samples),
    )


def failed(reason: str, *, metric: str = "total_time", benchmark: str = "utterances") -> Point:
    return Point(
        suite="alignment", benchmark=benchmark, metric=metric, outcome=Failed(reason=reason)
    )


def record(
    commit: str = "a1",
    *points: Point,
    night: int = 0,
    run: str = "",
    machine: Machine = MACHINE,
    dirty: bool = False,
    items: tuple[Item, ...] = (),
    origin: Origin = Origin.MEASURED,
) -> RunRecord:
    """One run at a commit; the night sets its times, and `run` tells two of a commit apart."""
    identity = f"{commit}/{night}/{run}/{machine.key()}"
    return RunRecord(
        run=Run(
            run_id=md5(identity.encode(), usedforsecurity=False).hexdigest(),
            started_at=START + timedelta(days=night, hours=1),
            commit=Commit(sha=commit, time=START + timedelta(days=night), dirty=dirty),
            machine=machine,
            origin=origin,
            environment={"libraries": {"torch": "2.13.0"}},
        ),
        points=points or (point(),),
        items=items,
    )


def put(ledger: Ledger, made: RunRecord) -> str:
    """Write a run file as ``ledger.write`` does; the same run again is a copy of its bytes."""
    name, content = _file_of(msgspec.json.encode(made))
    ledger.path(name).parent.mkdir(parents=True, exist_ok=True)
    ledger.path(name).write_bytes(content)
    return name


@cache
def _file_of(text: bytes) -> tuple[str, bytes]:
    with TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder))
        name = ledger.write([msgspec.json.decode(text, type=RunRecord)])
        return name, ledger.path(name).read_bytes()


def write_exclusion(ledger: Ledger, made: Exclusion) -> str:
    """A run file that leaves a run out, as earlier versions wrote it; returns its name."""
    name = exclusion_name(made)
    ledger.path(name).parent.mkdir(parents=True, exist_ok=True)
    columns = {"run_id": made.run_id, "series_id": made.series_id, "reason": made.reason}
    with duckdb.connect() as connection:
        connection.execute(
            "create table written as select 'exclusion' as row, 1 as format_version,"
            " $run_id as run_id, $moment::timestamp as started_at, $series_id as series_id,"
            " $reason as reason",
            columns | {"moment": made.made_at.replace(tzinfo=None)},
        )
        connection.execute("copy written to $file", {"file": str(ledger.path(name))})
    return name
