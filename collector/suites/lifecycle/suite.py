"""The lifecycle suite: memory growth and its verdict from every iteration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from collector.contract import Case, Process, Requirement, SuitePlan, WorkOutcome
from collector.speech import extra
from collector.suites.lifecycle.plan import CONTROL, LifecycleOptions, plan
from history.formats.outcomes import measured
from history.report.wording import memory, numbers
from history.stats.leak import Leak, LeakVerdict, judge
from history.words.records import Invalid, Measured

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from collector.contract import Samples, Session
    from history.words.records import Point

CONTROL_TOLERANCE: Final = 0.02
"""Tolerated relative error of the planted leak."""


class Lifecycle:
    """One child per method; an iteration is a repeat, and memory is read between its parts."""

    name = "lifecycle"
    version = 1
    summary = "Memory over repeated load and inference: recreate against reuse, with a verdict."
    requirements: tuple[Requirement, ...] = extra.packages(
        "onnxruntime", "onnx", "torch", "transformers"
    )
    options: type[msgspec.Struct] = LifecycleOptions

    def plan(self, options: LifecycleOptions, profile: str) -> SuitePlan:
        """The control, then every subject with every method."""
        return plan(options, profile)

    def open(
        self, process: Process, options: LifecycleOptions, profile: str, workspace: Path
    ) -> Session:
        """Nothing heavy yet: the subject imports what it needs when it is made."""
        del profile
        from collector.suites.lifecycle.session import LifecycleSession

        return LifecycleSession(process, options, workspace)

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """Growth with interval and verdict, and memory changes of loading and unloading."""
        rss = samples["rss"]
        leak = judge(rss, outcome.values.get("model_size", 0.0))
        n = int(rss.size)
        found: dict[str, Any] = {
            "rss_growth_rate": _rate(case, leak, n, outcome.values),
            "rss_growth_naive": Measured(value=leak.naive, n=n),
            "rss_growth": Measured(value=float(rss[-1] - rss[0]), n=n),
        }
        memory = {name: samples[name] for name in case.metrics if name in samples and _is_rss(name)}
        if "load_overhead" in case.metrics:
            memory["load_overhead"] = samples["rss_after_load"] - samples["rss_before"]
            memory["unload_release"] = samples["rss_after_inference"] - rss
        for name, values in memory.items():
            # Memory does not care whether the scheduler took the processor away meanwhile.
            if np.isfinite(values).all():
                found[name] = measured(values.tolist())
        return found

    def conclude(self, points: Sequence[Point]) -> str:
        """A table of recreate and reuse, with the verdict of each."""
        from history.formats import lifecycle_table, suite_points

        return lifecycle_table.terminal(suite_points.of(points))


def _rate(case: Case, leak: Leak, n: int, values: Mapping[str, float]) -> Measured | Invalid:
    """The slope of memory; invalid when the planted leak was not read as what it is."""
    planted, read = values.get("planted", 0.0), values.get("control_rate", 0.0)
    if case.benchmark == CONTROL and leak.slope is not None:
        read = leak.slope.slope
    if planted and abs(read / planted - 1) > CONTROL_TOLERANCE:
        return Invalid(
            reason=f"a planted leak of {planted / 2**20:g} MiB per iteration was read as"
            f" {read / 2**20:.3f} MiB: what this process reads about its memory cannot be trusted."
        )
    expected = LeakVerdict.LEAK if case.benchmark == CONTROL and planted else LeakVerdict.NO_LEAK
    if leak.slope is None:
        return Invalid(reason=f"a slope needs at least two iterations, found {n}.")
    return Measured(
        value=leak.slope.slope,
        n=n,
        aggregate="slope",
        low=leak.slope.low,
        high=leak.slope.high,
        interval="theil-sen",
        warnings=(said(leak),) if leak.verdict is not expected else (),
    )


def _is_rss(metric: str) -> bool:
    return metric in {"rss", "rss_before", "rss_after_load", "rss_after_inference"}


def said(leak: Leak) -> str:
    """The verdict as a sentence, with the slope and the naive figure."""
    naive = f"; (last - first) / n says {numbers.value(leak.naive, 'B/iteration')}"
    return f"Verdict: {leak.verdict}. {memory.of_leak(leak).rstrip('.')}{naive}."
