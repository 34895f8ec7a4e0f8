"""Plan the suites of the ``[[suite]]`` tables that were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from collector.contract import Suite, SuitePlan
from collector.planning import declared, plan, preparation, requirements, sampling_options
from collector.planning.preparation import Preparation
from collector.planning.sampling_options import SamplingTable
from collector.suites import registry
from history.project.config import convert_table

Table = tuple[str, dict[str, Any], str]
"""Name of the suite, its options, and where they were set."""


class Configured(NamedTuple):
    """A suite with its table, read and checked."""

    suite: Suite
    options: msgspec.Struct
    sampling: SamplingTable
    preparation: Preparation
    where: str
    """Where the table stands."""

    @property
    def name(self) -> str:
        """Of this table: a suite that the file may hold several times has a name of its own."""
        return str(getattr(self.options, "name", "") or self.suite.name)

    def plan(self, profile: str) -> SuitePlan:
        """What the suite will do, whether this computer can or not."""
        planned = self.suite.plan(self.options, profile)
        return sampling_options.apply(self.sampling, planned, self.where)


def configured(table: Table) -> Configured:
    """Load the suite of a table and read its options.

    Raises ConfigError naming the place of a mistake, and as ``registry.load`` does.
    """
    use, given, where = table
    suite = registry.load(use)
    suite_table, prepared = preparation.split(given, where)
    own_table, sampling = sampling_options.split(suite_table, where)
    options = convert_table(own_table, suite.options, where)
    return Configured(suite, options, sampling, prepared, where)


def work_list(
    tables: Sequence[Table],
    names: Sequence[str],
    profile: str,
    *,
    folder: Path,
    only: Sequence[str] = (),
    shard: plan.Shard = plan.WHOLE,
    seconds: Mapping[str, float] | None = None,
) -> tuple[plan.SuiteWork, ...]:
    """Plans of the suites that were asked for.

    ``tables`` are the ``[[suite]]`` tables of the configuration; a suite named without one takes
    its defaults, and with neither names nor tables every known suite does. Suites that lack
    something get every case as an absence that says what and how to get it. Paths in the tables
    start from ``folder``, where the children will work as well.
    """
    with chdir(folder):
        plans = [_planned(table, profile) for table in _chosen(tables, names, profile)]
    return plan.assemble(plans, only=only, shard=shard, seconds=seconds)


def of_suite(tables: Iterable[Table], name: str) -> list[Table]:
    """The tables that use the suite of this name, or have the name themselves."""
    return [table for table in tables if name in {table[0], table[1].get("name")}]


def _planned(table: Table, profile: str) -> plan.Planned:
    found = configured(table)
    declared.check_places(found.options, found.where)
    suite_plan = found.plan(profile)
    missing = requirements.missing(found.suite.requirements)
    if missing:
        suite_plan = requirements.without(suite_plan, missing)
    sent: dict[str, Any] = msgspec.to_builtins(found.options)
    target = registry.target_of(table[0])
    return plan.Planned(found.name, target, found.suite, sent, suite_plan, found.preparation)


def _chosen(tables: Sequence[Table], names: Sequence[str], profile: str) -> list[Table]:
    if not names and not tables:
        names = registry.SUITES.names()
    if not names:
        return [table for table in tables if not preparation.is_left_out(table[1], profile)]
    found = []
    for name in names:
        found += of_suite(tables, name) or [(name, {}, f"suite {name}")]
    return found
