"""Work out what the pages about targets and regressions say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from site_gen import format as text
from site_gen.pages.change_groups import Story, stories
from site_gen.pages.series_row import Glance, glance

if TYPE_CHECKING:
    from site_gen.model import SlaRow
    from site_gen.pages.context import Context


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """One line of the SLA table."""

    row: SlaRow
    status: str
    """That of the row; ``skipped`` where the benchmark has never run on its machine."""
    glance: Glance | None
    limit: str
    value: str
    interval: str
    margin: str
    """``46 % over, needs 31 % less``."""
    best: str
    compliance: str
    bar: tuple[float, float, float] | None
    """Value, low and high in percent of the width of the bar, on which the limit is at 66."""


@dataclass(frozen=True, slots=True, eq=False)
class RegressionsReport:
    """Changes by what should be done about them."""

    suspects: tuple[Story, ...]
    open_: tuple[Story, ...]
    improvements: tuple[Story, ...]
    closed: tuple[Story, ...]
    neutral: tuple[Story, ...]
    """Changes of metrics without a direction."""


LIMIT_AT = 66.0
"""Where the limit stands on a bar: half again as much still fits in."""


def targets(context: Context) -> tuple[Target, ...]:
    """The SLA table: broken ones first, then the closest to their limit."""
    found = [_target(context, row) for row in context.judgement.sla]
    order = {"fail": 0, "uncertain": 1, "missing": 2, "pass": 3, "skipped": 5}
    return tuple(
        sorted(found, key=lambda one: (order.get(one.status, 4), one.row.target, one.row.machine))
    )


def regressions(context: Context) -> RegressionsReport:
    """All changes, newest first within each group."""
    changes = context.judgement.changes
    judged = [one for one in changes if one.direction in {"regression", "improvement"}]
    confirmed = [one for one in judged if one.status == "confirmed"]
    return RegressionsReport(
        suspects=stories(context, [one for one in judged if one.status == "suspect"]),
        open_=stories(context, [one for one in confirmed if one.worse]),
        improvements=stories(context, [one for one in confirmed if not one.worse]),
        closed=stories(context, [one for one in judged if not one.is_open]),
        neutral=stories(
            context, [one for one in changes if one.direction not in {"regression", "improvement"}]
        ),
    )


def _target(context: Context, row: SlaRow) -> Target:
    known = context.by_series.get(row.series_id)
    bar = None
    if row.limit and math.isfinite(row.value):
        ends = (row.value, row.low, row.high)
        scaled = [min(max(end / row.limit * LIMIT_AT, 0.0), 100.0) for end in ends]
        low, high = (end if math.isfinite(end) else scaled[0] for end in scaled[1:])
        bar = (scaled[0], low, high)
    seen = glance(context, *known) if known else None
    return Target(
        row=row,
        status="skipped" if seen is not None and seen.verdict.never_run else row.status,
        glance=seen,
        limit=text.value(row.limit, row.unit),
        value=text.value(row.value, row.unit, row.qualifier),
        interval=text.interval(row.low, row.high, row.unit),
        margin=row.margin or text.MISSING,
        best=text.value(row.best, row.unit),
        compliance=f"{row.compliance_30 * 100:.0f} %" if math.isfinite(row.compliance_30) else "",
        bar=bar,
    )
