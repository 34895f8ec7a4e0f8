"""Simulate a year of a speech project, for the demo and for tests; always labelled simulated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import ceil, exp
from typing import TYPE_CHECKING

from history.words import calibration
from history.words.calibration import Calibration, Reading
from history.words.records import (
    Commit,
    Failed,
    Invalid,
    Machine,
    Measured,
    Origin,
    Outcome,
    Point,
    Run,
    RunRecord,
    Skipped,
    Variant,
)
from site_gen.demo import simulate_items
from site_gen.demo.works import Trend, Work, works

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

YEAR = timedelta(days=350)
SEED = 7
LAST_NIGHT = datetime(2026, 12, 21, 2, 30, tzinfo=UTC)
MACHINES = (
    Machine(name="runner-4c", cpu_model="AMD EPYC 7763 64-Core Processor", cores=4, memory_gib=16),
    Machine(
        name="bench-h200",
        cpu_model="Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz",
        cores=16,
        memory_gib=128,
        gpu="NVIDIA H200",
        gpu_driver="580.95",
    ),
)
_SUBJECTS = (
    "Reuse the emission buffer between utterances",
    "Group words with one pass over the path",
    "Fold log-softmax into the last layer",
    "Check the tokens' range before the gather",
    "Cache the mel filter bank",
    "Read audio in one block",
    "Split the decoder loop from sampling",
    "Move the key-value cache to one allocation",
    "Bound the beam before scoring",
    "Tidy the command line",
    "Say which model file is missing",
    "Update the onnxruntime pin",
    "Skip silent tails when chunking",
    "Document the alignment format",
    "Keep spans as integers until the end",
)


def year(nights: int = 120, last: datetime = LAST_NIGHT) -> tuple[RunRecord, ...]:
    """Runs of `nights` commits over the year that ends at `last`, oldest first."""
    import numpy as np

    random = np.random.default_rng(SEED)
    invented = tuple(works())
    records = []
    for night in range(nights):
        commit = commit_of(night, nights, last)
        time = commit.time + timedelta(hours=5)
        for number, machine in enumerate(MACHINES):
            if (night * 5 + number * 3) % 17 == 0 and 0 < night < nights - 1:
                continue  # a night on which this machine was busy
            share = night / max(nights - 1, 1)
            points = tuple(
                point
                for work in invented
                if not work.only_gpu or machine.gpu
                for point in _points(work, machine, share, night, nights, random)
            )
            if not machine.gpu:
                points += tuple(simulate_items.memory(night, nights, random))
            aligned = {work.variant for work in invented if work.suite == "alignment"}
            records.append(
                RunRecord(
                    run=_run(commit, machine, time, share, night),
                    points=points,
                    items=tuple(
                        item
                        for variant in sorted(aligned, key=Variant.text)
                        for item in simulate_items.items(share, variant, speed_of(machine), random)
                    )
                    if night >= nights - 3
                    else (),
                )
            )
    return tuple(records)


def commit_of(night: int, nights: int, last: datetime) -> Commit:
    """The commit of one of `nights` nights until `last`, counted from 0."""
    days = round(night * YEAR.days / max(nights - 1, 1))
    return Commit(
        sha=sha_of(night),
        time=last - YEAR + timedelta(days=days) - timedelta(hours=5),
        sequence=night + 1,
        subject=_SUBJECTS[night * 7 % len(_SUBJECTS)],
        branch="main",
        tag=f"v0.{night // 30 + 1}.0" if night % 30 == 29 else "",
        dirty=night == nights // 2,
    )


def sha_of(night: int) -> str:
    """Hash of the commit of a night, counted from 0."""
    return sha256(f"simulated {SEED} {night}".encode()).hexdigest()[:40]


def run_id_of(*names: str) -> str:
    """Id of the run that these names are of."""
    return sha256(" ".join(names).encode()).hexdigest()[:32]


def night_at(share: float, nights: int) -> int:
    """The first night, counted from 0, on which this share of the year is over."""
    return ceil(share * (nights - 1))


def speed_of(machine: Machine) -> float:
    """Time of work on a machine, relative to the slower one."""
    return 0.55 if machine.gpu else 1.0


def _run(commit: Commit, machine: Machine, time: datetime, share: float, night: int) -> Run:
    onnx = "1.23.2" if share < 0.45 else "1.24.0"
    return Run(
        run_id=run_id_of(commit.sha, machine.name),
        started_at=time,
        commit=commit,
        machine=machine,
        project="simulated speech project",
        origin=Origin.SIMULATED,
        source="demo",
        profile="nightly",
        tool_version="0",
        duration_s=610.0 + 13 * (night % 9),
        environment={
            calibration.GROUP: calibration.encode(_calibration(night)),
            "python": {"version": "3.11.9"},
            "libraries": {"torch": "2.13.0", "onnxruntime": onnx, "numpy": "2.4.1"},
            "system": {"kernel": "6.8.0-1031" if share < 0.7 else "6.11.0-1004"},
        },
        warnings=("The load of the machine was 0.9 before the start; results may scatter.",)
        if night % 23 == 4
        else (),
    )


def _calibration(night: int) -> Calibration:
    """Reference work before and after; on some nights the machine changes speed."""
    limit, drift = 0.05, 0.083 if night % 23 == 4 else 0.004
    before_s = 0.000337
    reading = Reading(
        suite="alignment",
        work="compute",
        before_s=before_s,
        after_s=before_s * (1 + drift),
        disturbed=drift > limit,
    )
    return Calibration(readings=(reading,), limit=limit)


def _points(
    work: Work,
    machine: Machine,
    share: float,
    night: int,
    nights: int,
    random: np.random.Generator,
) -> Iterator[Point]:
    absence = _absence(work, machine, night, nights)
    speed = speed_of(machine)
    for trend in work.trends:
        outcome: Outcome = absence or measured(trend, speed, share, nights, random)
        yield Point(
            suite=work.suite,
            benchmark=work.benchmark,
            metric=trend.metric,
            outcome=outcome,
            params=dict(work.params),
            variant=work.variant,
            fingerprint="" if absence else ("5d41402a" if share < 0.62 else "9f86d081"),
        )


def _absence(work: Work, machine: Machine, night: int, nights: int) -> Outcome | None:
    if work.benchmark == "pipeline" and work.suite == "tts" and not machine.gpu:
        return Skipped(reason="needs a CUDA device; this machine has none")
    if work.suite == "whisper" and night in {nights // 3, nights - 1} and not machine.gpu:
        return Failed(reason="the child ended with signal 9 (killed) after 41 s; 12.1 GB in use")
    if work.benchmark == "top_k" and night == nights - 4:
        return Invalid(reason="38 % of the samples were preempted; the limit is 20 %")
    return None


def measured(
    trend: Trend, speed: float, share: float, nights: int, random: np.random.Generator
) -> Measured:
    """One point of a trend at this share of the year, on a machine of this speed."""
    level = trend.level * (speed if trend.metric.endswith(("_time", "rtf")) else 1.0)
    for shift in trend.shifts:
        width = shift.over / nights
        part = 1.0 if width == 0 else min(max((share - shift.at) / width, 0.0), 1.0)
        if share >= shift.at:
            level *= 1 + (shift.factor - 1) * part
    level *= exp(trend.noise * float(random.standard_normal()))
    if random.random() < 0.012:
        level *= 1.2  # an outlier
    taken = [round(float(x), 9) for x in level * (1 + trend.noise * random.standard_normal(15))]
    samples = sorted(taken)
    return Measured(
        value=samples[7],
        n=15,
        aggregate="median",
        low=samples[3],
        high=samples[11],
        interval="order-statistics",
        q1=samples[3],
        q3=samples[11],
        minimum=samples[0],
        maximum=samples[-1],
        samples=tuple(taken),
    )
