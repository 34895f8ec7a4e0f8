"""Every state that a reviewer can meet, each made of what would have been measured."""

from datetime import UTC, datetime

import numpy as np

from history.compare import duet
from history.compare.duet import IDENTICAL
from history.compare.results import ComparisonVerdict as Verdict
from history.compare.stored_duets import StoredDuet
from history.project.limits import Target
from history.report.review import from_duet
from history.report.review.result import Commit, Difference, Event, How, Setting
from history.report.review.tidy import Tidy
from history.words.records import Status
from history.words.units import Quantity
from tests.history.compare.duets import keyed, side, taken
from tests.history.report.review.reviews import HEAD, absence, review, row

ABOUT = StoredDuet(
    run_id="f0" * 16,
    started_at=datetime(2026, 11, 28, 3, 14, tzinfo=UTC),
    project="aligner",
    origin="measured",
    tool_version="1.0",
    warnings=[],
    head="91be00d4aa12" + "0" * 28,
    head_subject="Decode in blocks",
    head_branch="faster",
    head_tag="",
    dirty=False,
    base="3f2a9c1d7b40" + "0" * 28,
    base_subject="Merge the reader",
    machine="epyc-7763-4c-16g",
    asked="origin/main",
    is_merge_base=True,
)


def both(benchmark, change=1.0, *, rounds=24, seed=1, scatter=0.006, **about):
    """One series on both sides of a duet, head's times `change`."""
    values = 0.05 * np.exp(np.random.default_rng(seed).normal(0, scatter, (rounds, 4)))
    base, head = taken(values, ([True, False] * 12)[:rounds], change=change)
    return side(base, benchmark=benchmark, **about), side(head, benchmark=benchmark, **about)


def lost(benchmark, base="", head=""):
    """One series that failed where a reason is given; it was measured on the other side."""
    measured = both(benchmark)
    return tuple(
        side(benchmark=benchmark, status=Status.FAILED, reason=reason) if reason else there
        for reason, there in zip((base, head), measured, strict=True)
    )


def calm(count, seed=10):
    """Benchmarks without a difference."""
    return [both(f"step-{place}", seed=seed + place) for place in range(count)]


def of(*pairs, base=(), head=(), targets=(), about=ABOUT):
    """The review of a duet of these series; `base` and `head` are on one side only."""
    sides = (
        keyed([*(one for one, _ in pairs), *base]),
        keyed([*(two for _, two in pairs), *head]),
    )
    return from_duet.review(duet.judge(*sides), about, targets, Tidy())


def many():
    """10,000 benchmarks of which twelve became slower."""
    slower = [
        row(0.05 + 0.01 * place, verdict=Verdict.REGRESSION, benchmark=f"micro.slow[n={place}]")
        for place in range(12)
    ]
    still = [row(benchmark=f"micro.case[n={place}]") for place in range(988)]
    return review(*slower, *still, counted={Verdict.NO_DIFFERENCE: 9000})


HOSTILE = "@team <img src=x> [a](https://evil.example) `|` ![b](//evil.example/x.png)\x1b[2J\u202e"
LIMIT = Target("real time", "wall_time", Quantity(0.0505, "s"), benchmark="cli.decode")

STATES = {
    "all-well": lambda: of(*calm(4)),
    "regression": lambda: of(both("decode", 1.05), *calm(3)),
    "improvement": lambda: of(both("decode", 0.8), *calm(3)),
    "mixed": lambda: of(both("decode", 1.31), both("encode", 0.8, seed=3), *calm(3)),
    "suspect": lambda: of(both("decode", 1.05, rounds=4, scatter=0.004), *noisy_calm()),
    "too-few-rounds": lambda: of(*(both(f"step-{one}", rounds=1, seed=one) for one in range(3))),
    "failed-suite": lambda: of(
        *(lost(f"step-{one}", head="exit code 3: no such option --blocks") for one in range(3)),
        both("decode", 1.05),
    ),
    "not-comparable": lambda: of(lost("decode", base="exit code 2"), *calm(2)),
    "new-benchmark": lambda: of(*calm(2), head=[both("young")[1]]),
    "removed-benchmark": lambda: of(*calm(2), base=[both("old")[0]]),
    "target-broken": lambda: of(both("decode", 1.015), *calm(2), targets=[LIMIT]),
    "identical": lambda: of(
        *(
            tuple(side(benchmark=name, status=Status.SKIPPED, reason=IDENTICAL) for _ in range(2))
            for name in ("decode", "encode")
        )
    ),
    "no-base": lambda: review(
        absence(benchmark="cli.encode"),
        base=None,
        noise=None,
        setting=Setting(how=How.NOTHING, machines=("box",), asked="v1.0"),
    ),
    "first-run-ever": lambda: review(
        base=None, noise=None, setting=Setting(how=How.NOTHING, machines=("box",))
    ),
    "machine-moved": lambda: review(
        row(0.052, verdict=Verdict.REGRESSION),
        row(0.049, verdict=Verdict.REGRESSION, benchmark="cli.encode"),
        setting=Setting(
            how=How.HISTORY, machines=("box",), age_s=259_200.0, asked="main", steps_back=2
        ),
        base=Commit(sha="3f2a9c1d7b40" + "0" * 28, measured_at="2026-11-25T03:00:00Z"),
        head=HEAD,
        events=(
            Event(
                machine="box",
                commit=HEAD.sha,
                series=40,
                of=44,
                worse=40,
                change=0.05,
                low=0.04,
                high=0.062,
                of_machine=True,
            ),
        ),
        environment=(Difference(name="libraries.torch", before="2.12", now="2.13"),),
    ),
    "two-machines": lambda: review(
        row(0.052, verdict=Verdict.REGRESSION, machine="box", variant="runtime=torch;device=cpu"),
        row(0.001, machine="laptop", variant="runtime=onnxruntime;device=cpu"),
        absence(benchmark="cli.encode", machine="laptop", variant="runtime=torch;device=cpu"),
        setting=Setting(how=How.HISTORY, machines=("box", "laptop"), simulated=True),
        base=Commit(sha="3f2a9c1d7b40" + "0" * 28, measured_at="2026-11-25T03:00:00Z"),
    ),
    "10000-benchmarks": many,
    "hostile-names": lambda: of(
        both(HOSTILE, 1.05),
        lost(f"{HOSTILE} 2", head=HOSTILE),
        *calm(1),
        head=[both(f"{HOSTILE} 3")[1]],
    ),
}


def noisy_calm():
    """Series whose number makes one small p no news."""
    return [both(f"step-{place}", rounds=4, seed=50 + place, scatter=0.01) for place in range(10)]
