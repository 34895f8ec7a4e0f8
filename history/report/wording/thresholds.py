"""Words for points beyond a threshold, and for thresholds that cannot find anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.judge.baseline import BaselineKind
from history.judge.size import is_relative
from history.judge.thresholds import Idleness
from history.report.wording import names, numbers, sizes
from history.words.metrics import title_of

if TYPE_CHECKING:
    from history.judge.baseline import Baseline
    from history.judge.thresholds import Finding, Idle


def reason(found: Finding) -> str:
    """One sentence with the rule, the limit, n and the baseline."""
    seen = sizes.could_show(found.detectable)
    is_enough = found.detectable.step is not None
    shown = f"the series shows steps from {seen}" if is_enough else f"{seen} for a verdict"
    return f"{found.rule}: {_beyond(found)}; n = {found.n}, {shown}"


def briefly(found: Finding) -> str:
    """``micro.top_k total time 24.9 times worse on bench``, ``… beyond 120 ms on bench``."""
    key = found.key
    what = f"{key.benchmark_id} {title_of(key.metric).lower()}"
    if found.baseline is None or found.worse_by is None:
        return f"{what} beyond {numbers.limit(found.limit, key.shown_in)} on {key.machine}"
    return f"{what} {_worse(found)} on {key.machine}"


def beyond(series: int) -> str:
    """``1 series is beyond a threshold at its newest point``."""
    are, their = ("is", "its") if series == 1 else ("are", "their")
    counted = numbers.counted(series, "series", "series")
    return f"{counted} {are} beyond a threshold at {their} newest point"


def _beyond(found: Finding) -> str:
    value = numbers.value(found.value, found.key.shown_in)
    if found.baseline is None or found.worse_by is None:
        side = "above" if found.direction == "lower" else "below"
        return f"{value} is {side} the limit of {numbers.limit(found.limit, found.key.shown_in)}"
    was = numbers.value(found.baseline.value, found.key.shown_in)
    return (
        f"{value} is {_worse(found)} than {was}, {baseline(found.baseline)}; "
        f"allowed are {numbers.allowed(found.worse_by)}"
    )


def _worse(found: Finding) -> str:
    """``24.0 % worse``; a multiple from twice as much on; no number where it began near zero."""
    before, change = found.baseline.value if found.baseline else 0.0, found.change or 0.0
    if not is_relative(found.key.metric, before):
        return "worse"
    if change < 1:
        return f"{numbers.share(abs(change))} worse"
    return f"{numbers.number(1 + change)} times worse"


def baseline(found: Baseline) -> str:
    """With its commits and its age: ``parent (c0001, 2 points back, 2 days older)``."""
    newest = names.short(found.newest)
    where = newest if found.points == 1 else f"{names.short(found.oldest)}..{newest}"
    back = f", {found.points_back} points back" if found.points_back > 1 else ""
    age = max(0, round(found.days))  # clocks may disagree with the order of commits
    days = f", {numbers.counted(age, 'day')} older" if age else ""
    return f"{_name(found)} ({where}{back}{days})"


def _name(found: Baseline) -> str:
    if found.kind is BaselineKind.MEDIAN:
        return f"median of {found.points} points" if found.points > 1 else "the point before"
    return f"release {found.tag}" if found.kind is BaselineKind.RELEASE else str(found.kind)


def idle(one: Idle) -> str:
    """Why a configured threshold can find nothing."""
    if one.why is Idleness.NO_SERIES or one.limit is None:
        if one.why is Idleness.NO_RELEASE:
            return f'threshold "{one.rule}": nothing was measured at a release called "{one.tag}".'
        return f'threshold "{one.rule}" is about no series: look at its metric and globs.'
    measured = ", ".join(f'"{unit}"' for unit in one.units)
    return (
        f'threshold "{one.rule}" has a limit of {numbers.limit(*one.limit)}, and what it is about '
        f"is measured in {measured}."
    )
