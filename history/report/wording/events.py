"""Words for an event: counts, size, cause and decision."""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING, Final

from history.judge.episodes import State
from history.judge.size import MULTIPLE_FROM
from history.report.wording import changes, confounders, names, numbers, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from history.judge.changes import ChangeRow
    from history.judge.events import Event, Sizes

MOST_SURROUNDINGS: Final = 3


def headline(event: Event) -> str:
    """``90 of 290 series on box: 86 worse by 52.3 % (8.0 % to 97.0 %), 4 better by 30.1 %``."""
    return f"{series(event)} on {event.machine}: {amounts(event)}"


def series(event: Event) -> str:
    """``90 of 290 series``."""
    return f"{numbers.whole(event.series)} of {numbers.counted(event.judged, 'series', 'series')}"


def briefly(event: Event) -> str:
    """``90 series on box``, or the only series: facts that later runs do not change."""
    if event.series > 1:
        return f"{numbers.counted(event.series, 'series', 'series')} on {event.machine}"
    key = event.changes[0].key
    return f"{key.benchmark_id} {key.metric} on {event.machine}"


def amounts(event: Event) -> str:
    """``86 worse by 52.3 % (8.0 % to 97.0 %), 4 better by 30.1 %, 2 without a direction``."""
    told = [worse(event), better(event)]
    if event.neutral:
        told.append(f"{numbers.whole(event.neutral)} without a direction")
    return ", ".join(filter(None, told)) or "false alarms only"


def worse(event: Event) -> str:
    """``86 worse by 52.3 % (8.0 % to 97.0 %)``; empty where nothing is."""
    return _side(event.worse, "worse", 1)


def better(event: Event) -> str:
    """``4 better by 30.1 %``; empty where nothing is."""
    return _side(event.better, "better", -1)


def commits(event: Event) -> str:
    """``c0014..c0015``; one of them where both sides were measured at it."""
    if event.is_rerun:
        return names.short(event.commit)
    return f"{names.short(event.previous_commit)}..{names.short(event.commit)}"


def states(rows: Iterable[ChangeRow]) -> str:
    """``80 confirmed, 10 suspect``, the gravest first; the word alone where all are alike."""
    counts = Counter(str(row.status) for row in rows)
    if len(counts) == 1:
        return next(iter(counts))
    order = [str(state) for state in State]
    return ", ".join(
        f"{numbers.whole(counts[word])} {word}" for word in sorted(counts, key=order.index)
    )


def cause(event: Event) -> str:
    """Whether the machine or the code is the likelier cause, and why; often empty."""
    if event.of_machine:
        return (
            f"Most speeds of {event.machine} moved by a similar amount: the machine or its "
            f"software is the likelier cause."
        )
    if event.is_rerun:
        return "Both sides were measured at one commit: no code lies between them."
    if event.also_on:
        others = numbers.counted(len(event.also_on), "more machine")
        return f"{others} changed at the same commits, which speaks for the code."
    return ""


def differences(event: Event) -> tuple[str, ...]:
    """The confounders, each with the number of changes it concerns."""
    every = len(event.changes)
    return tuple(
        confounders.words(one.what)
        + ("" if one.count == every else f" ({numbers.whole(one.count)} of {every})")
        for one in event.suspected
    )


def surroundings(event: Event, most: int = MOST_SURROUNDINGS) -> str:
    """The confounders in one sentence; may be empty."""
    if not event.suspected:
        return "Nothing that was recorded of its environment changed." if event.of_machine else ""
    told = differences(event)[:most]
    rest = len(event.suspected) - most
    more = f"; and {numbers.whole(rest)} more" if rest > 0 else ""
    return f"Changed in the same range: {'; '.join(told)}{more}."


def beside(event: Event) -> str:
    """The number of changes a few commits beside; mostly empty."""
    if not event.beside:
        return ""
    count = numbers.counted(event.beside, "change is", "changes are")
    return f"{count} placed a measured commit or two beside the others."


def decided(event: Event) -> str:
    """The common decision about all its changes; empty when they differ."""
    first = event.changes[0]
    alike = all(row.decision == first.decision for row in event.changes)
    return changes.decided(first) if alike else ""


def why(event: Event) -> str:
    """What somebody who looks at it should know, in one line."""
    parts = [cause(event), surroundings(event), beside(event), decided(event)]
    return " ".join(filter(None, parts))


def worst(rows: Sequence[ChangeRow]) -> str:
    """``golden.pipeline total_time +97.0 %, ...``."""
    return ", ".join(
        f"{row.key.benchmark_id} {row.key.metric} {sizes.size(row.size)}".rstrip() + _traded(row)
        for row in rows
    )


def _traded(row: ChangeRow) -> str:
    return f" ({changes.traded(row)})" if row.trades else ""


def title(event: Event) -> str:
    """A title, as for a feed."""
    if event.series > 1:
        return f"{event.direction}: {headline(event)} ({states(event.changes)})"
    row = event.changes[0]
    return (
        f"{row.direction} {sizes.size(row.size)}: {row.key.benchmark_id} {row.key.metric} "
        f"on {event.machine} ({row.status}){_traded(row)}"
    )


def summary(event: Event) -> str:
    """``100 ms to 130 ms``, or the worst of several series."""
    row = event.changes[0]
    if event.series > 1:
        return f"The worst: {worst(event.worst)};"
    before, after = (numbers.value(one, row.key.shown_in) for one in (row.before, row.after))
    return f"{before} to {after}"


def part_of(event: Event) -> str:
    """``Part of an event of 90 series``."""
    return f"Part of an event of {numbers.counted(event.series, 'series', 'series')}"


def rows(count: int, every: int) -> str:
    """How many rows of a page stand for how many changes."""
    told = numbers.counted(every, "change")
    return told if count == every else f"{told} in {numbers.counted(count, 'row')}"


def opened(count: int, every: int, of_event: int) -> str:
    """``3 benchmarks, 8 series``: rows behind the fold of an event, which may have further ones."""
    told = numbers.counted(count, "benchmark")
    if count == every == 1:
        of = "1 series" if of_event == 1 else f"1 of its {numbers.whole(of_event)} series"
        return f"{of}, and how it was found"
    return told if count == every else f"{told}, {numbers.counted(every, 'series', 'series')}"


def folded(count: int, every: int) -> str:
    """``87 more benchmarks, 120 series``: rows behind a fold."""
    told = numbers.counted(count, "more benchmark")
    return told if count == every else f"{told}, {numbers.counted(every, 'series', 'series')}"


def left_out(count: int) -> str:
    """``60 more benchmarks are on``, before a link."""
    return f"{numbers.counted(count, 'more benchmark is', 'more benchmarks are')} on"


def rest(shown: int, every: int, event_id: str) -> str:
    """Which command shows the changes that a table left out; empty where it has all."""
    if shown == every:
        return ""
    more = numbers.counted(every - shown, "more change", "more changes")
    return f"{more} of event {event_id}: soundmark regressions --event {event_id}"


def _side(found: Sizes, word: str, sign: int) -> str:
    if not found.count:
        return ""
    words = f"{numbers.whole(found.count)} {word}"
    if not isfinite(found.mean):
        return words
    ends = (found.low, found.high) if sign > 0 else (found.high, found.low)
    low, high = (_by(end, sign) for end in ends)
    between = "" if low == high else f" ({low} to {high})"
    return f"{words} by {_by(found.mean, sign)}{between}"


def _by(factor: float, sign: int) -> str:
    if factor >= MULTIPLE_FROM:
        return numbers.multiple(factor)
    return numbers.share(sign * (factor - 1))
