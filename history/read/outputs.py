"""Read the outputs of pipeline stages, now and before their last change."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from history import addresses, sql
from history.items import outputs
from history.items.outputs import Summary
from history.words.key import parse_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb


@dataclass(frozen=True, slots=True)
class Output:
    """The outputs of one run's stages for an item."""

    run_id: str
    stages: dict[str, Summary]
    values: dict[str, float]
    """Metric to its aggregate for this item."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest output of an item, and the newest different one on the same machine."""

    variant: str
    item: str
    now: Output
    since: str
    """Id of the first of the consecutive runs with this output."""
    before: Output | None


Outputs = dict[str, tuple[Kept, ...]]
"""Address of a benchmark's page -> its items by variant."""


def read(connection: duckdb.DuckDBPyConnection) -> Outputs:
    """Items with summaries of their stages, in one query."""
    rows = connection.execute(sql.query("outputs")).fetchall()
    found: dict[str, list[Kept]] = {}
    for (suite, name, params, variant, item), group in groupby(rows, key=lambda row: row[:5]):
        listed = [row[5:] for row in group]
        machine = listed[-1][0]
        own = [_output(*row) for key, *row in listed if key == machine]
        page = addresses.benchmark(suite, name, parse_pairs(params))
        found.setdefault(page, []).append(_kept(variant, item, own))
    return {page: tuple(kept) for page, kept in found.items()}


def _kept(variant: str, item: str, own: Sequence[Output]) -> Kept:
    place = outputs.last_other([one.stages for one in own])
    since = own[0 if place is None else place + 1].run_id
    return Kept(variant, item, own[-1], since, None if place is None else own[place])


def _output(run_id: str, facts: str, values: str) -> Output:
    said = msgspec.json.decode(facts, type=dict[str, float | int | str])
    return Output(
        run_id, outputs.stages_of(said), msgspec.json.decode(values, type=dict[str, float])
    )
