"""Make points and items of a group of lines; what its items come to together is said or named."""

from __future__ import annotations

from collections.abc import Iterator

from history.formats.outcomes import measured, metric_of
from history.formats.shortening import apart, shortened
from history.formats.soundmark_lines.group import SUITE, Group, Values
from history.report.wording.numbers import counted
from history.words import totals
from history.words.metrics import OverItems, find, registry
from history.words.records import Item, Outcome, Point


def points_of(group: Group, flagged: dict[str, None]) -> Iterator[Point]:
    """A point for each metric of the whole benchmark; what is odd becomes a sentence."""
    values = _of_the_whole(group, flagged)
    outcomes: dict[str, Outcome] = {
        metric: measured(samples) for metric, samples in values.items() if samples
    }
    for metric in dict.fromkeys(metric for _, metric in group.absent):
        absences = [
            (item, why)
            for (item, name), found in group.absent.items()
            if name == metric
            for why in found
        ]
        if metric not in outcomes:
            item, why = absences[0]
            outcomes[metric] = why if not item else type(why)(reason=f"{item}: {why.reason}")
        else:
            item, why = absences[0]
            flagged[
                f"{_name(group)}: {metric} is absent in {counted(len(absences), 'line')} beside"
                f" those that have it, first: {why.reason}"
            ] = None
    for metric, outcome in outcomes.items():
        unit, direction = group.kinds.get(metric) or metric_of(metric, "")
        known = find(metric).unit != ""
        yield Point(
            suite=SUITE,
            benchmark=group.benchmark,
            metric=metric,
            params=group.params,
            variant=group.variant,
            outcome=outcome,
            unit="" if known else unit,
            direction=None if known else direction,
            fingerprint=group.fingerprints.get("", ""),
        )


def items_of(group: Group) -> Iterator[Item]:
    """The items of a group with their values."""
    names = apart(item for item in group.by_item if item)
    for item, values in group.by_item.items():
        if not item:
            continue
        yield Item(
            suite=SUITE,
            benchmark=group.benchmark,
            item=names[item],
            params=group.params,
            variant=group.variant,
            facts=group.facts.get(item, {}),
            values={name: measured(samples).value for name, samples in values.items()},
            samples={name: tuple(samples) for name, samples in values.items()},
            fingerprint=group.fingerprints.get(item, ""),
            text=group.texts.get(item, ""),
        )


def _of_the_whole(group: Group, flagged: dict[str, None]) -> Values:
    """One value per repeat of the whole benchmark."""
    named = {item: values for item, values in group.by_item.items() if item}
    whole = group.by_item.get("", {})
    for item in dict.fromkeys(item for item, _ in group.absent if item):
        named.setdefault(item, {})
    found: Values = {}
    for metric in dict.fromkeys(name for values in named.values() for name in values):
        if metric in whole:
            continue  # what the program says about the whole comes before a sum
        lacking = [item for item, values in named.items() if metric not in values]
        if lacking:
            flagged[
                f"{_name(group)}: {metric} is missing for {len(lacking)} of"
                f" {counted(len(named), 'item')},"
                f" first {shortened(lacking[0])}; it has no total"
            ] = None
            continue
        made = _total(group, metric, named, flagged)
        if made:
            found[metric] = made
    return found | whole


def _total(
    group: Group, metric: str, named: dict[str, Values], flagged: dict[str, None]
) -> list[float]:
    """The total of each repeat; empty where there is none, and then said."""
    unit = group.kinds[metric][0]
    how = OverItems.SUM if metric in group.stages else totals.rule(metric, unit)
    columns = [values[metric] for values in named.values()]
    repeats = min(map(len, columns))
    if any(len(column) != repeats for column in columns):
        flagged[f"{_name(group)}: items have different numbers of repeats; {repeats} count"] = None
    made = []
    for k in range(repeats):
        parts = [_parts(group, item, k) for item in named]
        value = totals.total(how, [column[k] for column in columns], parts)
        if value is None:
            needs = totals.needs(how)
            advice = f": it is made of {needs} of every item" if needs else ""
            flagged[f"{_name(group)}: {metric} of items has no total{advice}"] = None
            return []
        made.append(value)
    if how is OverItems.MEAN and metric not in registry() and len(named) > 1:
        flagged[
            f"{_name(group)}: {metric} is the mean over items, because nothing says how they add up"
        ] = None
    return made


def _parts(group: Group, item: str, k: int) -> dict[str, float]:
    """Everything known of an item in its k-th repeat: facts, and metrics on top of them."""
    facts = {
        name: float(value)
        for name, value in group.facts.get(item, {}).items()
        if isinstance(value, int | float)
    }
    values = {
        name: samples[k] if k < len(samples) else samples[0]
        for name, samples in group.by_item.get(item, {}).items()
        if k < len(samples) or len(samples) == 1
    }
    return facts | values


def _name(group: Group) -> str:
    return group.benchmark or "the benchmark"
