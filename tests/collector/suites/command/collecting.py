"""Collect one table of a command suite with real children."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from collector.execution.children import Limits
from collector.execution.runner import Runner
from collector.planning import tables as planning
from collector.results import points
from collector.results.samples import CaseResult
from history.words.records import Item, Measured, Point
from tests.collector.harness import Quiet

SAMPLES = Path(__file__).with_name("samples")


class Got:
    """Points and items of one collection."""

    def __init__(self, made: list[points.Made], results: list[CaseResult]) -> None:
        self.results = results
        self.points = [point for one in made for point in one.points]
        self.items = [item for one in made for item in one.items]

    def point(self, metric: str, benchmark: str = "", **params: str) -> Point:
        found = [
            point
            for point in self.points
            if point.metric == metric
            and benchmark in {"", point.benchmark}
            and (not params or point.params == params)
        ]
        assert len(found) == 1, [(p.benchmark, p.metric, p.params) for p in self.points]
        return found[0]

    def value(self, metric: str, benchmark: str = "", **params: str) -> float:
        outcome = self.outcome(metric, benchmark, **params)
        assert isinstance(outcome, Measured), outcome
        return outcome.value

    def outcome(self, metric: str, benchmark: str = "", **params: str) -> Any:
        return self.point(metric, benchmark, **params).outcome

    def item(self, name: str) -> Item:
        (found,) = [item for item in self.items if item.item == name]
        return found


def collected(folder: Path, profile: str = "quick", **table: Any) -> Got:
    """What ``soundmark collect`` would store of ``[[suite]] use = "command"`` with this table."""
    tables = [("command", table, "soundmark.toml: suite[0]")]
    works = planning.work_list(tables, (), profile, folder=folder)
    cache = folder / "cache"
    cache.mkdir(exist_ok=True)
    limits = Limits(open_s=600.0, prepare_s=600.0, repeat_s=20.0, finish_s=120.0)
    found = [
        (work, result)
        for work in works
        for result in Runner(work, profile, folder, cache, Quiet(), limits).results()
    ]
    made = [points.make(work.suite, work.name, result) for work, result in found]
    return Got(made, [result for _, result in found])
