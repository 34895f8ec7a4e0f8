"""Combine the results of several runs of one program: one point per series."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
import numpy as np

from collector.contract import Case
from collector.results.aggregate import measured
from history.formats.interface import Parsed
from history.formats.runs import unique
from history.words.records import VARIANT_KEYS, Item, Measured, Outcome, Point, Variant

Key = tuple[object, ...]


class Merged(NamedTuple):
    """Series that the program reported beyond the metrics of its case."""

    points: tuple[Point, ...]
    items: tuple[Item, ...]
    warnings: tuple[str, ...]


@dataclass
class _Series:
    """One series over the runs."""

    point: Point
    outcomes: list[tuple[int, Outcome]] = field(default_factory=list)
    """(run, outcome)."""


def merge(runs: Sequence[Parsed], case: Case, also_owed: Collection[str] = ()) -> Merged:
    """Samples of all runs in order of time, with the run of each as its round.

    Each series gets the parameters and the variant of the case. A series that the case measures
    itself, or another case of the same run (``also_owed``), is left out: two clocks for one number
    would contradict each other.
    """
    series: dict[Key, _Series] = {}
    warnings: dict[str, None] = {}
    for run, one in enumerate(runs):
        points, twice = unique(_placed(point, case) for point in one.points)
        warnings.update(dict.fromkeys(twice))
        for point in points:
            if _owed(point, case, also_owed):
                warnings[
                    f"The program's own {point.metric} was left out, because the whole process is"
                    " measured under that name: give it another name, such as total_time."
                ] = None
                continue
            found = series.setdefault(_key(point), _Series(point))
            found.outcomes.append((run, point.outcome))
        for text in one.flagged:
            warnings[f"{_sentence(text)}."] = None
        if one.refused:
            warnings[
                f"{len(one.refused)} of {one.rows_read} results could not be taken; the first:"
                f" {one.refused[0].reason}."
            ] = None
    made = tuple(_one(found, len(runs), case) for found in series.values())
    return Merged(made, _items(runs, case), tuple(warnings))


def _placed(point: Point, case: Case) -> Point:
    """The point with missing fields taken from the case."""
    return msgspec.structs.replace(
        point,
        benchmark=point.benchmark or case.benchmark,
        params=case.params | point.params,
        variant=_variant(point.variant, case.variant),
    )


def _variant(own: Variant, given: Variant) -> Variant:
    values = {key: getattr(own, key) or getattr(given, key) for key in VARIANT_KEYS}
    return Variant(**values)


def _owed(point: Point, case: Case, also_owed: Collection[str]) -> bool:
    return (
        (point.metric in case.metrics or point.metric in also_owed)
        and point.benchmark == case.benchmark
        and point.params == case.params
        and point.variant == case.variant
    )


def _key(point: Point) -> Key:
    params = tuple(sorted(point.params.items()))
    return (point.benchmark, params, point.variant.pairs(), point.metric)


def _one(series: _Series, runs: int, case: Case) -> Point:
    counted = [(run, out) for run, out in series.outcomes if isinstance(out, Measured)]
    if not counted:
        return series.point  # skipped, failed or invalid, as the first run said
    if len(counted) == 1 and not counted[0][1].samples:
        return msgspec.structs.replace(series.point, outcome=counted[0][1])
    samples: list[float] = []
    rounds: list[int] = []
    for run, outcome in counted:
        values = outcome.samples or (outcome.value,)
        samples += values
        rounds += [run] * len(values)
    warnings = [text for _, outcome in counted for text in outcome.warnings]
    if len(counted) < runs:
        warnings.append(f"{runs - len(counted)} of {runs} runs did not report it.")
    outcome = measured(
        np.asarray(samples, dtype=np.float64),
        case.sampling,
        rounds=rounds if len(set(rounds)) > 1 else (),
        warnings=tuple(dict.fromkeys(warnings)),
    )
    return msgspec.structs.replace(series.point, outcome=outcome)


def _items(runs: Iterable[Parsed], case: Case) -> tuple[Item, ...]:
    found: dict[Key, Item] = {}
    for run in runs:
        for item in run.items:
            placed = msgspec.structs.replace(
                item,
                benchmark=item.benchmark or case.benchmark,
                params=case.params | item.params,
                variant=_variant(item.variant, case.variant),
            )
            params = tuple(sorted(placed.params.items()))
            key = (placed.benchmark, params, placed.variant.pairs(), placed.item)
            known = found.get(key)
            found[key] = placed if known is None else _joined(known, placed)
    return tuple(found.values())


def _joined(first: Item, then: Item) -> Item:
    samples = {
        metric: (*first.samples.get(metric, ()), *then.samples.get(metric, ()))
        for metric in dict.fromkeys((*first.samples, *then.samples))
    }
    values = first.values | then.values
    values |= {metric: float(np.median(kept)) for metric, kept in samples.items() if kept}
    return msgspec.structs.replace(
        then, samples=samples, values=values, facts=first.facts | then.facts
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")
