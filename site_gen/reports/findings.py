"""Work out what the pages about targets and regressions say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from site_gen import format as text
from site_gen.reports.glance import Glance, glance

if TYPE_CHECKING:
    from site_gen.model import Change, SlaRow
    from site_gen.reports.context import Context


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """One line of the SLA table."""

    row: SlaRow
    glance: Glance | None
    limit: str
    value: str
    interval: str
    margin: str
    """``46 % over`` or ``31 % to spare``."""
    compliance: str
    bar: tuple[float, float, float] | None
    """Value, low and high in percent of the width of the bar, on which the limit is at 66."""


@dataclass(frozen=True, slots=True, eq=False)
class RegressionsReport:
    """Changes by what should be done about them."""

    suspects: tuple[tuple[Glance, Change], ...]
    open_: tuple[tuple[Glance, Change], ...]
    improvements: tuple[tuple[Glance, Change], ...]
    closed: tuple[tuple[Glance, Change], ...]
    neutral: tuple[tuple[Glance, Change], ...]
    """Changes of metrics without a direction."""


LIMIT_AT = 66.0
"""Where the limit stands on a bar: half again as much still fits in."""


def targets(context: Context) -> tuple[Target, ...]:
    """The SLA table: broken ones first, then the closest to their limit."""
    found = [_target(context, row) for row in context.judgement.sla]
    order = {"fail": 0, "uncertain": 1, "missing": 2, "pass": 3}
    return tuple(
        sorted(
            found, key=lambda one: (order.get(one.row.status, 4), one.row.target, one.row.machine)
        )
    )


def regressions(context: Context) -> RegressionsReport:
    """All changes, newest first within each group."""
    rows = [
        (glance(context, *context.by_series[change.series_id]), change)
        for change in context.judgement.changes
        if change.series_id in context.by_series
    ]
    when = {sha: place for place, sha in enumerate(context.commits)}
    rows.sort(key=lambda row: (-when.get(row[1].commit, 0), -abs(row[1].change), row[1].series_id))
    judged = [row for row in rows if row[1].direction in {"regression", "improvement"}]
    return RegressionsReport(
        suspects=tuple(row for row in judged if row[1].status == "suspect"),
        open_=tuple(row for row in judged if row[1].worse and row[1].status == "confirmed"),
        improvements=tuple(
            row for row in judged if not row[1].worse and row[1].status == "confirmed"
        ),
        closed=tuple(row for row in judged if not row[1].is_open),
        neutral=tuple(row for row in rows if row[1].direction not in {"regression", "improvement"}),
    )


def _target(context: Context, row: SlaRow) -> Target:
    known = context.by_series.get(row.series_id)
    bar = None
    if row.limit and math.isfinite(row.value):
        ends = (row.value, row.low, row.high)
        scaled = [min(max(end / row.limit * LIMIT_AT, 0.0), 100.0) for end in ends]
        bar = (scaled[0], *(end if math.isfinite(end) else scaled[0] for end in scaled[1:]))
    return Target(
        row=row,
        glance=glance(context, *known) if known else None,
        limit=text.value(row.limit, row.unit),
        value=text.value(row.value, row.unit),
        interval=text.interval(row.low, row.high, row.unit),
        margin=_margin(row),
        compliance=f"{row.compliance_30 * 100:.0f} %" if math.isfinite(row.compliance_30) else "",
        bar=bar,
    )


def _margin(row: SlaRow) -> str:
    if not math.isfinite(row.margin_percent):
        return text.MISSING
    size = abs(row.margin_percent)
    return f"{size:.0f} % {'over' if row.margin_percent < 0 else 'to spare'}"
