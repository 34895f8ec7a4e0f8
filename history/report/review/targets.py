"""Find the targets that the head misses and the base met."""

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
    """The status of the targets."""

    broken: tuple[Target, ...] = ()
    """Missed by the head, and met by the base or not measured there; the farthest first."""
    still_broken: int = 0
    """Missed by both."""
    every: int = 0
    """Number of pairs of a target and a series of the head."""


def held(limits: Sequence[Limit], measured: Iterable[Sides], tidy: Tidy) -> Held:
    """Every target with every matching series of the head.

    A target with another unit than the series does not match.
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
