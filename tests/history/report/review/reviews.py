"""Make reviews: a test states only what matters to it."""

from collections import Counter
from typing import Any

from history.compare.results import ComparisonVerdict as Verdict
from history.report.review.result import (
    ACTIONS,
    Absence,
    Commit,
    Counts,
    How,
    Noise,
    Review,
    Row,
    Setting,
    outcome_of,
)

HEAD = Commit(sha="91be00d4aa12" + "0" * 28, subject="Decode in blocks", branch="faster")
BASE = Commit(sha="3f2a9c1d7b40" + "0" * 28, subject="Merge the reader", branch="main")
DUET = Setting(how=How.DUET, machines=("epyc-7763-4c-16g",))
QUIET_JOB = Noise(typical=0.012, largest=0.031, smallest_seen=0.02)


def row(change=0.001, *, verdict=Verdict.NO_DIFFERENCE, benchmark="cli.decode", **more):
    """One series that took 50 ms before; `change` is relative."""
    stated: dict[str, Any] = {
        "metric": "wall_time",
        "unit": "s",
        "machine": "epyc-7763-4c-16g",
        "before": 0.050,
        "after": 0.050 * (1 + change),
        "change": change,
        "low": change - 0.01,
        "high": change + 0.01,
        "detectable": 0.02,
        "noise": 0.013,
        "why": "44 pairs, q = 0.81",
    } | more
    return Row(benchmark=benchmark, verdict=verdict, **stated)


def absence(verdict=Verdict.FAILED, *, benchmark="cli.decode", **more):
    """One benchmark that one side did not run."""
    stated: dict[str, Any] = {"machine": "epyc-7763-4c-16g", "reason": "exit code 3"} | more
    return Absence(benchmark=benchmark, verdict=verdict, **stated)


def review(*lines, counted=None, **more):
    """The review of these rows and absences; `counted` are series beside them."""
    rows = tuple(one for one in lines if isinstance(one, Row))
    absences = tuple(one for one in lines if isinstance(one, Absence))
    verdicts = Counter(one.verdict for one in lines) + Counter(counted or {})
    counts = more.pop("counts", None) or Counts(
        verdicts=dict(verdicts),
        benchmarks=len({one.benchmark for one in rows}),
        environment=len(more.get("environment", ())),
    )
    stated: dict[str, Any] = {
        "project": "aligner",
        "head": HEAD,
        "base": BASE,
        "setting": DUET,
        "noise": QUIET_JOB,
    } | more
    outcome = outcome_of(stated["setting"].how, counts)
    return Review(
        outcome=outcome,
        action=ACTIONS[outcome],
        rows=rows,
        absences=absences,
        counts=counts,
        **stated,
    )
