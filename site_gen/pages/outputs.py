"""Build the section about the outputs of pipeline stages, now and before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from history.items import outputs
from history.report.wording import names, numbers, sizes
from history.words.metrics import find, headline, shown_in, title_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.items.outputs import Summary
    from history.read.outputs import Kept
    from history.read.runs import Run

COLUMNS = (
    ("shape", "Shape"),
    ("min", "Smallest"),
    ("max", "Largest"),
    ("mean", "Mean"),
    ("std", "Spread"),
    ("nonzero", "Non-zero"),
)


@dataclass(frozen=True, slots=True)
class Number:
    """One statistic of a stage."""

    title: str
    now: str
    before: str
    """Empty if it is unchanged."""


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage."""

    name: str
    numbers: tuple[Number, ...]
    same: str
    """``same`` or ``differs`` if there was another output, else empty."""


@dataclass(frozen=True, slots=True)
class OutputPart:
    """One item in one variant."""

    item: str
    title: str
    """Title of the variant."""
    stages: tuple[StageRow, ...]
    since: Run
    """The first run with this output."""
    before: Run | None
    """The last run with another output."""
    speed: str
    """The change of the time between these two; empty without two times."""
    first: str
    """The first stage that differs."""


def build(
    kept: Sequence[Kept], hidden: frozenset[tuple[str, str]], runs: Mapping[str, Run]
) -> tuple[OutputPart, ...]:
    """A part for each item and variant, in the order they were read."""
    return tuple(_part(one, hidden, runs) for one in kept)


def _part(kept: Kept, hidden: frozenset[tuple[str, str]], runs: Mapping[str, Run]) -> OutputPart:
    before = kept.before
    was = before.stages if before is not None else {}
    found = outputs.differences(was, kept.now.stages)
    differ = {(one.stage, one.key) for one in found}
    return OutputPart(
        item=kept.item,
        title=names.variant(kept.variant, hidden),
        stages=tuple(_row(stage, one, was, differ) for stage, one in kept.now.stages.items()),
        since=runs[kept.since],
        before=runs[before.run_id] if before is not None else None,
        speed=_speed(before.values, kept.now.values) if before is not None else "",
        first=found[0].stage if found else "",
    )


def _row(
    stage: str, now: Summary, before: Mapping[str, Summary], differ: set[tuple[str, str]]
) -> StageRow:
    was = before.get(stage, {})
    cells = tuple(
        Number(title, _number(now.get(key)), _number(was[key]) if (stage, key) in differ else "")
        for key, title in COLUMNS
    )
    other = stage not in before or any(one == stage for one, _ in differ)
    return StageRow(stage, cells, ("differs" if other else "same") if before else "")


def _number(said: float | str | None) -> str:
    if said is None:
        return numbers.MISSING
    if isinstance(said, str):
        return said[:40].replace("x", " × ")
    return numbers.whole(said) if isinstance(said, int) else numbers.exact(said)


def _speed(before: Mapping[str, float], now: Mapping[str, float]) -> str:
    common = before.keys() & now.keys()
    if not common:
        return ""
    metric = headline(common)
    was, found, unit = before[metric], now[metric], find(metric).unit
    change = f" ({sizes.beside(metric, unit, was, found)})" if was else ""
    title, shown = title_of(metric), shown_in(metric, unit)
    return f"{title} {numbers.value(was, shown)} → {numbers.value(found, shown)}{change}"
