"""Runs in which everything stands that a run file can hold."""

from datetime import timedelta
from typing import Any

from history.words.metrics import Direction
from history.words.records import (
    Commit,
    Failed,
    Invalid,
    Item,
    Machine,
    Measured,
    Origin,
    Outcome,
    Point,
    Qualifier,
    Run,
    RunKind,
    RunRecord,
    Side,
    Skipped,
    Variant,
)
from tests.history.builders import MACHINE, START

NAN = float("nan")


def of(outcome: Outcome, metric: str = "total_time", **about) -> Point:
    known: dict[str, Any] = {"suite": "s", "benchmark": "b"}
    return Point(metric=metric, outcome=outcome, **(known | about))


FULL = Measured(
    value=0.012,
    n=3,
    aggregate="median",
    low=0.011,
    high=0.013,
    interval="order-statistics",
    q1=0.0115,
    q3=0.0125,
    minimum=0.011,
    maximum=0.013,
    samples=(0.012, 0.011, 0.013),
    cpu_samples=(0.0119, 0.0109, 0.0000000015),
    preempted=(1,),
    rounds=(0, 0, 1),
    processes=(0, 1, 1),
    warnings=("the machine was busy", "it was \u201cwarm\u201d"),
    qualifier=Qualifier.BELOW,
)
POINTS = (
    of(FULL, params={"vocab": "32000", "k": "50"}, variant=Variant(runtime="torch"), unit="s"),
    of(FULL, benchmark="in ms", unit="ms", fingerprint="abc"),
    of(Measured(value=1.5e-10, n=2, samples=(1.5e-10, 2.25e-10)), benchmark="finer than ns"),
    of(Measured(value=3.25, n=1, q1=3.0), "sparkle", unit="glints", direction=Direction.HIGHER),
    of(Measured(value=-7.0, n=4, samples=(-7.0, 0.1 + 0.2)), "sparkle", benchmark="no unit"),
    of(Measured(value=0.25, n=0), params={"a=b;c": "d;e=\\", " spaced ": " x "}),
    of(Failed(reason='killed by "signal" 9\n'), benchmark="fails", fingerprint="f"),
    of(Skipped(reason="no GPU"), benchmark="skipped"),
    of(Invalid(reason="nothing was said", samples=(0.5, 0.25)), benchmark="invalid"),
    of(Measured(value=NAN, n=2, low=1.0, samples=(1.0, 2.0)), benchmark="no number"),
    of(Measured(value=1.0, n=2, samples=(1.0, float("inf"))), benchmark="endless"),
    of(Measured(value=1.0, n=2, low=float("-inf"), high=NAN), benchmark="no end"),
    of(Measured(value=102.0, n=1, samples=(102.0,)), "peak_rss", unit="ms", fingerprint="g"),
    of(Measured(value=2.0, n=1, minimum=1.0, samples=(2.0,)), "peak_rss", unit="MB"),
)
ITEMS = (
    Item(suite="s", benchmark="b", item="u1", text="HELLO <b>", facts={"T": 9, "x": "y", "d": 0.5},
         values={"total_time": 0.25}, samples={"total_time": (0.25, 0.5)}, fingerprint="i"),
    Item(suite="s", benchmark="b", item="u2", params={"k": "1"}, variant=Variant(device="cpu")),
)  # fmt: skip


def run(number: int, **about) -> Run:
    known: dict[str, Any] = {
        "run_id": f"{number:032x}",
        "started_at": START + timedelta(days=number, microseconds=250),
        "commit": Commit(sha=f"{number:040x}", time=START + timedelta(days=number)),
        "machine": MACHINE,
    }
    return Run(**(known | about))


COMMIT = Commit(
    sha="c" * 40,
    time=START,
    sequence=41,
    parents=("a" * 40, "b" * 40),
    lineage=(("c" * 40, "a" * 40, "b" * 40), ("a" * 40,)),
    subject='It\'s "fast" now; \u4e2d',
    branch="main",
    tag="v1",
    dirty=True,
)
RECORDS = (
    RunRecord(
        run=run(
            1,
            commit=COMMIT,
            recorded_at=START + timedelta(days=9),
            project="p",
            profile="nightly",
            tool_version="1.2",
            duration_s=1.5,
            environment={"libraries": {"torch": "2.13.0"}, "a": {"b": 1}},
            warnings=("one", "two"),
        ),
        points=POINTS,
        items=ITEMS,
    ),
    RunRecord(
        run=run(
            2, machine=Machine(name="other", gpu="H200", gpu_driver="1"), origin=Origin.IMPORTED
        ),
        points=(of(Measured(value=0.5, n=1)),),
    ),
    RunRecord(run=run(3), points=(), items=ITEMS[:1]),
    RunRecord(
        run=run(4, kind=RunKind.DUET, base=Commit(sha="d" * 40, time=START, subject="before")),
        points=(
            of(Measured(value=0.5, n=2, samples=(0.5, 0.5), rounds=(0, 1)), side=Side.BASE),
            of(Measured(value=0.25, n=2, samples=(0.25, 0.25), rounds=(0, 1)), side=Side.HEAD),
            of(Failed(reason="no"), side=Side.HEAD, benchmark="fails"),
        ),
    ),
)  # fmt: skip
