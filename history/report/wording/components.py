"""Words for a component of a pipeline: before, now, factor, target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.judge.targets import Compliance
from history.report.wording import numbers, targets
from history.words.metrics import shown_in

if TYPE_CHECKING:
    from history.judge.targets import SlaRow
    from history.read.components import Component


def now(one: Component) -> str:
    """Its newest value: ``55.5 ms``, ``< 150 MB``."""
    return numbers.value(one.value, shown_in(one.metric, one.unit), one.qualifier)


def before(one: Component) -> str:
    """The value before; a dash without one."""
    return numbers.value(one.value_before, shown_in(one.metric, one.unit))


def gain(one: Component) -> str:
    """Factor of improvement: ``2.14×``; a dash when it is meaningless."""
    return numbers.MISSING if one.speedup is None else numbers.times(one.speedup)


def target(one: Component) -> str:
    """The limit; a dash without one."""
    if one.limit is None:
        return numbers.MISSING
    return numbers.limit(one.limit, shown_in(one.metric, one.unit))


def margin(one: Component) -> str:
    """``89 % below the limit``, ``46 % over, needs 31 % less``; empty without a target."""
    if one.is_met is None or one.limit is None:
        return ""
    return targets.margin_between(one.value, one.limit, one.direction, one.qualifier)


def status(one: Component) -> str:
    """``pass, 89 % below the limit``, ``FAIL, 46 % over, needs 31 % less``; a dash without one."""
    if one.is_met is None:
        return numbers.MISSING
    return f"{'pass' if one.is_met else 'FAIL'}, {margin(one)}"


def unbroken(one: Component, row: SlaRow | None) -> str:
    """Why no commit is named that broke the target of a component, though it is missed; else empty.

    ``row`` is how today's target stands, None where there is no such target any more.
    """
    if one.is_met is not False or (row is not None and row.broken_by):
        return ""
    if row is None:
        return "not known: the target is of the run, today there is none"
    if row.status is Compliance.FAIL:
        return targets.unbroken(row)
    return f"not known: {targets.reason(row)}"
