"""Simulate further runs beside the nightly ones: of a laptop every week, and a duet."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from history.words.records import (
    Commit,
    Machine,
    Measured,
    Origin,
    Point,
    Run,
    RunKind,
    RunRecord,
    Side,
)
from site_gen.demo.simulate import LAST_NIGHT, MACHINES, SEED, commit_of, measured, run_id_of, year
from site_gen.demo.works import golden, works

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

LAPTOP: Final = Machine(name="laptop-m2", cpu_model="Apple M2", cores=8, memory_gib=24)
EVERY: Final = 4
"""Nights between two runs of the laptop."""
ROUNDS: Final = 24
_SPEED: Final = 0.8
_SLOWER: Final = 1.09
"""Slow-down of the mel spectrogram on the branch of the duet."""


def whole_year(nights: int = 120, last: datetime = LAST_NIGHT) -> tuple[RunRecord, ...]:
    """All runs of `nights` nights until `last`: nightly ones and others."""
    return (*year(nights, last), *laptop(nights, last), duet(nights, last))


def laptop(nights: int, last: datetime) -> Iterator[RunRecord]:
    """Runs of a third machine: the golden pipeline and two operations, on few nights."""
    import numpy as np

    random = np.random.default_rng((SEED, 1))
    chosen = [*golden(), *(work for work in works() if work.benchmark in {"top_k", "argmax"})]
    for night in range((nights - 1) % EVERY, nights, EVERY):
        commit, share = commit_of(night, nights, last), night / max(nights - 1, 1)
        yield RunRecord(
            run=Run(
                run_id=run_id_of(commit.sha, LAPTOP.name),
                started_at=commit.time + timedelta(hours=4),
                commit=commit,
                machine=LAPTOP,
                project="simulated speech project",
                origin=Origin.SIMULATED,
                source="demo",
                profile="weekly",
                tool_version="0",
                duration_s=212.0,
                environment={"python": {"version": "3.11.9"}},
            ),
            points=tuple(
                Point(
                    suite=work.suite,
                    benchmark=work.benchmark,
                    metric=trend.metric,
                    outcome=measured(trend, _SPEED, share, nights, random),
                    params=dict(work.params),
                    variant=work.variant,
                )
                for work in chosen
                for trend in work.trends
            ),
        )


def duet(nights: int, last: datetime) -> RunRecord:
    """A branch compared with the second newest commit in a duet."""
    import numpy as np

    random = np.random.default_rng((SEED, 2))
    base = commit_of(max(nights - 2, 0), nights, last)
    head = Commit(
        sha=sha256(f"{base.sha} branch".encode()).hexdigest()[:40],
        time=base.time + timedelta(hours=2),
        subject="Windows of the mel spectrogram overlap by half",
        branch="overlap",
        sequence=base.sequence,
    )
    return RunRecord(
        run=Run(
            run_id=run_id_of(head.sha, "duet"),
            started_at=base.time + timedelta(hours=3),
            kind=RunKind.DUET,
            base=base,
            commit=head,
            machine=MACHINES[0],
            project="simulated speech project",
            origin=Origin.SIMULATED,
            source="demo",
            profile="quick",
            tool_version="0",
            duration_s=341.0,
            environment={"duet": {"against": "main", "base is": "merge base"}},
        ),
        points=tuple(_sides(random)),
    )


def _sides(random: np.random.Generator) -> Iterator[Point]:
    """Both sides of every operation: rounds of four runs, head in the middle or at the ends."""
    import numpy as np

    for work in works():
        if work.suite != "micro" or work.variant.implementation != "numpy":
            continue
        (trend,) = work.trends
        times = trend.level * np.exp(0.006 * random.standard_normal((ROUNDS, 4)))
        middle = random.random(ROUNDS) < 0.5
        change = _SLOWER if work.benchmark == "mel" else 1.0
        for side in (Side.BASE, Side.HEAD):
            places = [
                (number, place)
                for number in range(ROUNDS)
                for place in range(4)
                if (place in {1, 2}) == (bool(middle[number]) == (side is Side.HEAD))
            ]
            factor = change if side is Side.HEAD else 1.0
            taken = [round(float(times[place]) * factor, 9) for place in places]
            yield Point(
                suite=work.suite,
                benchmark=work.benchmark,
                metric=trend.metric,
                params=dict(work.params),
                variant=work.variant,
                side=side,
                outcome=Measured(
                    value=sorted(taken)[len(taken) // 2],
                    n=len(taken),
                    samples=tuple(taken),
                    rounds=tuple(number for number, _ in places),
                    processes=tuple(4 * number + place for number, place in places),
                ),
            )
