"""Hold both sides against the targets: which lines does the head cross that the base did not."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, NamedTuple

from history import addresses
from history.judge.targets import Compliance, complies, is_about, margin_of
from history.read.series import EXACT
from history.report.review.result import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from history.project.limits import Target as Limit
    from history.report.review.tidy import Tidy
    from history.words.key import SeriesKey


class Sides(NamedTuple):
    """One series with its values."""

    key: SeriesKey
    direction: str
    before: float | None
    after: float | None


class Held(NamedTuple):
    """How the targets stand."""

    broken: tuple[Target, ...] = ()
    """Held by the base, or not measured there, and not by the head; the farthest first."""
    still_broken: int = 0
    """Held by neither."""
    every: int = 0
    """Pairs of a target and a series of the head."""


def held(limits: Sequence[Limit], measured: Iterable[Sides], tidy: Tidy) -> Held:
    """Every target against every series of the head that it is about.

    A target whose unit is another than that of the series is not about it.
    """
    broken, still, every = [], 0, 0
    for one in measured:
        if one.after is None:
            continue
        for limit in limits:
            if not is_about(limit, one.key) or limit.limit.unit not in {one.key.unit, ""}:
                continue
            every += 1
            if _status(one.after, limit, one.direction) is not Compliance.FAIL:
                continue
            if one.before is not None and (
                _status(one.before, limit, one.direction) is Compliance.FAIL
            ):
                still += 1
                continue
            broken.append(_crossed(one, one.after, limit, tidy))
    broken.sort(key=lambda one: one.margin_percent or 0.0)
    return Held(tuple(broken), still, every)


def _status(value: float, limit: Limit, better: str) -> Compliance:
    return complies(value, nan, nan, EXACT, limit.limit.value, better)


def _crossed(one: Sides, value: float, limit: Limit, tidy: Tidy) -> Target:
    return Target(
        target=tidy.name(limit.name),
        benchmark=tidy.name(one.key.benchmark_id),
        variant=tidy.name(one.key.variant),
        metric=tidy.name(one.key.metric),
        unit=tidy.name(one.key.unit),
        machine=tidy.name(one.key.machine),
        limit=limit.limit.value,
        value=value,
        before=one.before,
        margin_percent=margin_of(value, limit.limit.value, one.direction),
        page=addresses.SLA,
    )
