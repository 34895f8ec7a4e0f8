"""Remove absolute paths of a computer from everything that a format read.

A format that knows which of its texts are paths cuts them itself, where it can tell more; whatever
comes through is cut here, so that none reaches a run file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from history.formats import runs
from history.formats.shortening import apart, shortened
from history.words.records import (
    Failed,
    Invalid,
    Item,
    Measured,
    Point,
    Skipped,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from history.formats.interface import ImportedColumns, Parsed
    from history.store.batch import Label


Named = TypeVar("Named", Point, Item)


class _Cut(NamedTuple):
    """Text to what it becomes, by what it is: two that differ stay two."""

    suites: dict[str, str]
    benchmarks: dict[str, str]
    params: dict[str, str]
    variants: dict[str, str]
    items: dict[str, str]


def of_parsed(parsed: Parsed) -> Parsed:
    """The same without absolute paths."""
    cut = _cuts(parsed.points, parsed.items)
    if not _cuts_anything(cut, _free(parsed.points, parsed.items)):
        return parsed
    return replace(
        parsed,
        points=tuple(_point(point, cut) for point in parsed.points),
        items=tuple(_item(item, cut) for item in parsed.items),
    )


def of_columns(found: ImportedColumns) -> ImportedColumns:
    """The same without absolute paths.

    Series of one run that differ in nothing but a user's name or a drive become one; the first
    counts, and a sentence says so.
    """
    batch = found.batch
    items = [item for _, item in batch.items]
    cut = _cuts(batch.labels, items)
    free = {text for said in batch.said for text in (said.reason, *said.warnings)}
    if not _cuts_anything(cut, free | _facts(items)):
        return found
    labels = [_label(label, cut) for label in batch.labels]
    said = [
        one._replace(reason=shortened(one.reason), warnings=tuple(_shortened(one.warnings)))
        for one in batch.said
    ]
    batch = replace(
        batch,
        labels=tuple(labels),
        said=tuple(said),
        items=tuple((run, _item(item, cut)) for run, item in batch.items),
    )
    batch, twice = runs.unique_columns(batch)
    return replace(found, batch=batch, flagged=(*found.flagged, *twice))


def _cuts(points: Sequence[Point | Label], items: Sequence[Item]) -> _Cut:
    both: list[Point | Label | Item] = [*points, *items]
    params = [text for one in both for pair in _params(one) for text in pair]
    return _Cut(
        suites=apart(one.suite for one in both),
        benchmarks=apart(one.benchmark for one in both),
        params=apart(params),
        variants=apart(text for one in both for _, text in one.variant.pairs()),
        items=apart(item.item for item in items),
    )


def _params(one: Point | Label | Item) -> Iterable[tuple[str, str]]:
    return one.params.items() if isinstance(one.params, dict) else one.params


def _cuts_anything(cut: _Cut, free: Iterable[str]) -> bool:
    """Whether any name becomes another one, or any of the free texts."""
    if any(text != short for texts in cut for text, short in texts.items()):
        return True
    return any(shortened(text) != text for text in free)


def _facts(items: Sequence[Item]) -> set[str]:
    return {fact for item in items for fact in item.facts.values() if isinstance(fact, str)}


def _free(points: Sequence[Point], items: Sequence[Item]) -> set[str]:
    """Texts of points and items that name nothing."""
    free = _facts(items)
    for point in points:
        outcome = point.outcome
        free |= set(outcome.warnings if isinstance(outcome, Measured) else (outcome.reason,))
    return free


def _label(label: Label, cut: _Cut) -> Label:
    variant = {name: cut.variants[text] for name, text in label.variant.pairs()}
    return label._replace(
        suite=cut.suites[label.suite],
        benchmark=cut.benchmarks[label.benchmark],
        params=tuple({cut.params[name]: cut.params[text] for name, text in label.params}.items()),
        variant=msgspec.structs.replace(label.variant, **variant),
    )


def _point(point: Point, cut: _Cut) -> Point:
    outcome = point.outcome
    if isinstance(outcome, Failed | Invalid | Skipped):
        outcome = msgspec.structs.replace(outcome, reason=shortened(outcome.reason))
    elif isinstance(outcome, Measured) and outcome.warnings:
        outcome = msgspec.structs.replace(outcome, warnings=tuple(_shortened(outcome.warnings)))
    return msgspec.structs.replace(_named(point, cut), outcome=outcome)


def _item(item: Item, cut: _Cut) -> Item:
    facts = {
        name: shortened(fact) if isinstance(fact, str) else fact
        for name, fact in item.facts.items()
    }
    return msgspec.structs.replace(_named(item, cut), item=cut.items[item.item], facts=facts)


def _named(one: Named, cut: _Cut) -> Named:
    """The same with the names cut that points and items share."""
    variant = {name: cut.variants[text] for name, text in one.variant.pairs()}
    return msgspec.structs.replace(
        one,
        suite=cut.suites[one.suite],
        benchmark=cut.benchmarks[one.benchmark],
        params={cut.params[name]: cut.params[text] for name, text in one.params.items()},
        variant=msgspec.structs.replace(one.variant, **variant),
    )


def _shortened(texts: Iterable[str]) -> Iterable[str]:
    return (shortened(text) for text in texts)
